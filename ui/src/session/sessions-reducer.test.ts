import type { Delta, Session } from '@livestatus/contract';
import { describe, expect, it } from 'vitest';
import { sampleSession, sampleStep } from '../samples/builders.ts';
import { NO_SESSIONS, type SessionsEvent, type SessionsState, sessionsReducer } from './sessions-reducer.ts';

const session = (id: string, seq: number, fields: Partial<Session> = {}): Session =>
  sampleSession({ age: 10, id, seq, ...fields });

const delta = (id: string, baseSeq: number, seq: number, fields: Partial<Delta> = {}): Delta => ({
  id,
  base_seq: baseSeq,
  seq,
  as_of_ms: 0,
  set: {},
  steps: [],
  removed_steps: [],
  steps_dropped: 0,
  ...fields,
});

const updated = (fields: Partial<Extract<SessionsEvent, { type: 'updated' }>>): SessionsEvent => ({
  type: 'updated',
  removed: [],
  sessions: [],
  deltas: [],
  ...fields,
});

const play = (...events: SessionsEvent[]): SessionsState => events.reduce(sessionsReducer, NO_SESSIONS);
const seqs = (state: SessionsState): Record<string, number> =>
  Object.fromEntries(Object.entries(state.byId).map(([id, { seq }]) => [id, seq]));

describe('the list of sessions', () => {
  it('is replaced by a sync, and what is unchanged keeps its identity', () => {
    const before = play({ type: 'synced', sessions: [session('a', 1), session('b', 1)] });
    const after = sessionsReducer(before, { type: 'synced', sessions: [session('b', 1), session('c', 1)] });
    expect(seqs(after)).toEqual({ b: 1, c: 1 });
    expect(after.byId.b).toBe(before.byId.b);
  });

  it('takes a lower seq from a sync: a daemon that lost its state starts anew', () => {
    expect(
      seqs(play({ type: 'synced', sessions: [session('a', 9)] }, { type: 'synced', sessions: [session('a', 2)] })),
    ).toEqual({
      a: 2,
    });
  });

  it('hears of a box that the server made, outside seq (D2)', () => {
    const before = play({ type: 'synced', sessions: [session('a', 1)] });
    const after = sessionsReducer(
      before,
      updated({
        posts: [
          { id: 'a', post_id: 'box' },
          { id: 'unknown', post_id: 'x' },
        ],
      }),
    );
    expect(after.byId.a).toMatchObject({ seq: 1, post_id: 'box' });
    expect(Object.keys(after.byId)).toEqual(['a']);
    expect(sessionsReducer(after, updated({ posts: [{ id: 'a', post_id: 'box' }] }))).toBe(after);
  });

  it('takes from a sync of the same seq what the server adds by itself (D2)', () => {
    const before = play({ type: 'synced', sessions: [session('a', 1, { offline: true })] });
    const after = sessionsReducer(before, { type: 'synced', sessions: [session('a', 1, { post_id: 'box' })] });
    expect(after.byId.a).toMatchObject({ post_id: 'box' });
    expect(after.byId.a?.offline).toBeUndefined();
  });

  it('keeps a box that was told while a fetch was on its way', () => {
    const before = play({ type: 'synced', sessions: [session('a', 1, { post_id: 'box' })] });
    const after = sessionsReducer(before, { type: 'fetched', session: session('a', 2) });
    expect(after.byId.a).toMatchObject({ seq: 2, post_id: 'box' });
  });

  it('applies a delta to its base and touches no other session', () => {
    const before = play({ type: 'synced', sessions: [session('a', 1), session('b', 1)] });
    const step = sampleStep({ label: 'Read', ago: 1 });
    const after = sessionsReducer(
      before,
      updated({ deltas: [delta('a', 1, 2, { steps: [step], set: { tool_calls: 1 } })] }),
    );
    expect(after.byId.a).toMatchObject({ seq: 2, tool_calls: 1, steps: [step] });
    expect(after.byId.b).toBe(before.byId.b);
  });

  it('applies removals, then snapshots, then deltas', () => {
    const state = play(
      { type: 'synced', sessions: [session('a', 5)] },
      updated({ removed: ['a'], sessions: [session('a', 1), session('b', 1)], deltas: [delta('b', 1, 2)] }),
    );
    expect(seqs(state)).toEqual({ a: 1, b: 2 });
  });

  it('is the same object when nothing was new', () => {
    const state = play({ type: 'synced', sessions: [session('a', 3)] });
    expect(sessionsReducer(state, updated({ deltas: [delta('a', 2, 3)] }))).toBe(state);
    expect(sessionsReducer(state, updated({ sessions: [session('a', 3), session('a', 1)] }))).toBe(state);
    expect(sessionsReducer(state, updated({ removed: ['unknown'] }))).toBe(state);
    expect(sessionsReducer(state, { type: 'gone', id: 'unknown' })).toBe(state);
    expect(sessionsReducer(state, { type: 'fetched', session: session('a', 2) })).toBe(state);
  });
});

describe('a session that a delta does not fit', () => {
  const gap = play({ type: 'synced', sessions: [session('a', 1)] }, updated({ deltas: [delta('a', 2, 3)] }));

  it('stays as it was and is named for fetching', () => {
    expect([seqs(gap), gap.stale]).toEqual([{ a: 1 }, { a: 3 }]);
  });

  it('is named when it is not known at all', () => {
    expect(play(updated({ deltas: [delta('new', 1, 2)] })).stale).toEqual({ new: 2 });
  });

  it('is whole again after the fetch', () => {
    const state = sessionsReducer(gap, { type: 'fetched', session: session('a', 3) });
    expect([seqs(state), state.stale]).toEqual([{ a: 3 }, {}]);
  });

  it('stays named when the fetch brought less than was announced', () => {
    const later = sessionsReducer(gap, updated({ deltas: [delta('a', 4, 5)] }));
    const state = sessionsReducer(later, { type: 'fetched', session: session('a', 4) });
    expect([seqs(state), state.stale]).toEqual([{ a: 4 }, { a: 5 }]);
  });

  it('is whole again by a snapshot that comes by itself', () => {
    const state = sessionsReducer(gap, updated({ sessions: [session('a', 7)] }));
    expect([seqs(state), state.stale]).toEqual([{ a: 7 }, {}]);
  });

  it('is forgotten when it is gone', () => {
    const state = sessionsReducer(gap, { type: 'gone', id: 'a' });
    expect([seqs(state), state.stale]).toEqual([{}, {}]);
  });
});
