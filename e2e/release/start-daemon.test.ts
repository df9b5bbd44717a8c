import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { waitFor } from '../openclaw/harness/wait.ts';
import { envFile, Installation, isAlive, isDaemon, stranger } from './installation.ts';

let installation: Installation;

beforeEach(async () => {
  installation = await Installation.unpack(inject('daemonPackage'));
});
afterEach(() => installation.dispose());

const run = (...args: string[]) => installation.run(args);

describe('start-daemon.sh, from an unpacked release, called from another directory, in paths with spaces', () => {
  test('starts, says how it is, shows the log, and stops', async () => {
    installation.configure();
    const started = await run('start');
    expect(started).toMatchObject({ code: 0, stderr: '' });
    expect(started.stdout).toContain(`http://127.0.0.1:${installation.port}`);
    const pid = Number(installation.pid());
    expect(isDaemon(pid, installation.release)).toBe(true);
    expect((await installation.dashboard.health()).active_sessions).toBe(0);
    expect((await fetch(`http://127.0.0.1:${installation.port}/`)).status).toBe(200);

    // No OpenClaw here, and that is said with its code and what to do.
    const status = await run('status');
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(`running, pid ${pid}, unhealthy: openclaw is failed [nothing_found]`);
    expect((await run('logs')).stdout).toContain('dashboard is up');
    expect(statSync(join(installation.stateDir, 'daemon.log')).mode & 0o077).toBe(0);

    expect(await run('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining(`stopped (pid ${pid})`) });
    expect(isAlive(pid)).toBe(false);
    expect(installation.pid()).toBeUndefined();
    expect(await run('status')).toMatchObject({ code: 3, stderr: expect.stringContaining('(not_running)') });
    expect(await run('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining('(not_running)') });
  });

  test('called twice, one after the other and at the same moment, there is one daemon', async () => {
    installation.configure();
    const both = await Promise.all([run('start'), run('start')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ stdout }) => stdout.includes('(already_running)'))).toHaveLength(1);
    const pid = installation.pid();
    expect(await run('start')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`(already_running) pid ${pid}`),
    });
    expect(installation.pid()).toBe(pid);
  });

  test('restart makes a new process on the same state', async () => {
    installation.configure();
    await run('start');
    const before = installation.pid();
    const { daemon_id } = await installation.dashboard.health();
    expect((await run('restart')).code).toBe(0);
    expect(installation.pid()).not.toBe(before);
    expect((await installation.dashboard.health()).daemon_id).toBe(daemon_id);
  });
});

