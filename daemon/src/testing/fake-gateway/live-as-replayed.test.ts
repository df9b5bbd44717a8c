import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { GatewayDecoder } from '../../sources/openclaw-gateway/decode.ts';
import { createGatewaySource } from '../../sources/openclaw-gateway/source.ts';
import { GatewayReplay } from '../../sources/replay/gateway-replay.ts';
import { readFrames } from '../../sources/replay/recording.ts';
import { VirtualClock } from '../../sources/replay/virtual-clock.ts';
import { type TurnChange, TurnTracker } from '../../turns/tracker.ts';
import type { Turn } from '../../turns/turn.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { ManualClock } from './manual-clock.ts';
import { type Recording, readRecording } from './recording.ts';
import { until } from './until.ts';

const FOLDERS = ['testdata/recordings/gateway', 'testdata/recordings/gateway-extra'];
const STEP_MS = 40;
const WAIT_STEP_MS = 1_000;
/** T9: what is still unknown this long after a sync is lost. */
const LOST_MS = 60_000;

const RECORDINGS = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).filter(
  isRecording,
);

function isRecording(path: string): boolean {
  if (!path.endsWith('.jsonl') || path.endsWith('.mm.jsonl')) return false;
  return /^\{"t":\d+,"dir":/.test(readFileSync(path, 'utf8'));
}

/** Turns as they are after everything that was told of them. */
class Turns {
  readonly tracker = new TurnTracker();
  readonly #turns = new Map<string, Turn>();

  note(changes: readonly TurnChange[]): void {
    for (const { before, after } of changes) {
      if (after !== undefined) this.#turns.set(after.id, after);
      else if (before !== undefined) this.#turns.delete(before.id);
    }
  }

  /** Lets deadlines fire that are due. */
  advance(now: number): void {
    while (this.tracker.deadline <= now) this.note(this.tracker.advance(this.tracker.deadline));
  }

  list(): readonly Turn[] {
    return [...this.#turns.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

async function replayed(path: string): Promise<readonly Turn[]> {
  const turns = new Turns();
  const replay = new GatewayReplay(new VirtualClock(0), (event) => turns.note(turns.tracker.apply(event, event.at)));
  for await (const frame of readFrames(path, { count: 0 })) {
    turns.advance(frame.t);
    replay.play(frame);
  }
  return turns.list();
}

/** The same through a real WebSocket, source and subscriptions; `disturb` is asked at every step (how much has passed). */
async function lived(recording: Recording, disturb: Disturbance = () => {}, extraMs = 1_000): Promise<readonly Turn[]> {
  const clock = new ManualClock();
  const gateway = await startFakeGateway({ recordings: [recording], speed: 1, clock });
  const stateDir = mkdtempSync(join(tmpdir(), 'livestatus-'));
  const turns = new Turns();
  const source = createGatewaySource({
    url: gateway.url,
    token: { reveal: () => gateway.token },
    scopes: ['operator.read'],
    stateDir,
    version: '5.0.0',
    clock,
    random: () => 0,
    log: pino({ level: 'silent' }),
    decoderFactory: (callbacks) => new GatewayDecoder(callbacks),
    openKeys: () => turns.tracker.openKeys(),
  });
  await source.start({ event: (event) => turns.note(turns.tracker.apply(event, event.at)), health: () => {} });
  await until('it is connected', () => source.health().state === 'ok');
  const lengthMs = recording.endMs - recording.startMs;
  for (let passed = 0, step = STEP_MS; passed < lengthMs + extraMs; passed += step) {
    if (passed > lengthMs) step = WAIT_STEP_MS;
    disturb(gateway, passed / lengthMs);
    clock.advance(step);
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    turns.advance(clock.now());
  }
  await source.stop();
  await gateway.stop();
  rmSync(stateDir, { recursive: true, force: true });
  return turns.list();
}

/** All but times and what tells how it was observed: notices, and the activity where a recording breaks off. */
function whole(turn: Turn): unknown {
  const { key, toolCalls, usage, route, requestedBy } = turn;
  const steps = turn.steps.filter((step) => step.kind !== 'notice').map((step) => `${step.kind} ${step.status}`);
  return { ending: ending(turn), key, steps, toolCalls, usage, route, requestedBy };
}

function ending({ name, phase }: Turn): string {
  const lost = 'error' in phase && phase.error?.code === 'lost' ? ' lost' : '';
  return `${name} ${phase.status}${lost}`;
}

describe('a recording played live, over a real WebSocket and through the real source', () => {
  it.each(RECORDINGS)('comes to the same turns as replayed at once: %s', async (path) => {
    const live = await lived(readRecording(readFileSync(path, 'utf8')));
    expect(live.map(whole)).toEqual((await replayed(path)).map(whole));
  });

  it.each(RECORDINGS)('comes to no other end when the connection is lost on the way: %s', async (path) => {
    const drop = once(moment(path), (gateway) => gateway.drop());
    await expectSameEnds(path, drop);
  });

  it.each(RECORDINGS)('comes to no other end when frames are dropped on the way: %s', async (path) => {
    const lose = once(moment(path), (gateway) => gateway.skip(5));
    await expectSameEnds(path, lose);
  });
});

/** A turn that nobody saw ending, and that left no trace, is interrupted (`lost`); one that nobody saw at all is not there. */
async function expectSameEnds(path: string, disturb: Disturbance): Promise<void> {
  const live = (await lived(readRecording(readFileSync(path, 'utf8')), disturb, LOST_MS + 10_000)).map(ending);
  const right = (await replayed(path)).map(ending);
  expect(live.filter((end) => !right.includes(end) && !end.endsWith(' interrupted lost'))).toEqual([]);
  expect(live.length).toBeGreaterThanOrEqual(Math.min(right.length, 1));
}

/** Between 0.2 and 0.8 of the recording, another for each. */
function moment(path: string): number {
  return 0.2 + 0.6 * ((path.length * 7) % 10) * 0.1;
}

type Disturbance = (gateway: FakeGateway, passed: number) => void;

/** Does `act` once, when this share of the recording has passed. */
function once(when: number, act: (gateway: FakeGateway) => void): Disturbance {
  let done = false;
  return (gateway, passed) => {
    if (done || passed < when) return;
    done = true;
    act(gateway);
  };
}
