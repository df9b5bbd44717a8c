import type { Session } from '@livestatus/contract';
import { defineMessages, type IntlShape, type MessageDescriptor } from 'react-intl';

/** What a box says about its turn; one word or phrase each (ui README, "States"). */
export type StateKind =
  | 'working'
  | 'waiting_approval'
  | 'waiting_answer'
  | 'waiting_agents'
  | 'retrying'
  | 'compacting'
  | 'stalled'
  | 'unobserved'
  | 'offline'
  | 'done'
  | 'failed'
  | 'interrupted'
  | 'stopped';

/** How the state's dot looks: colour is never the only difference, the word always stands beside it. */
export type Tone = 'working' | 'waiting' | 'unknown' | 'done' | 'failed' | 'ended';

/**
 * The one state to show. What we do not know comes before what we knew last: an offline host or an unobserved turn
 * never looks as if it worked.
 */
export function describeState(session: Session): StateKind {
  switch (session.status) {
    case 'done':
      return 'done';
    case 'error':
      return 'failed';
    case 'interrupted':
      return session.error?.code === 'aborted' ? 'stopped' : 'interrupted';
    case 'active':
      return describeActive(session);
  }
}

function describeActive(session: Session): StateKind {
  if (session.offline === true) return 'offline';
  if (session.activity === 'unobserved') return 'unobserved';
  if (session.activity === 'retrying') return 'retrying';
  if (session.activity === 'compacting') return 'compacting';
  if (session.activity === 'waiting') return describeWaiting(session);
  return session.stalled === true ? 'stalled' : 'working';
}

function describeWaiting(session: Session): StateKind {
  switch (session.waiting?.for) {
    case 'answer':
      return 'waiting_answer';
    case 'agents':
      return 'waiting_agents';
    case 'provider':
      return 'retrying';
    case 'approval':
      return 'waiting_approval';
    case undefined:
      return 'working';
  }
}

const TONES: Readonly<Record<StateKind, Tone>> = {
  working: 'working',
  compacting: 'working',
  waiting_approval: 'waiting',
  waiting_answer: 'waiting',
  waiting_agents: 'waiting',
  retrying: 'waiting',
  stalled: 'waiting',
  unobserved: 'unknown',
  offline: 'unknown',
  done: 'done',
  failed: 'failed',
  interrupted: 'ended',
  stopped: 'ended',
};

export function toneOf(state: StateKind): Tone {
  return TONES[state];
}

/** Only what is observed to work pulses; waiting stands still. */
export function isPulsing(state: StateKind): boolean {
  return TONES[state] === 'working';
}

/** Whether the turn's clock runs: not when it ended, and not when nobody sees it (never claim more than observed). */
export function isClockRunning(state: StateKind): boolean {
  return TONES[state] === 'working' || TONES[state] === 'waiting';
}

/** From best to worst; the worst session is shown first where only one fits (widget tabs). */
const SEVERITY: Readonly<Record<Tone, number>> = { done: 0, ended: 1, working: 2, unknown: 3, waiting: 4, failed: 5 };

export function severityOf(session: Session): number {
  const state = describeState(session);
  // Somebody can do something about it now: that comes before what is over.
  if (state === 'waiting_approval' || state === 'waiting_answer') return 6;
  return SEVERITY[toneOf(state)];
}

const words: Readonly<Record<StateKind, MessageDescriptor>> = defineMessages({
  working: { id: 'livestatus.state.working', defaultMessage: 'Working' },
  waiting_approval: { id: 'livestatus.state.waiting_approval', defaultMessage: 'Waiting for approval' },
  waiting_answer: { id: 'livestatus.state.waiting_answer', defaultMessage: 'Waiting for an answer' },
  waiting_agents: { id: 'livestatus.state.waiting_agents', defaultMessage: 'Waiting for sub-agents' },
  retrying: { id: 'livestatus.state.retrying', defaultMessage: 'Waiting to retry' },
  compacting: { id: 'livestatus.state.compacting', defaultMessage: 'Tidying its memory' },
  stalled: { id: 'livestatus.state.stalled', defaultMessage: 'Quiet' },
  unobserved: { id: 'livestatus.state.unobserved', defaultMessage: 'Not observed' },
  offline: { id: 'livestatus.state.offline', defaultMessage: 'Host offline' },
  done: { id: 'livestatus.state.done', defaultMessage: 'Done' },
  failed: { id: 'livestatus.state.failed', defaultMessage: 'Failed' },
  interrupted: { id: 'livestatus.state.interrupted', defaultMessage: 'Interrupted' },
  stopped: { id: 'livestatus.state.stopped', defaultMessage: 'Stopped' },
});

/** The state's word, as shown and as a screen reader says it. */
export function stateWord(intl: IntlShape, state: StateKind): string {
  return intl.formatMessage(words[state]);
}