describe('start-daemon.sh after something went wrong', () => {
  test('a crash: status says so, start works', async () => {
    installation.configure();
    await run('start');
    const pid = Number(installation.pid());
    process.kill(pid, 'SIGKILL');
    await waitFor('it to be gone', () => (isAlive(pid) ? undefined : true), { deadlineMs: 10_000 });
    expect(await run('status')).toMatchObject({ code: 3, stderr: expect.stringContaining('(stale_pid)') });
    expect((await run('start')).code).toBe(0);
    expect(installation.pid()).not.toBe(pid);
  });

  test("a PID file with a stranger's number: the stranger is not taken for the daemon, and not killed", async () => {
    installation.configure();
    const other = stranger();
    try {
      mkdirSync(installation.stateDir, { recursive: true });
      writeFileSync(installation.pidFile, `${other.pid}\n`);
      expect((await run('status')).code).toBe(3);
      expect(await run('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining('(stale_pid)') });
      expect(isAlive(other.pid)).toBe(true);
      writeFileSync(installation.pidFile, `${other.pid}\n`);
      expect((await run('start')).code).toBe(0);
      expect(isAlive(other.pid)).toBe(true);
    } finally {
      other.end();
    }
  });

  test("another daemon's number is not ours either", async () => {
    installation.configure();
    const other = await Installation.unpack(inject('daemonPackage'));
    try {
      other.configure();
      await other.run(['start']);
      mkdirSync(installation.stateDir, { recursive: true });
      writeFileSync(installation.pidFile, readFileSync(other.pidFile));
      expect(await run('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining('(stale_pid)') });
      expect(isAlive(Number(other.pid()))).toBe(true);
    } finally {
      await other.dispose();
    }
  });

  test('a log that has grown large is put aside at start', async () => {
    installation.configure();
    mkdirSync(installation.stateDir, { recursive: true });
    const log = join(installation.stateDir, 'daemon.log');
    writeFileSync(log, Buffer.alloc(11 * 1024 * 1024, 'x'));
    await run('start');
    expect(statSync(log).size).toBeLessThan(100_000);
    expect(statSync(`${log}.1`).size).toBe(11 * 1024 * 1024);
  });
});

describe('start-daemon.sh and the configuration', () => {
  test('without one it runs, and says that it shows the dashboard only', async () => {
    const env = {
      STATE_DIR: installation.stateDir,
      HEALTH_PORT: String(installation.port),
      OPENCLAW_STATE_DIR: join(installation.place, 'no openclaw'),
    };
    const { code, stdout } = await installation.run(['start'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('(no_env_file)');
    expect((await installation.run(['stop'], { env })).code).toBe(0);
  });

  test('a bad one: every problem is named, exit 2, nothing is started', async () => {
    installation.configure({ PRIVACY: 'everything', IDLE_TIMEOUT_S: 'long' });
    const { code, stderr } = await run('start');
    expect(code).toBe(2);
    expect(stderr).toContain('(invalid_config)');
    for (const name of ['PRIVACY', 'IDLE_TIMEOUT_S']) expect(stderr).toContain(name);
    expect(installation.pid()).toBeUndefined();
  });

  test('a bad edit while it runs: restart leaves it running, status and stop still work', async () => {
    installation.configure();
    await run('start');
    const pid = installation.pid();
    installation.configure({ PRIVACY: 'everything' });
    expect((await run('restart')).code).toBe(2);
    expect(installation.pid()).toBe(pid);
    expect((await run('status')).stdout).toContain(`running, pid ${pid}`);
    expect((await run('stop')).stdout).toContain(`stopped (pid ${pid})`);
  });

  test('--env-file: relative to where the person is; one that is missing is refused', async () => {
    mkdirSync(join(installation.place, 'elsewhere'), { recursive: true });
    const settings = { STATE_DIR: installation.stateDir, HEALTH_PORT: String(installation.port) };
    writeFileSync(join(installation.place, 'elsewhere', 'my env'), envFile(settings));
    expect((await run('start', '--env-file', 'my env')).code).toBe(0);
    expect((await run('stop', '--env-file', 'my env')).stdout).toContain('stopped');
    expect(await run('start', '--env-file', 'another')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(env_file_unreadable)'),
    });
  });

  test.each([[[]], [['fly']], [['start', '--fast']], [['start', '--env-file']]])(
    '%j is refused with the usage',
    async (args) => {
      expect(await installation.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('(usage)') });
    },
  );

  test('a port that is taken: exit 3 and its cure', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    try {
      installation.configure({ HEALTH_PORT: String((other.address() as AddressInfo).port) });
      const { code, stderr } = await run('start');
      expect(code).toBe(3);
      expect(stderr).toContain('(port_taken)');
      expect(stderr).toContain('HEALTH_PORT');
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test('a state directory that another daemon uses: exit 4, and that one goes on', async () => {
    installation.configure();
    await run('start');
    const pid = Number(installation.pid());
    installation.configure({ HEALTH_PORT: '0', PID_FILE: join(installation.place, 'second.pid') });
    const { code, stderr } = await run('start');
    expect(code).toBe(4);
    expect(stderr).toContain('(state_locked)');
    expect(isAlive(pid)).toBe(true);
  });
});
