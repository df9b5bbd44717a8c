/**
 * Whether the widget is on the screen. Pure: `reduce` says what follows, deadlines are data that the host schedules.
 * It appears with the first active session, shows the result for a while after the last one ended, then fades; while
 * somebody points at it or has the focus in it, it stays.
 */
export type Visibility =
  | { readonly phase: 'hidden'; readonly isHeld: boolean }
  | { readonly phase: 'live'; readonly isHeld: boolean }
  /** `deadlineMs` absent: held. */
  | { readonly phase: 'lingering'; readonly isHeld: boolean; readonly deadlineMs?: number }
  | { readonly phase: 'fading'; readonly isHeld: boolean; readonly deadlineMs: number };

export type VisibilityEvent =
  | { readonly type: 'active'; readonly count: number; readonly nowMs: number }
  | { readonly type: 'held' }
  | { readonly type: 'released'; readonly nowMs: number }
  | { readonly type: 'deadline'; readonly nowMs: number };

const LINGER_MS = 5000;
const FADE_MS = 200;

export const HIDDEN: Visibility = { phase: 'hidden', isHeld: false };

export function reduceVisibility(state: Visibility, event: VisibilityEvent): Visibility {
  switch (event.type) {
    case 'active':
      return onActive(state, event.count, event.nowMs);
    case 'held':
      return onHeld(state);
    case 'released':
      return onReleased(state, event.nowMs);
    case 'deadline':
      return onDeadline(state, event.nowMs);
  }
}

function onActive(state: Visibility, count: number, nowMs: number): Visibility {
  if (count > 0) return state.phase === 'live' ? state : { phase: 'live', isHeld: state.isHeld };
  return state.phase === 'live' ? lingering(state.isHeld, nowMs) : state;
}

function onHeld(state: Visibility): Visibility {
  if (state.isHeld) return state;
  if (state.phase === 'lingering' || state.phase === 'fading') return { phase: 'lingering', isHeld: true };
  return { ...state, isHeld: true };
}

function onReleased(state: Visibility, nowMs: number): Visibility {
  if (!state.isHeld) return state;
  return state.phase === 'lingering' ? lingering(false, nowMs) : { ...state, isHeld: false };
}

function onDeadline(state: Visibility, nowMs: number): Visibility {
  if (state.phase !== 'lingering' && state.phase !== 'fading') return state;
  if (state.deadlineMs === undefined || nowMs < state.deadlineMs) return state;
  if (state.phase === 'fading') return HIDDEN;
  return { phase: 'fading', isHeld: false, deadlineMs: nowMs + FADE_MS };
}

function lingering(isHeld: boolean, nowMs: number): Visibility {
  return isHeld ? { phase: 'lingering', isHeld } : { phase: 'lingering', isHeld, deadlineMs: nowMs + LINGER_MS };
}
