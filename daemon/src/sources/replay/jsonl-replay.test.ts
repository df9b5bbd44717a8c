import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { AgentEvent } from '../../turns/events.ts';
import { type JsonlReplayOptions, playJsonlSteps, type ReplayClock } from './jsonl-replay.ts';
import { VirtualClock } from './virtual-clock.ts';

const T = 1_795_383_600_000;
const LOCK = JSON.stringify({ pid: 1, createdAt: new Date(T + 1).toISOString() });
const INDEX = JSON.stringify({ 'agent:main:main': { sessionId: 's1' } });
const STEPS = [
  { t: T, op: 'write', path: 'main/sessions/sessions.json', data: INDEX },
  { t: T + 1.4, op: 'write', path: 'main/sessions/s1.jsonl.lock', data: LOCK },
  { t: T + 9.6, op: 'delete', path: 'main/sessions/s1.jsonl.lock' },
];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'livestatus-replay-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function play(
  steps: readonly unknown[],
  options: Partial<JsonlReplayOptions> = {},
): Promise<readonly AgentEvent[]> {
  const folder = join(root, 'recording');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'steps.jsonl'),
    steps.map((step) => (typeof step === 'string' ? step : JSON.stringify(step))).join('\n'),
  );
  const events: AgentEvent[] = [];
  const sink = { event: (event: AgentEvent) => void events.push(event), health: () => undefined };
  await playJsonlSteps(folder, {
    sink,
    clock: new VirtualClock(0),
    tempDir: mkdtempSync(join(root, 'play-')),
    ...options,
  });
  return events;
}

const timesAndTypes = (events: readonly AgentEvent[]) => events.map(({ at, type }) => `${at - T} ${type}`);

describe('playing steps', () => {
  it('follows the recorded time, in whole milliseconds', async () => {
    expect(timesAndTypes(await play(STEPS))).toEqual(['0 source.synced', '1 row', '1 run.started', '10 run.ended']);
  });

  it('tells what the last step causes, on a clock that runs by itself too', async () => {
    const paced: ReplayClock = { ...systemClock, advanceTo: () => undefined };
    const events = await play(STEPS, { clock: paced });
    expect(events.map(({ type }) => type)).toEqual(['source.synced', 'row', 'run.started', 'run.ended']);
  });

  it('moved in time, gives runs of other names', async () => {
    const name = async (shiftMs: number) =>
      (await play(STEPS, { shiftMs })).flatMap((event) => (event.type === 'run.started' ? [event.lockName] : []));
    expect(await name(1000)).toEqual([`lock:main/sessions/s1.jsonl:${new Date(T + 1001).toISOString()}`]);
  });

  it('can be ended', async () => {
    expect(await play(STEPS, { signal: AbortSignal.abort() })).toMatchObject([{ type: 'source.synced' }]);
  });

  it('of nothing gives nothing', async () => {
    expect(await play([])).toEqual([]);
  });

  it.each([
    { what: 'text', step: 'hello' },
    { what: 'a frame', step: { t: 1, dir: 'in', f: {} } },
    { what: 'a path that leads out of the folder', step: { t: 1, op: 'write', path: '../../x', data: '' } },
    { what: 'a rename to outside', step: { t: 1, op: 'rename', path: 'main/sessions/x.jsonl', to: '/etc/x' } },
    { what: 'a step without its data', step: { t: 1, op: 'append', path: 'main/sessions/x.jsonl' } },
    { what: 'a step without a time', step: { op: 'delete', path: 'main/sessions/x.jsonl' } },
  ])('refuses $what, and says which line', async ({ step }) => {
    await expect(play([...STEPS, step])).rejects.toMatchObject({
      code: 'not_a_recording',
      message: expect.stringContaining('line 4 of'),
    });
  });
});
