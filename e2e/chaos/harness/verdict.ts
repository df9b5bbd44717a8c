import type { Session } from '@livestatus/contract';
import type { SeenBox } from '../../plugin/harness/chain.ts';

/** What really became of a turn; moments are ms since the epoch. */
export interface TrueTurn {
  readonly id: string;
  readonly status: Session['status'];
  /** Undefined: not known for sure. */
  readonly toolCalls?: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What people see in Mattermost: the posts of the channels, and the plugin's list of sessions. */
export interface Shown {
  readonly boxes: readonly SeenBox[];
  readonly sessions: readonly Session[];
}

/** All empty = right. */
export interface Judgement {
  /** A second box of a turn, or one of a turn that never was. */
  readonly duplicates: readonly string[];
  /** A turn that is over and shown with another end than its own, or not at all. */
  readonly lost: readonly string[];
  /** Shown as active although it is over. */
  readonly stuck: readonly string[];
}

/** How much of a turn a daemon could see: all of it, enough to know of it, or too little for that. */
export type Watched = 'throughout' | 'partly' | 'hardly';
export type HowWatched = (turn: TrueTurn) => Watched;

/** When all runs are over. */
export function judge(truth: readonly TrueTurn[], shown: Shown, watched: HowWatched): Judgement {
  const ids = new Set(truth.map(({ id }) => id));
  const unknown = [...shown.boxes, ...shown.sessions].map(({ id }) => id).filter((id) => !ids.has(id));
  const again = [...ids].flatMap((id) => shown.boxes.filter((box) => box.id === id).slice(1));
  const seen = placesOf(shown);
  const ends = truth.map((turn) => endOf(turn, seen.get(turn.id) ?? [], watched(turn)));
  return {
    duplicates: [
      ...[...new Set(unknown)].map((id) => `${id} is no turn that there was`),
      ...again.map(({ id, post }) => `${id} has a second box, ${post.id}`),
    ],
    lost: ends.flatMap((end) => (end?.kind === 'lost' ? [end.text] : [])),
    stuck: ends.flatMap((end) => (end?.kind === 'stuck' ? [end.text] : [])),
  };
}

export function isRight({ duplicates, lost, stuck }: Judgement): boolean {
  return duplicates.length + lost.length + stuck.length === 0;
}

/** Turns that are shown with fewer tool calls than they had: those were made while no daemon watched, and no history tells of them. */
export function incomplete(truth: readonly TrueTurn[], shown: Shown): readonly TrueTurn[] {
  const seen = placesOf(shown);
  return truth.filter((turn) => missesCalls(turn, seen.get(turn.id) ?? []));
}

function missesCalls({ toolCalls }: TrueTurn, places: readonly PlaceState[]): boolean {
  const calls = places.find(({ where }) => where === 'list')?.toolCalls;
  return calls !== undefined && toolCalls !== undefined && calls !== toolCalls;
}

function endOf(turn: TrueTurn, places: readonly PlaceState[], watched: Watched) {
  const wrong = places.filter(({ status }) => status !== turn.status);
  const text = `${turn.id} was ${turn.status}: ${places.map(({ where, status }) => `${where} ${status}`).join(', ')}`;
  if (wrong.some(({ status }) => status === 'active')) return { kind: 'stuck', text } as const;
  if (wrong.length > 0) return { kind: 'lost', text } as const;
  if (watched === 'throughout' && missesCalls(turn, places))
    return { kind: 'lost', text: `${turn.id} had ${turn.toolCalls} tool calls, and not all are there` } as const;
  if (places.length === 0 && watched !== 'hardly')
    return { kind: 'lost', text: `${turn.id} is shown nowhere` } as const;
  return undefined;
}

/** How a turn stands in one of the two places. */
interface PlaceState {
  readonly where: 'box' | 'list';
  readonly status: Session['status'];
  /** Active, and somebody observes it. */
  readonly isLive: boolean;
  readonly toolCalls?: number;
}

/** By the turn's id. */
export type Places = ReadonlyMap<string, readonly PlaceState[]>;

export function placesOf({ boxes, sessions }: Shown): Places {
  const all: readonly (readonly [string, PlaceState])[] = [
    ...boxes.map(({ id, status, post }) => {
      const isLive = status === 'active' && !/^\*\*(No longer|Not) observed/.test(post.message);
      return [id, { where: 'box', status: status as Session['status'], isLive }] as const;
    }),
    ...sessions.map(({ id, status, offline, activity, tool_calls: toolCalls }) => {
      const isLive = status === 'active' && offline !== true && activity !== 'unobserved';
      return [id, { where: 'list', status, isLive, toolCalls }] as const;
    }),
  ];
  const places = new Map<string, PlaceState[]>();
  for (const [id, state] of all) places.set(id, [...(places.get(id) ?? []), state]);
  return places;
}

/** So late may the world be told of something without being wrong, ms. */
const GRACE_MS = 5_000;

/** What was not (yet) as it should be at this moment, in words: while turns go on, and after their end. */
export function notRight(truth: readonly TrueTurn[], places: Places, now: number): readonly string[] {
  return truth.flatMap((turn) => {
    const states = places.get(turn.id) ?? [];
    if (now > turn.endedAt + GRACE_MS) {
      return states
        .filter(({ status }) => status !== turn.status)
        .map(({ where }) => `${turn.id}: the ${where} is late`);
    }
    if (now < turn.startedAt + GRACE_MS || now > turn.endedAt) return [];
    if (states.length === 0) return [`${turn.id} is not shown`];
    return states.filter(({ isLive }) => !isLive).map(({ where }) => `${turn.id}: the ${where} is not live`);
  });
}
