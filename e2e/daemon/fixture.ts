import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../daemon/src/clock.ts';
import { type FakeGateway, startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { readRecording } from '../../daemon/src/testing/fake-gateway/recording.ts';
import { Daemon } from '../openclaw/harness/daemon.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { RECORDINGS } from './cli.ts';

/** A fake gateway, and a real daemon beside it. */
export interface Pair {
  readonly gateway: FakeGateway;
  readonly daemon: Daemon;
  dispose(): Promise<void>;
}

/** The gateway waits to be stepped through these recordings. */
export async function startPair(
  names: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Pair> {
  const recordings = names.map((name) => readRecording(readFileSync(join(RECORDINGS, `${name}.jsonl`), 'utf8')));
  const gateway = await startFakeGateway({ recordings, clock: systemClock, outages: false, seed: 'e2e' });
  // What was there before anybody looked is in the list that the daemon gets.
  gateway.step(0);
  return pairWith(gateway, settings);
}

/** A daemon of its own beside this gateway; `dispose` ends both. */
export async function pairWith(gateway: FakeGateway, settings: Readonly<Record<string, string>>): Promise<Pair> {
  const openClawStateDir = mkdtempSync(join(tmpdir(), 'livestatus-no-openclaw-'));
  const daemon = await Daemon.start({
    openClawStateDir,
    settings: { OPENCLAW_GATEWAY_URL: gateway.url, OPENCLAW_GATEWAY_TOKEN: gateway.token, ...settings },
  });
  return {
    gateway,
    daemon,
    async dispose() {
      await daemon.dispose();
      await gateway.stop();
      rmSync(openClawStateDir, { recursive: true, force: true });
    },
  };
}

/** Tells `count` facts, and lets the daemon subscribe to a session as soon as there is one: a person's pace, without waits. */
export async function advance({ gateway, daemon }: Pair, count: number): Promise<void> {
  for (let told = 0; told < count && !gateway.done; told += 1) {
    gateway.step();
    await subscribed({ gateway, daemon });
  }
}

/** Resolves when the daemon watches every session that there is: until then the runs of channels are hidden from it. */
export async function subscribed({ gateway, daemon }: Pick<Pair, 'gateway' | 'daemon'>): Promise<void> {
  const missing = () =>
    gateway.world.rows().filter((row) => gateway.clients.every((client) => !client.keys.has(String(row.key))));
  if (missing().length === 0) return;
  await waitFor('the daemon to subscribe', () => (missing().length === 0 ? true : undefined), {
    deadlineMs: 20_000,
    everyMs: 2,
    seen: () => `${missing().map((row) => String(row.key))}\n${daemon.tail()}`,
  });
}
