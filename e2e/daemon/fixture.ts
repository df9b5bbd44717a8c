import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../daemon/src/clock.ts';
import { type FakeGateway, startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { readRecording } from '../../daemon/src/testing/fake-gateway/recording.ts';
import { Daemon } from '../openclaw/harness/daemon.ts';
import { RECORDINGS } from './cli.ts';

/** A fake gateway that waits to be stepped through recordings, and a real daemon beside it. */
export interface Pair {
  readonly gateway: FakeGateway;
  readonly daemon: Daemon;
  dispose(): Promise<void>;
}

export async function startPair(
  names: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Pair> {
  const openClawStateDir = mkdtempSync(join(tmpdir(), 'livestatus-no-openclaw-'));
  const recordings = names.map((name) => readRecording(readFileSync(join(RECORDINGS, `${name}.jsonl`), 'utf8')));
  const gateway = await startFakeGateway({ recordings, clock: systemClock, outages: false, seed: 'e2e' });
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
