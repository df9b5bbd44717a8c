import type { Session } from '@livestatus/contract';
import { sampleSession } from '@livestatus/ui/samples';
import { describe, expect, it } from 'vitest';
import { PLUGIN_ID } from '../manifest.ts';
import { update } from '../testing/fake_world.ts';
import { liveAction, liveReducer } from './live_action.ts';
import { INITIAL_LIVE, type LiveEvent, type LiveState, reduceLive } from './live_state.ts';
import { anchorOf, selectActive, selectEnded, selectSession, selectSessionOfPost, type WithLive } from './selectors.ts';

const session = (id: string, fields: Partial<Session> = {}): Session => sampleSession({ age: 10, id, ...fields });
const listed = (sessions: Session[], daemons: { daemon_id: string; offline: boolean }[] = [], atMs = 0): LiveEvent => ({
  type: 'listed',
  list: { sessions, daemons },
  atMs,
  meanwhile: [],
});
const play = (...events: LiveEvent[]): LiveState => events.reduce(reduceLive, INITIAL_LIVE);
const host = (live: LiveState): WithLive => ({ [`plugins-${PLUGIN_ID}`]: live });

describe('the slice', () => {
  it('is untouched by every action of others', () => {
    const state = play(listed([session('a')]));
    for (const type of ['@@INIT', 'updated', undefined]) expect(liveReducer(state, { type })).toBe(state);
    expect(liveReducer(undefined, { type: '@@INIT' })).toBe(INITIAL_LIVE);
    expect(liveReducer(state, liveAction({ type: 'left' }))).toBe(INITIAL_LIVE);
  });

  it('is the same object when nothing changed', () => {
    const state = play(listed([session('a')]));
    const events: LiveEvent[] = [
      { type: 'updated', received: [{ update: update({ sessions: [session('a')] }), atMs: 0 }] },
      { type: 'gone', id: 'unknown' },
      { type: 'retried' },
      { type: 'scope_chosen', scope: 'all' },
    ];
    for (const event of events) expect(reduceLive(state, event), event.type).toBe(state);
  });

  it('keeps at most 200 ended turns, and every active one', () => {
    const ended = Array.from({ length: 250 }, (_, index) =>
      session(`e${index}`, { status: 'done', ended_ms: index, started_ms: 0 }),
    );
    const state = play({
      type: 'updated',
      received: [{ update: update({ sessions: [session('a'), ...ended] }), atMs: 0 }],
    });
    expect(selectEnded(host(state))).toHaveLength(200);
    expect(selectEnded(host(state))[0]?.id).toBe('e249');
    expect(selectActive(host(state))).toHaveLength(1);
  });
});

describe('clocks', () => {
  it('go on from the newest time that a message tells, whatever older copies it holds', () => {
    const state = play(listed([session('old', { as_of_ms: 1000 }), session('new', { as_of_ms: 900_000 })], [], 5));
    expect(anchorOf(state.anchors[session('old').daemon_id], session('old'))).toEqual({
      asOfMs: 900_000,
      receivedAtMs: 5,
    });
  });

  it('are one for each daemon, and one that never spoke stands still', () => {
    const state = play(listed([session('a', { as_of_ms: 10, daemon_id: 'd1' })]));
    expect(anchorOf(state.anchors.d2, session('b', { daemon_id: 'd2', as_of_ms: 77 }))).toEqual({
      asOfMs: 77,
      receivedAtMs: Number.POSITIVE_INFINITY,
    });
  });
});

describe('what is selected', () => {
  it('is the same reference until it changes', () => {
    const state = host(play(listed([session('a'), session('b', { status: 'done', ended_ms: 1 })])));
    expect(selectActive(state)).toBe(selectActive({ ...state }));
    expect(selectEnded(state)).toBe(selectEnded({ ...state }));
  });

  it('D2: shows a host as offline when its lease ran out, and as back when it is', () => {
    const before = play(listed([session('a', { daemon_id: 'd' })], [{ daemon_id: 'd', offline: true }]));
    expect(selectSession(host(before), 'a')?.offline).toBe(true);
    expect(selectSession(host(before), 'a')).toBe(selectSession(host(before), 'a'));
    const back = update({ daemons: [{ daemon_id: 'd', offline: false }] });
    const after = reduceLive(before, { type: 'updated', received: [{ update: back, atMs: 0 }] });
    expect(selectSession(host(after), 'a')?.offline).toBeUndefined();
  });

  it('finds the session whose box the server says a post is', () => {
    const state = host(play(listed([session('a', { post_id: 'box' })])));
    expect(selectSessionOfPost(state, 'box')?.id).toBe('a');
    expect(selectSessionOfPost(state, 'other')).toBeUndefined();
  });
});
