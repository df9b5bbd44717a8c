import type { Session } from '@livestatus/contract';
import { describe, expect, it } from 'vitest';
import type { SeenBox } from '../../plugin/harness/chain.ts';
import {
  incomplete,
  isRight,
  judge as judgeWatched,
  notRight,
  placesOf,
  type Shown,
  type TrueTurn,
} from './verdict.ts';

const turn: TrueTurn = { id: 'a', status: 'done', toolCalls: 2, startedAt: 100_000, endedAt: 160_000 };

function box(id: string, status: string, message = '**Done** in 60 s'): SeenBox {
  const post = { id: `post-${id}-${status}`, message } as SeenBox['post'];
  return { post, id, status };
}

function listed(id: string, status: Session['status'], more: Partial<Session> = {}): Session {
  return { id, status, tool_calls: 2, ...more } as Session;
}

const shown = (boxes: readonly SeenBox[], sessions: readonly Session[]): Shown => ({ boxes, sessions });

const judge = (truth: readonly TrueTurn[], seen: Shown) => judgeWatched(truth, seen, () => 'throughout');

describe('when all is over', () => {
  it('one box and one entry with the true end are right', () => {
    expect(isRight(judge([turn], shown([box('a', 'done')], [listed('a', 'done')])))).toBe(true);
  });

  it('a quick turn without a box is right', () => {
    expect(isRight(judge([turn], shown([], [listed('a', 'done')])))).toBe(true);
  });

  it.each([
    ['a second box', 'duplicates', shown([box('a', 'done'), box('a', 'done')], [listed('a', 'done')])],
    [
      'a box of a turn that never was',
      'duplicates',
      shown([box('a', 'done'), box('b', 'done')], [listed('a', 'done')]),
    ],
    ['an entry of a turn that never was', 'duplicates', shown([], [listed('a', 'done'), listed('b', 'done')])],
    ['another end in the list', 'lost', shown([box('a', 'done')], [listed('a', 'interrupted')])],
    ['another end in the box', 'lost', shown([box('a', 'interrupted')], [listed('a', 'done')])],
    ['a tool call too few', 'lost', shown([box('a', 'done')], [listed('a', 'done', { tool_calls: 1 })])],
    ['nothing at all', 'lost', shown([], [])],
    ['a box that stays active', 'stuck', shown([box('a', 'active')], [listed('a', 'done')])],
    ['an entry that stays active', 'stuck', shown([box('a', 'done')], [listed('a', 'active')])],
  ] as const)('%s counts as %s', (_what, kind, seen) => {
    const judgement = judge([turn], seen);
    expect(judgement[kind]).toHaveLength(1);
    expect(judgement.duplicates.length + judgement.lost.length + judgement.stuck.length).toBe(1);
  });

  it('nothing at all is right where no daemon could have seen the turn', () => {
    expect(isRight(judgeWatched([turn], shown([], []), () => 'hardly'))).toBe(true);
    expect(isRight(judgeWatched([turn], shown([], []), () => 'partly'))).toBe(false);
  });

  it('tool calls that were made while no daemon watched are counted, not lost', () => {
    const seen = shown([box('a', 'done')], [listed('a', 'done', { tool_calls: 1 })]);
    expect(isRight(judgeWatched([turn], seen, () => 'partly'))).toBe(true);
    expect(incomplete([turn], seen)).toEqual([turn]);
  });
});

describe('at a moment', () => {
  const active = placesOf(shown([box('a', 'active', '**Working** · as of 4 s')], [listed('a', 'active')]));
  const over = placesOf(shown([box('a', 'done')], [listed('a', 'done')]));
  const nothing = placesOf(shown([], []));
  const offline = placesOf(
    shown([box('a', 'active', '**No longer observed** · as of 4 s')], [listed('a', 'active', { offline: true })]),
  );

  it.each([
    ['it has just begun, and nothing is shown yet', 101_000, nothing, 0],
    ['it goes on, and is shown so', 130_000, active, 0],
    ['it goes on, and nothing is shown', 130_000, nothing, 1],
    ['it goes on, and nobody seems to observe it', 130_000, offline, 2],
    ['it has just ended, and is still shown active', 161_000, active, 0],
    ['it ended a while ago, and is still shown active', 170_000, active, 2],
    ['it ended a while ago, and is shown so', 170_000, over, 0],
  ])('%s', (_what, now, places, wrong) => {
    expect(notRight([turn], places, now)).toHaveLength(wrong);
  });
});
