import { describe, expect, it } from 'vitest';
import { KEY, T0, Wire } from '../../testing/decoder/wire.ts';
import { RuntimeClock } from './runtime-clock.ts';

const HOUR = 3_600_000;

describe('T11: runtime times are moved to the daemon’s clock', () => {
  it.each([
    ['the same clock', 0, 0],
    ['transport of less than a second', 900, 0],
    ['a runtime that is hours behind', 5 * HOUR, 5 * HOUR],
    ['a runtime that is hours ahead', -5 * HOUR, -5 * HOUR],
    ['more than a second', 1_001, 1_001],
  ])('%s', (_what, difference, shift) => {
    const clock = new RuntimeClock();
    clock.observe(T0, T0 - difference);
    expect(clock.shift(T0 + 500)).toBe(T0 + 500 + shift);
  });

  it('by the smallest difference seen: transport only adds', () => {
    const clock = new RuntimeClock();
    clock.observe(10_000, 4_000);
    clock.observe(20_000, 15_000);
    clock.observe(30_000, 22_000);
    expect(clock.shift(0)).toBe(5_000);
    clock.observe(40_000, 39_990);
    expect(clock.shift(0)).toBe(0);
  });

  it('of that connection: the next one may lead to another machine', () => {
    const clock = new RuntimeClock();
    clock.observe(10_000, 0);
    clock.reset();
    expect(clock.shift(7)).toBe(7);
  });

  it.each([
    ['behind', HOUR],
    ['ahead', -HOUR],
  ])('in every event of a gateway that is an hour %s', (_what, late) => {
    const wire = new Wire();
    const theirs = (ms: number) => ms - late;
    wire.event('connect.challenge', { ts: theirs(wire.now) }).greet();
    wire.lifecycle('r1', 'start', { startedAt: theirs(T0 - 500) }, { ts: theirs(wire.now) });
    wire.agent(
      'r1',
      'item',
      { kind: 'tool', toolCallId: 'c', phase: 'end', startedAt: theirs(T0 - 400), endedAt: theirs(T0 - 100) },
      { ts: theirs(wire.now) },
    );
    wire.lifecycle('r1', 'end', { startedAt: theirs(T0 - 500), endedAt: theirs(T0 - 50) }, { ts: theirs(wire.now) });
    expect(wire.events).toMatchObject([
      { type: 'run.started', startedMs: T0 - 500, at: T0 },
      { type: 'tool', startedMs: T0 - 400, endedMs: T0 - 100, tsMs: T0 },
      { type: 'run.ended', startedMs: T0 - 500, endedMs: T0 - 50 },
    ]);
  });

  it('the first word of a connection tells the clock: histories are read before any run event', () => {
    const wire = new Wire().event('connect.challenge', { ts: T0 - HOUR }).greet();
    const user = { role: 'user', content: 'hi', __openclaw: { id: 'u1', recordTimestampMs: T0 - 100_000 - HOUR } };
    wire.history({ messages: [user], inFlightRun: { runId: 'r1', startedAt: T0 - 99_900 - HOUR } });
    expect(wire.take('run.joined')).toMatchObject([{ startedMs: T0 - 99_900, request: { recordedMs: T0 - 100_000 } }]);
  });

  it('events of long ago inside an answer say nothing about the clock', () => {
    const old = {
      runId: 'r1',
      stream: 'tool',
      ts: T0 - 900_000,
      data: { phase: 'start', name: 'exec', toolCallId: 'c' },
    };
    const wire = new Wire()
      .event('tick', { ts: T0 })
      .history({ inFlightRun: { runId: 'r1', startedAt: T0 - 910_000, events: [old] } });
    expect(wire.take('tool')).toMatchObject([{ tsMs: T0 - 900_000 }]);
    expect(wire.lifecycle('r1', 'end', { endedAt: T0 }).take('run.ended')).toMatchObject([{ endedMs: T0 }]);
  });

  it('approvals expire on the daemon’s clock', () => {
    const wire = new Wire().event('tick', { ts: T0 - HOUR });
    wire.lifecycle('r1', 'waiting-approval', { approvalId: 'a', expiresAtMs: T0 + 900_000 - HOUR }, { ts: T0 - HOUR });
    expect(wire.take('approval.requested')).toMatchObject([{ key: KEY, expiresMs: T0 + 900_000, tsMs: T0 }]);
  });
});
