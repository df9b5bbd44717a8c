import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../daemon/src/clock.ts';
import { type FakeGateway, startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { readRecording } from '../../daemon/src/testing/fake-gateway/recording.ts';
import { RECORDINGS } from '../daemon/cli.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { Installation, isAlive, isDaemon, unpackInto } from './installation.ts';

let installation: Installation;
let gateway: FakeGateway;

beforeEach(async () => {
  installation = await Installation.unpack(inject('daemonPackage'));
  const recording = readRecording(readFileSync(join(RECORDINGS, 'gateway', 'mm-channel-tools.jsonl'), 'utf8'));
  gateway = await startFakeGateway({ recordings: [recording], clock: systemClock, outages: false, seed: 'upgrade' });
  gateway.step(0);
});
afterEach(async () => {
  await gateway.stop();
  await installation.dispose();
});

describe('an upgrade while a turn runs', () => {
  test('the new release takes over from the old one: the same turns, and each ends as it ended', async () => {
    installation.configure({ OPENCLAW_GATEWAY_URL: gateway.url, OPENCLAW_GATEWAY_TOKEN: gateway.token });
    expect((await installation.run(['start'])).code).toBe(0);
    await sourceIsOk();
    await advanceUntil(async () =>
      (await sessions()).some(({ status, tool_calls }) => status === 'active' && tool_calls > 0),
    );
    const before = await sessions();
    const oldPid = Number(installation.pid());

    // As the guide says: unpack beside the old one, take the settings along, restart from the new one.
    const release = await unpackInto(inject('daemonPackage'), join(installation.place, 'new release'));
    writeFileSync(join(release, '.env.daemon'), readFileSync(join(installation.release, '.env.daemon')));
    const restarted = await installation.run(['restart'], { release });
    expect(restarted).toMatchObject({ code: 0, stderr: '' });
    expect(isAlive(oldPid)).toBe(false);
    expect(isDaemon(Number(installation.pid()), release)).toBe(true);
    rmSync(installation.release, { recursive: true });

    await sourceIsOk();
    await advanceUntil(async () => gateway.done);
    const after = await waitFor(
      'every turn to end',
      async () => {
        const all = await sessions();
        return all.every(({ status }) => status !== 'active') ? all : undefined;
      },
      { deadlineMs: 60_000, seen: async () => JSON.stringify(await sessions()) },
    );
    const ids = new Set(after.map(({ id }) => id));
    expect(ids.size).toBe(after.length);
    for (const { id } of before) expect(ids.has(id)).toBe(true);
    expect(after.map(({ status }) => status)).not.toContain('interrupted');
    expect(after.find(({ id }) => id === before[0]?.id)).toMatchObject({ status: 'done' });
  });
});

const sessions = () => installation.dashboard.sessions();

/** Tells fact after fact until it holds, as fast as the daemon subscribes to what there is. */
async function advanceUntil(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    if (gateway.done) throw new Error('the recording is over');
    gateway.step();
    await waitFor('the daemon to subscribe', () => (unwatched().length === 0 ? true : undefined), {
      deadlineMs: 20_000,
      everyMs: 2,
      seen: () => String(unwatched()),
    });
  }
}

const unwatched = (): readonly string[] =>
  gateway.world
    .rows()
    .map((row) => String(row.key))
    .filter((key) => gateway.clients.every((client) => !client.keys.has(key)));

async function sourceIsOk(): Promise<void> {
  await waitFor(
    'the source to be ok',
    async () => ((await installation.dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
    { deadlineMs: 30_000 },
  );
}
