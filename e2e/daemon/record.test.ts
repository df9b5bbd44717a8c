import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../daemon/src/clock.ts';
import { startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { findFreePort } from '../openclaw/harness/process.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { CHECKOUT } from './cli.ts';

test('record waits for a gateway that is not there yet, and ends with 0 when asked to', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'livestatus-record-'));
  const port = await findFreePort();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(join(CHECKOUT, 'bin', 'livestatus'), ['record', join(dir, 'out.jsonl')], {
    cwd: dir,
    env: {
      PATH,
      HOME,
      STATE_DIR: dir,
      OPENCLAW_GATEWAY_URL: `ws://127.0.0.1:${port}`,
      OPENCLAW_GATEWAY_TOKEN: 'token',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const closed = once(child, 'close');
  const says = (words: string) =>
    waitFor(words, () => (told.includes(words) || child.exitCode !== null ? true : undefined), {
      deadlineMs: 20_000,
      seen: () => told,
    });
  await says('degraded:');
  const gateway = await startFakeGateway({ recordings: [], clock: systemClock, port, token: 'token' });
  try {
    await says('  ok');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(told).toMatch(/Recorded [1-9]\d* lines/);
  } finally {
    child.kill('SIGKILL');
    await gateway.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
