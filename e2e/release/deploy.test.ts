import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import startLiveStatus from '../../deploy/openclaw-hook/handler.js';
import { CHECKOUT, command } from './command.ts';

const UNIT = join(CHECKOUT, 'deploy/systemd/livestatus.service');
/** Of 10, as systemd-analyze counts; network and just-in-time compiling cost about one. */
const MAX_EXPOSURE = 1.3;
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'livestatus-deploy-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('the systemd unit', () => {
  test.skipIf(!hasSystemd)('is as closed as can be', async () => {
    const limit = `--threshold=${Math.round(MAX_EXPOSURE * 10)}`;
    const { code, stdout } = await command('systemd-analyze', ['security', '--offline=true', limit, UNIT]);
    expect(code, stdout.split('\n').slice(-3).join('\n')).toBe(0);
  });

  test.skipIf(!hasSystemd)('is right in every line', async () => {
    // The program is checked to be there: it is, in the checkout.
    const local = join(place, 'livestatus.service');
    writeFileSync(local, readFileSync(UNIT, 'utf8').replaceAll('/opt/livestatus', CHECKOUT));
    const { code, stderr } = await command('systemd-analyze', ['verify', '--man=no', local]);
    expect({ code, about: stderr.split('\n').filter((line) => line.includes('livestatus.service')) }).toEqual({
      code: 0,
      about: [],
    });
  });
});

describe('the trial with Docker (no engine here: linted only)', () => {
  test('the Dockerfile has no complaint of the linter, and runs as an ordinary user', () => {
    const text = readFileSync(join(CHECKOUT, 'deploy/docker/Dockerfile'), 'utf8');
    expect(validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)).toEqual([]);
    expect(text).toMatch(/^FROM node:\d+\.\d+\.\d+-[a-z-]+$/m);
    expect(text).toMatch(/^USER node$/m);
  });

  interface Service {
    readonly image?: string;
    readonly build?: { readonly context: string; readonly dockerfile: string };
    readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
    readonly volumes?: readonly string[];
    readonly ports?: readonly string[];
    readonly privileged?: boolean;
    readonly security_opt?: readonly string[];
  }
  const compose = parse(readFileSync(join(CHECKOUT, 'deploy/docker/compose.yaml'), 'utf8')) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const services = Object.entries(compose.services);

  test('compose.yaml: what a service names exists', () => {
    expect(Object.keys(compose.services)).toEqual(['postgres', 'mattermost', 'daemon']);
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect([...used].sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const [, { depends_on = [] }] of services) {
      const names = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      for (const name of names) expect(compose.services).toHaveProperty(name);
    }
    const { context = '', dockerfile = '' } = compose.services.daemon?.build ?? {};
    const inFolder = (text: string) => text.replace(/^\$\{[A-Z_]+:-(.*)\}$/, '$1');
    const file = join(CHECKOUT, 'deploy/docker', inFolder(context), inFolder(dockerfile));
    expect(readFileSync(file, 'utf8')).toContain('FROM node:');
  });

  test('compose.yaml: images have a version, ports are for this machine alone, nothing is privileged', () => {
    for (const [name, { image, build, ports = [], privileged, security_opt }] of services) {
      expect(build !== undefined || /:[a-z-]*\d[^:]*$/.test(image ?? ''), `${name}: ${image}`).toBe(true);
      expect(image ?? '').not.toContain('latest');
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(privileged).toBeUndefined();
      expect(security_opt).toContain('no-new-privileges:true');
    }
  });
});

describe('the OpenClaw hook', () => {
  const startup = (env: Readonly<Record<string, string>>) => ({
    type: 'gateway',
    action: 'startup',
    context: { cfg: { hooks: { internal: { entries: { 'livestatus-daemon': { enabled: true, env } } } } } },
  });

  test('starts the daemon of LIVESTATUS_HOME, logs what was said, and passes no secret of the gateway on', async () => {
    const home = fakeInstallation('live status', 'echo "start-daemon: started, $*"; env > "$LIVESTATUS_HOME/seen"');
    const log = vi.spyOn(console, 'log').mockReturnValue();
    vi.stubEnv('ANTHROPIC_API_KEY', 'a-key-of-the-gateway');
    vi.stubEnv('OPENCLAW_STATE_DIR', '/srv/openclaw');
    try {
      await startLiveStatus(startup({ LIVESTATUS_HOME: home }));
      expect(log.mock.calls).toEqual([['[livestatus-daemon] start-daemon: started, start']]);
    } finally {
      log.mockRestore();
      vi.unstubAllEnvs();
    }
    const seen = readFileSync(join(home, 'seen'), 'utf8');
    expect(seen).not.toContain('a-key-of-the-gateway');
    expect(seen).toContain('OPENCLAW_STATE_DIR=/srv/openclaw');
  });

  test('a failure is a line in the log, and nothing is thrown', async () => {
    const home = fakeInstallation('broken', 'echo "start-daemon: (start_failed) no" >&2; exit 3');
    const error = vi.spyOn(console, 'error').mockReturnValue();
    try {
      await startLiveStatus(startup({ LIVESTATUS_HOME: home }));
      await startLiveStatus(startup({ LIVESTATUS_HOME: join(place, 'nowhere') }));
      expect(error.mock.calls).toEqual([
        ['[livestatus-daemon] start-daemon: (start_failed) no'],
        [expect.stringContaining('No such file')],
      ]);
    } finally {
      error.mockRestore();
    }
  });

  test('does nothing on other events', async () => {
    const home = fakeInstallation('other events', 'touch "$LIVESTATUS_HOME/ran"');
    await startLiveStatus({ ...startup({ LIVESTATUS_HOME: home }), action: 'shutdown' });
    expect(() => readFileSync(join(home, 'ran'))).toThrow('ENOENT');
  });
});

function fakeInstallation(name: string, script: string): string {
  const home = join(place, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'start-daemon.sh'), `${script}\n`);
  chmodSync(join(home, 'start-daemon.sh'), 0o755);
  return home;
}
