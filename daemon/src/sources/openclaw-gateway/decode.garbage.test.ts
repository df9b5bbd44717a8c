import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY, T0, Wire } from '../../testing/decoder/wire.ts';
import { decodeFrames, type Frame, gatewayRecordings } from '../../testing/recordings/gateway-frames.ts';
import { TurnTracker } from '../../turns/tracker.ts';

function nested(depth: number): object {
  let value: object = {};
  for (let i = 0; i < depth; i += 1) value = { payload: value, data: [value] };
  return value;
}

describe('frames that make no sense', () => {
  it.each([
    ['null', null],
    ['a number', 42],
    ['text that was no JSON', '{"type":'],
    ['a list', [{ type: 'event' }]],
    ['nothing', undefined],
  ])('%s: malformed', (_what, frame) => {
    expect(new Wire().frame(frame).decoder.stats()).toEqual({ unknown: 0, malformed: 1 });
  });

  it.each([
    ['no type', {}],
    ['another type', { type: 'gossip' }],
    ['an unknown event', { type: 'event', event: 'agents.dreamt', payload: {} }],
    ['an event without a name', { type: 'event' }],
    ['an event whose name is no text', { type: 'event', event: { agent: true } }],
  ])('%s: unknown, and ignored', (_what, frame) => {
    const wire = new Wire().frame(frame);
    expect(wire.decoder.stats()).toEqual({ unknown: 1, malformed: 0 });
    expect(wire.events).toEqual([]);
  });

  it.each([
    ['without a payload', undefined],
    ['with a payload that is text', 'agent'],
    ['without a run', { sessionKey: KEY, stream: 'tool', data: {} }],
    ['without a key', { runId: 'r1', stream: 'tool', data: {} }],
    ['without data', { sessionKey: KEY, runId: 'r1', stream: 'tool' }],
    ['without a stream', { sessionKey: KEY, runId: 'r1', data: {} }],
    ['of wrong types all over', { sessionKey: 7, runId: [], stream: {}, data: 'x', seq: 'one', ts: 'now' }],
  ])('a run event %s is malformed', (_what, payload) => {
    const wire = new Wire();
    for (const event of ['agent', 'session.tool']) wire.frame({ type: 'event', event, payload });
    expect(wire.decoder.stats().malformed).toBe(2);
    expect(wire.events).toEqual([]);
  });

  it.each([
    ['chat', { state: 'delta' }],
    ['session.message', { sessionKey: KEY }],
    ['session.message', { message: { role: 'user' } }],
  ])('%s without its needed fields is malformed: %j', (event, payload) => {
    expect(new Wire().event(event, payload).decoder.stats().malformed).toBe(1);
  });

  it('streams, phases and kinds that nobody knows are counted', () => {
    const wire = new Wire()
      .agent('r1', 'smell', {})
      .lifecycle('r1', 'hibernating')
      .agent('r1', 'tool', { phase: 'start' });
    wire.agent('r1', 'tool', { phase: 'juggle', toolCallId: 'c' }).agent('r1', 'item', { kind: 'sound' });
    wire.agent('r1', 'compaction', { phase: 'middle' }).lifecycle('r1', 'waiting-approval');
    expect(wire.decoder.stats()).toEqual({ unknown: 7, malformed: 0 });
    expect(wire.events).toEqual([]);
  });

  it('events that say nothing about a turn are neither', () => {
    const wire = new Wire();
    for (const event of ['tick', 'task', 'cron', 'heartbeat', 'presence', 'health', 'shutdown']) wire.event(event, {});
    expect(wire.decoder.stats()).toEqual({ unknown: 0, malformed: 0 });
  });

  it('new fields are ignored', () => {
    const wire = new Wire().lifecycle(
      'r1',
      'start',
      { startedAt: T0 - 1_000, mood: 'good' },
      { planet: { name: 'earth' } },
    );
    expect(wire.take('run.started')).toEqual([
      { type: 'run.started', key: KEY, at: T0, run: { runId: 'r1', seq: 1 }, startedMs: T0 - 1_000 },
    ]);
  });

  it('nesting of any depth is not walked', () => {
    const wire = new Wire().frame(nested(5_000)).event('agent', nested(5_000));
    wire.agent('r1', 'tool', { phase: 'result', toolCallId: 'c', name: 'exec', result: nested(5_000) });
    expect(wire.types).toEqual(['run.started', 'tool']);
  });

  it('answers that nobody asked for, refusals and empty ones say nothing', () => {
    const wire = new Wire().frame({ type: 'res', id: '9', ok: true, payload: { list: { sessions: [{ key: KEY }] } } });
    wire.decoder.request('1', 'sessions.list', {}, 0);
    wire.frame({ type: 'res', id: '1', ok: false, error: { code: 'NO' } });
    wire.ask('sessions.list', {}).ask('sessions.list', { sessions: 'many' }).ask('something.else', { sessions: [] });
    wire.ask('sessions.list', { sessions: [null, 1, {}, { key: '' }, { key: 7 }] });
    expect(wire.events).toEqual([]);
    expect(wire.decoder.unanswered).toBe(0);
  });

  it('a history whose key is nowhere is malformed; a broken one opens nothing', () => {
    const wire = new Wire().ask('chat.history', {});
    expect(wire.decoder.stats().malformed).toBe(1);
    wire.history({ messages: [null, 'x', { role: 9 }, {}], inFlightRun: 'r1', sessionInfo: [] });
    expect(wire.types).toEqual(['key.synced']);
  });

  it('a tick whose clock is broken moves no time', () => {
    const wire = new Wire()
      .event('tick', { ts: Number.NaN })
      .event('tick', { ts: '12' })
      .event('tick', { ts: 1e300 })
      .event('tick', { ts: -5 })
      .lifecycle('r1', 'start', { startedAt: T0 - 5 });
    expect(wire.take('run.started')[0]?.startedMs).toBe(T0 - 5);
  });
});

