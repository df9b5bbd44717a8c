import { HIDDEN, reduceVisibility, type Visibility } from './visibility.ts';

/**
 * Which turns stand in the widget: those that are active, and those that have just ended, for as long as a reader needs
 * to see how. Pure; deadlines are data that the host schedules.
 */
export interface Shown {
  readonly visibility: Visibility;
  /** Active when last told. */
  readonly active: readonly string[];
  /** Ended in front of the reader: id -> when. */
  readonly ended: Readonly<Record<string, number>>;
}

export type ShownEvent =
  | { readonly type: 'active'; readonly ids: readonly string[]; readonly nowMs: number }
  | { readonly type: 'held' }
  | { readonly type: 'released'; readonly nowMs: number }
  | { readonly type: 'deadline'; readonly nowMs: number };

export const NOTHING_SHOWN: Shown = { visibility: HIDDEN, active: [], ended: {} };

/** As long as the widget stays after the last one (visibility.ts), an ended turn stays beside those that go on. */
const ENDED_STAYS_MS = 5000;

export function reduceShown(state: Shown, event: ShownEvent): Shown {
  switch (event.type) {
    case 'active':
      return onActive(state, event.ids, event.nowMs);
    case 'held':
      return withVisibility(state, reduceVisibility(state.visibility, event));
    case 'released':
      return withoutOld(withVisibility(state, reduceVisibility(state.visibility, event)), event.nowMs);
    case 'deadline':
      return withoutOld(withVisibility(state, reduceVisibility(state.visibility, event)), event.nowMs);
  }
}

/** When `deadline` is due next; undefined = nothing changes by time alone. */
export function nextDeadline({ visibility, ended }: Shown): number | undefined {
  if (visibility.phase === 'lingering' || visibility.phase === 'fading') return visibility.deadlineMs;
  if (visibility.isHeld) return undefined;
  const times = Object.values(ended);
  return times.length === 0 ? undefined : Math.min(...times) + ENDED_STAYS_MS;
}

function onActive(state: Shown, ids: readonly string[], nowMs: number): Shown {
  const now = new Set(ids);
  const ended: Record<string, number> = {};
  for (const [id, atMs] of Object.entries(state.ended)) if (!now.has(id)) ended[id] = atMs;
  for (const id of state.active) if (!now.has(id)) ended[id] = nowMs;
  const visibility = reduceVisibility(state.visibility, { type: 'active', count: ids.length, nowMs });
  return withVisibility({ visibility: state.visibility, active: ids, ended }, visibility);
}

function withVisibility(state: Shown, visibility: Visibility): Shown {
  if (visibility === state.visibility) return state;
  return visibility.phase === 'hidden' ? { ...state, visibility, ended: {} } : { ...state, visibility };
}

/** While others go on, an ended turn leaves after its time, unless somebody points at the widget. */
function withoutOld(state: Shown, nowMs: number): Shown {
  if (state.visibility.phase !== 'live' || state.visibility.isHeld) return state;
  const kept = Object.entries(state.ended).filter(([, atMs]) => nowMs < atMs + ENDED_STAYS_MS);
  if (kept.length === Object.keys(state.ended).length) return state;
  return { ...state, ended: Object.fromEntries(kept) };
}
