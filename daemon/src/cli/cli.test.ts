import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../config/config.ts';
import { Failure } from '../errors.ts';
import { COMMANDS } from './commands/index.ts';
import { cli } from './testing.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestatus-cli-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists every command, on stdout', async (...argv) => {
    const { code, stdout, stderr } = await cli(argv);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`${name} +${summary.slice(0, 20)}`));
    expect(stdout).toContain('Exit codes:');
  });

  it.each(
    COMMANDS.flatMap(({ name }) => [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ]),
  )('%s %s shows options, examples and exit codes', async (...argv) => {
    const { code, stdout } = await cli(argv);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: livestatus');
    expect(stdout).toContain('Examples:\n  livestatus');
    expect(stdout).toMatch(/Exit codes:\n +0 /);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('is what somebody gets who types nothing, with exit code 2', async () => {
    const { code, stdout, stderr } = await cli([]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: livestatus COMMAND');
  });

  it.each(['--version', '-v'])('%s prints the version alone', async (option) => {
    expect(await cli([option])).toMatchObject({ code: 0, stdout: '5.0.0\n', stderr: '' });
  });
});

describe('a command line that is not right is refused with exit code 2', () => {
  it.each([
    [['rnu'], 'unknown_command', 'there is no command "rnu"; did you mean run?'],
    [['observe'], 'unknown_command', 'the commands are run, replay, record, doctor, config'],
    [['help', 'docter'], 'unknown_command', 'did you mean doctor?'],
    [['replay', 'x', '--sped', '2'], 'invalid_usage', 'has no option --sped; did you mean --speed?'],
    [['run', '--nonsense'], 'invalid_usage', '"livestatus run" has no option --nonsense'],
    [['run', '-x'], 'invalid_usage', 'has no option -x'],
    [['run', 'now'], 'invalid_usage', 'has no use for "now"'],
    [['run', '--env-file'], 'invalid_usage', '--env-file needs a value: --env-file FILE'],
    [['replay', 'x', '--env-file', '--json'], 'invalid_usage', '--env-file needs a value'],
    [['doctor', '--json=yes'], 'invalid_usage', '--json takes no value'],
    [['replay'], 'invalid_usage', 'needs PATH... or --demo'],
    [['replay', 'x', '--speed', 'fast'], 'invalid_usage', '--speed takes a number from 0 to 1000, got "fast"'],
    [['replay', 'x', '--speed', '-1'], 'invalid_usage', '--speed takes a number'],
    [['replay', 'x', '--loop', '--json'], 'invalid_usage', '--loop never ends'],
    [['replay', 'x', '--loop', '--speed', '0'], 'invalid_usage', '--loop needs a speed above 0'],
    [['replay', '/nonexistent.jsonl'], 'path_not_found', 'there is nothing at /nonexistent.jsonl'],
    [['record'], 'invalid_usage', 'needs FILE'],
    [['record', 'a', 'b'], 'invalid_usage', 'has no use for "b"'],
    [['record', '/nonexistent/a.jsonl'], 'path_not_writable', 'cannot write into /nonexistent'],
    [['run', '--env-file', '/nonexistent'], 'env_file_unreadable', 'cannot read /nonexistent (ENOENT)'],
  ])('%j', async (argv, failure, text) => {
    const { code, stdout, stderr, calls } = await cli(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`(${failure})`);
    expect(stderr).toContain(text);
    expect(calls).toEqual([]);
  });

  it('lists every problem of the environment at once', async () => {
    const { code, stderr } = await cli(['run'], { env: { HEALTH_PORT: 'x', PRIVACY: 'y', SHOW_CRON: 'z' } });
    expect(code).toBe(2);
    expect(stderr).toBe(
      `livestatus: the configuration has 3 problems (invalid_config)
  HEALTH_PORT: expected a whole number from 0 to 65535 (TCP port), got "x"
  PRIVACY: expected one of full, summary, minimal, got "y"
  SHOW_CRON: expected true or false, got "z"
  Correct the variables that are named; docs/configuration.md explains each.
`,
    );
  });

  it('does not overwrite a recording unless told to', async () => {
    const file = join(dir, 'r.jsonl');
    writeFileSync(file, '');
    expect(await cli(['record', file])).toMatchObject({ code: 2, stderr: expect.stringContaining('(file_exists)') });
    expect((await cli(['record', file, '--force'])).calls).toMatchObject([['runRecord', file, {}]]);
  });
});

describe('commands call the program', () => {
  it('run, with the configuration and what is doubtful about it', async () => {
    const { code, calls } = await cli(['run'], { env: { HEALTH_PORT: '9191', MM_URL: 'x' } });
    expect(code).toBe(0);
    expect(calls).toMatchObject([
      ['runDaemon', { dashboard: { port: 9191 } }, { version: '5.0.0', warnings: [{ name: 'MM_URL' }] }],
    ]);
  });

  it('replay, with paths from the current directory', async () => {
    writeFileSync(join(dir, 'a.jsonl'), '');
    const { calls } = await cli(['replay', 'a.jsonl', '--speed', '0', '--json'], { cwd: dir });
    expect(calls).toMatchObject([
      ['runReplay', [join(dir, 'a.jsonl')], { speed: 0, json: true, loop: false, demo: false, config: {} }],
    ]);
  });

  it('replay, of what comes with the program', async () => {
    const { calls } = await cli(['replay', '--demo', '--loop', '--speed', '2.5']);
    expect(calls).toMatchObject([['runReplay', [], { speed: 2.5, loop: true, demo: true }]]);
  });

  it('record, for a time', async () => {
    const { calls } = await cli(['record', 'out.jsonl', '--for', '60'], { cwd: dir });
    expect(calls).toMatchObject([['runRecord', join(dir, 'out.jsonl'), { forMs: 60_000 }]]);
  });

  it('with .env.daemon of the checkout, another file, or none', async () => {
    writeFileSync(join(dir, '.env.daemon'), 'HEALTH_PORT=1111\n');
    writeFileSync(join(dir, 'other.env'), 'HEALTH_PORT=2222\n');
    const port = async (...argv: string[]) => {
      const { calls } = await cli(['run', ...argv], { root: dir, cwd: dir });
      const [[, config] = []] = calls;
      return (config as Config).dashboard.port;
    };
    expect(await port()).toBe(1111);
    expect(await port('--env-file', 'other.env')).toBe(2222);
    expect(await port('-e', 'other.env')).toBe(2222);
    expect(await port('--no-env-file')).toBe(9090);
  });
});

describe('a failure while running', () => {
  it('is told with its code and what to do, and decides the exit code', async () => {
    const runDaemon = async () => {
      throw new Failure('port_taken', 'port 9090 of 127.0.0.1 is taken');
    };
    const { code, stderr } = await cli(['run'], { program: { runDaemon } });
    expect(code).toBe(3);
    expect(stderr).toBe(
      'livestatus: port 9090 of 127.0.0.1 is taken (port_taken)\n  Stop the other program, or set HEALTH_PORT to a free port.\n',
    );
  });

  it('that nobody expected ends with 1 and says where it happened', async () => {
    const runDaemon = async () => {
      throw new TypeError('x is not a function');
    };
    const { code, stderr } = await cli(['run'], { program: { runDaemon } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/unexpected error \(internal\)\n {2}TypeError: x is not a function\n +at /);
  });
});