describe('real frames, broken anywhere', () => {
  const frames = gatewayRecordings()
    .flatMap((recording) => recording.frames)
    .filter((frame) => frame.dir === 'in');
  const junk = fc.constantFrom<unknown>(null, '', 'x', 0, -1, 1e300, Number.NaN, true, [], {}, [[]], {
    type: 'toolCall',
  });

  /** Replaces or drops what the path of choices leads to. */
  function broken(value: unknown, path: readonly number[], replacement: unknown): unknown {
    if (typeof value !== 'object' || value === null || path.length === 0) return replacement;
    const keys = Object.keys(value);
    const key = keys[Math.floor((path[0] ?? 0) * keys.length)];
    if (key === undefined) return replacement;
    const copy: Record<string, unknown> = { ...value };
    if (path.length === 1 && replacement === undefined) delete copy[key];
    else copy[key] = broken(copy[key], path.slice(1), replacement);
    return Array.isArray(value) ? Object.values(copy) : copy;
  }

  it('never throw, here or in the turn machine', () => {
    const choice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const mutation = fc.record({
      path: fc.array(choice, { minLength: 1, maxLength: 6 }),
      to: fc.option(junk, { nil: undefined }),
    });
    const windows = fc.record({
      from: fc.integer({ min: 0, max: frames.length - 60 }),
      mutations: fc.array(mutation, { minLength: 60, maxLength: 60 }),
    });
    fc.assert(
      fc.property(windows, ({ from, mutations }) => {
        const window = mutations.map(({ path, to }, at): Frame => {
          const frame = frames[from + at] ?? { t: 0, dir: 'in', f: null };
          return at % 2 === 0 ? { ...frame, f: broken(frame.f, path, to) } : frame;
        });
        const tracker = new TurnTracker();
        for (const event of decodeFrames(window)) tracker.apply(event, event.at);
        tracker.nameAll();
        JSON.stringify(tracker.turns());
      }),
      { numRuns: 150, seed: 4_811 },
    );
  });
});
