import { describe, expect, it } from 'vitest';
import { NOTHING_SHOWN, nextDeadline, reduceShown, type Shown, type ShownEvent } from './shown.ts';

const play = (...events: ShownEvent[]): Shown => events.reduce(reduceShown, NOTHING_SHOWN);
const active = (nowMs: number, ...ids: string[]): ShownEvent => ({ type: 'active', ids, nowMs });
const deadline = (nowMs: number): ShownEvent => ({ type: 'deadline', nowMs });

describe('turns in the widget', () => {
  it('stay for 5 s after they ended beside those that go on', () => {
    const state = play(active(0, 'a', 'b'), active(1000, 'b'));
    expect(state.ended).toEqual({ a: 1000 });
    expect(nextDeadline(state)).toBe(6000);
    expect(reduceShown(state, deadline(5999))).toBe(state);
    expect(reduceShown(state, deadline(6000)).ended).toEqual({});
  });

  it('all stay until 5 s after the last one ended, then all are gone', () => {
    const state = play(active(0, 'a', 'b'), active(1000, 'b'), active(2000));
    expect(state).toMatchObject({ ended: { a: 1000, b: 2000 }, visibility: { phase: 'lingering' } });
    expect(nextDeadline(state)).toBe(7000);
    expect(reduceShown(state, deadline(6999)).visibility.phase).toBe('lingering');
    const fading = reduceShown(state, deadline(7000));
    expect([fading.visibility.phase, nextDeadline(fading)]).toEqual(['fading', 7200]);
    expect(reduceShown(fading, deadline(7200))).toMatchObject({ ended: {}, visibility: { phase: 'hidden' } });
  });

  it('stay while somebody points at the widget', () => {
    const state = play(active(0, 'a', 'b'), { type: 'held' }, active(1000, 'b'));
    expect(nextDeadline(state)).toBeUndefined();
    expect(reduceShown(state, deadline(60_000)).ended).toEqual({ a: 1000 });
    expect(reduceShown(state, { type: 'released', nowMs: 60_000 }).ended).toEqual({});
  });

  it('are active again when they were reopened (T4)', () => {
    expect(play(active(0, 'a'), active(1000), active(2000, 'a'))).toMatchObject({
      ended: {},
      visibility: { phase: 'live' },
    });
  });

  it('that had ended before are no news', () => {
    expect(play(active(0))).toMatchObject({ ended: {}, visibility: { phase: 'hidden' } });
  });
});
