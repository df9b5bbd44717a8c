import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Dashboard } from '../openclaw/harness/dashboard.ts';
import { findFreePort, RunningProcess } from '../openclaw/harness/process.ts';
import { GiveUpError, waitFor } from '../openclaw/harness/wait.ts';
import { baseEnvironment, CHECKOUT, succeed } from './command.ts';

const version = (JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string }).version;

const tarball = inject('daemonPackage');
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'livestatus-package-'));
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the daemon's package", () => {
  test('is the same bytes when it is built again', async () => {
    const again = join(place, 'second.tgz');
    await succeed('scripts/packaging/daemon.sh', [again]);
    expect(readFileSync(again).equals(readFileSync(tarball))).toBe(true);
  });

  test('holds the compiled program, no source, no link and no path of this machine', async () => {
    const unpacked = await unpack('inspect');
    const ours = (await succeed('tar', ['-tvzf', tarball])).split('\n').filter((line) => line !== '');
    expect(ours.filter((line) => line.startsWith('l'))).toEqual([]);
    expect(ours.filter((line) => line.endsWith('.ts') && !line.includes('/node_modules/'))).toEqual([]);
    const named = await succeed('bash', ['-c', 'grep -rlF -- "$1" "$2" || true', '-', CHECKOUT, unpacked]);
    expect(named).toBe('');
  });

  test('npm installs it without a network, and `livestatus` runs: health, dashboard, clean stop', async () => {
    const prefix = join(place, 'installed');
    await succeed('npm', [
      'install',
      '--global',
      '--offline',
      '--cache',
      join(place, 'empty'),
      '--prefix',
      prefix,
      tarball,
    ]);
    const program = join(prefix, 'bin', 'livestatus');
    expect((await succeed(program, ['--version'], { cwd: place })).trim()).toBe(version);
    await serves(program);
  });

  test('runs where it was unpacked, and plays the recordings that come with it', async () => {
    const program = join(await unpack('somewhere else'), 'bin', 'livestatus');
    const sessions = JSON.parse(
      await succeed(program, ['replay', '--demo', '--speed', '0', '--json'], { cwd: place }),
    ) as { status: string }[];
    expect(sessions.length).toBeGreaterThanOrEqual(7);
    expect(sessions.filter(({ status }) => status === 'active')).toEqual([]);
  });
});

async function unpack(name: string): Promise<string> {
  const directory = join(place, name);
  await succeed('mkdir', ['-p', directory]);
  await succeed('tar', ['-xzf', tarball, '-C', directory]);
  return join(directory, 'package');
}

async function serves(program: string): Promise<void> {
  const port = await findFreePort();
  const running = new RunningProcess({
    name: 'installed daemon',
    command: program,
    args: ['run', '--no-env-file'],
    cwd: place,
    env: {
      ...baseEnvironment(),
      HEALTH_PORT: String(port),
      STATE_DIR: join(place, 'state'),
      OPENCLAW_STATE_DIR: join(place, 'no-openclaw'),
    },
  });
  try {
    const dashboard = new Dashboard(`http://127.0.0.1:${port}`);
    await waitFor('the installed daemon to answer /health', () => alive(running, dashboard), {
      deadlineMs: 60_000,
      seen: () => running.tail(),
    });
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')]);
    running.signal('SIGTERM');
    await running.waitForExit(20_000);
    expect(running.describeExit()).toContain('code 0');
  } finally {
    await running.kill();
  }
}

async function alive(running: RunningProcess, dashboard: Dashboard): Promise<true> {
  if (running.hasExited()) throw new GiveUpError(`${running.describeExit()}\n${running.tail()}`);
  await dashboard.health();
  return true;
}
