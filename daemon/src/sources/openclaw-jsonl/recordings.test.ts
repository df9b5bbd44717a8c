import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../turns/events.ts';
import { type JsonlReplayOptions, playJsonlSteps } from '../replay/jsonl-replay.ts';
import { VirtualClock } from '../replay/virtual-clock.ts';
import { eventText } from './testing/event-text.ts';

const RECORDINGS = join(import.meta.dirname, '../../../../testdata/recordings/jsonl');
const GOLDEN = join(import.meta.dirname, '../../../../testdata/golden-events/jsonl');
const NAMES = readdirSync(RECORDINGS).sort();

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'livestatus-recordings-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function play(name: string, options: Partial<JsonlReplayOptions> = {}): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  const sink = { event: (event: AgentEvent) => events.push(event), health: () => undefined };
  const tempDir = mkdtempSync(join(root, 'play-'));
  await playJsonlSteps(join(RECORDINGS, name), { sink, clock: new VirtualClock(0), tempDir, ...options });
  return events;
}

describe.each(NAMES)('the recording %s', (name) => {
  it('gives the events that were reviewed by hand against it', async () => {
    await expect(eventText(await play(name))).toMatchFileSnapshot(join(GOLDEN, `${name}.txt`));
  });

  it('gives the identical events when played again', async () => {
    expect(await play(name)).toEqual(await play(name));
  });

  it('gives the same events when every append is seen in pieces, cut inside UTF-8 too', async () => {
    const cut = (data: Buffer) =>
      Array.from({ length: Math.min(9, data.length - 1) }, (_, i) => Math.ceil(((i + 1) * data.length) / 11));
    expect(await play(name, { cut })).toEqual(await play(name));
  });
});

describe.each(NAMES.filter((name) => existsSync(witnessOf(name))))(
  'the gateway of that time, as a second witness of %s',
  (name) => {
    it('tells of the same runs, and of no tool call that is not told here (it hides those of channel runs)', async () => {
      const events = await play(name);
      const witness = readFileSync(witnessOf(name), 'utf8').split('\n').flatMap(factOf);
      const runs = events.flatMap((event) => (event.type === 'run.started' ? [`run ${event.key}`] : []));
      const calls = events.flatMap((event) => (event.type === 'tool' ? [`call ${event.key} ${event.callId}`] : []));
      expect(runs.sort()).toEqual(witness.filter(isRun).sort());
      expect(calls).toEqual(expect.arrayContaining(witness.filter((fact) => !isRun(fact))));
    });
  },
);

function witnessOf(name: string): string {
  return join(RECORDINGS, name, 'gateway-events.jsonl');
}

const isRun = (fact: string) => fact.startsWith('run ');

/** A run's start or a tool call, of one line of the old gateway's events. */
function factOf(line: string): readonly string[] {
  if (line === '') return [];
  const { payload } = JSON.parse(line) as {
    payload?: { stream?: string; sessionKey?: string; data?: { phase?: string; toolCallId?: string } };
  };
  const { stream, sessionKey, data } = payload ?? {};
  if (stream === 'lifecycle' && data?.phase === 'start') return [`run ${sessionKey}`];
  return stream === 'tool' ? [`call ${sessionKey} ${data?.toolCallId}`] : [];
}

describe('a recording played again later', () => {
  it('gives runs of new names and the same events otherwise', async () => {
    const shiftMs = 86_400_000;
    const [first, second] = [await play('slow'), await play('slow', { shiftMs })];
    const withoutTimes = (events: readonly AgentEvent[]) => eventText(events).replace(/R\d+ = .*\n/g, '');
    expect(withoutTimes(second)).toBe(withoutTimes(first));
    const names = (events: readonly AgentEvent[]) =>
      events.flatMap((event) => (event.type === 'run.started' ? [event.lockName] : []));
    expect(names(second)).not.toEqual(names(first));
    expect(names(second)).toEqual([
      'lock:main/sessions/83ede771-07ce-4460-9509-4d2078606f33.jsonl:2026-11-23T21:33:51.086Z',
    ]);
  });
});
