import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { command } from '../release/command.ts';
import { Dashboard } from './harness/dashboard.ts';
import { Gateway, openClawInstall } from './harness/gateway.ts';
import { findFreePort } from './harness/process.ts';
import { ScriptedProvider } from './harness/provider.ts';
import { waitFor } from './harness/wait.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const HOOK = 'livestatus-daemon';

let place: string;
let envFile: string;
let dashboard: Dashboard;
let provider: ScriptedProvider;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'livestatus-hook-'));
  const port = await findFreePort();
  envFile = join(place, 'env');
  await writeFile(envFile, `STATE_DIR=${place}/state\nHEALTH_PORT=${port}\n`);
  dashboard = new Dashboard(`http://127.0.0.1:${port}`);
  provider = await ScriptedProvider.start({});
});
afterEach(async () => {
  await startDaemon('stop');
  await provider.stop();
  await rm(place, { recursive: true, force: true });
});

const startDaemon = (action: string) =>
  command('bash', [join(CHECKOUT, 'start-daemon.sh'), action, '--env-file', envFile], { cwd: place });

describe('the gateway:startup hook in a real OpenClaw', () => {
  test('starts the daemon, which finds this gateway by itself; a gateway that comes back finds it running', async () => {
    const env = { LIVESTATUS_HOME: CHECKOUT, LIVESTATUS_ENV_FILE: envFile };
    const gateway = await Gateway.start({
      install: openClawInstall(process.env),
      providerUrl: provider.baseUrl,
      overrides: { hooks: { internal: { enabled: true, entries: { [HOOK]: { enabled: true, env } } } } },
      furnish: installHook,
    });
    try {
      await sourceIsOk(gateway);
      const { daemon_id } = await dashboard.health();
      expect((await startDaemon('status')).stdout).toContain('healthy');

      await gateway.kill();
      await gateway.boot();
      await waitFor(
        'the hook to find it running',
        () => (gateway.tail(200).includes('(already_running)') ? true : undefined),
        {
          deadlineMs: 60_000,
          seen: () => gateway.tail(),
        },
      );
      await sourceIsOk(gateway);
      expect((await dashboard.health()).daemon_id).toBe(daemon_id);
    } finally {
      await gateway.dispose();
    }
    expect((await startDaemon('status')).stdout).toContain('running, pid');
  });
});

async function installHook(stateDir: string): Promise<void> {
  await mkdir(join(stateDir, 'hooks'), { recursive: true });
  await cp(join(CHECKOUT, 'deploy/openclaw-hook'), join(stateDir, 'hooks', HOOK), { recursive: true });
}

async function sourceIsOk(gateway: Gateway): Promise<void> {
  await waitFor(
    'the daemon to watch the gateway',
    async () => ((await dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
    { deadlineMs: 90_000, seen: () => gateway.tail() },
  );
}
