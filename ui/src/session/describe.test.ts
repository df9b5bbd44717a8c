import type { Session } from '@livestatus/contract';
import { describe, expect, it } from 'vitest';
import { sampleSession } from '../samples/builders.ts';
import { intl } from '../testing/render.tsx';
import { describeState, isClockRunning, isPulsing, type StateKind, severityOf, stateWord, toneOf } from './describe.ts';

const waiting = (reason: 'approval' | 'answer' | 'agents' | 'provider'): Partial<Session> => ({
  activity: 'waiting',
  waiting: { for: reason, since_ms: 0 },
});

const rows: [StateKind, string, Partial<Session>][] = [
  ['working', 'Working', { activity: 'thinking' }],
  ['working', 'Working', { activity: 'tool' }],
  ['working', 'Working', { activity: 'writing' }],
  ['working', 'Working', {}],
  ['waiting_approval', 'Waiting for approval', waiting('approval')],
  ['waiting_answer', 'Waiting for an answer', waiting('answer')],
  ['waiting_agents', 'Waiting for sub-agents', waiting('agents')],
  ['retrying', 'Waiting to retry', waiting('provider')],
  ['retrying', 'Waiting to retry', { activity: 'retrying' }],
  ['compacting', 'Tidying its memory', { activity: 'compacting' }],
  ['stalled', 'Quiet', { activity: 'thinking', stalled: true }],
  ['unobserved', 'Not observed', { activity: 'unobserved' }],
  ['offline', 'Host offline', { activity: 'tool', offline: true }],
  ['offline', 'Host offline', { activity: 'unobserved', offline: true }],
  ['done', 'Done', { status: 'done', ended_ms: 1 }],
  ['failed', 'Failed', { status: 'error', ended_ms: 1 }],
  ['interrupted', 'Interrupted', { status: 'interrupted', ended_ms: 1 }],
  ['interrupted', 'Interrupted', { status: 'interrupted', ended_ms: 1, error: { code: 'lost', message: '' } }],
  ['stopped', 'Stopped', { status: 'interrupted', ended_ms: 1, error: { code: 'aborted', message: '' } }],
];

describe('the state of a session', () => {
  it.each(rows)('%s says "%s" for %j', (state, word, fields) => {
    const session = sampleSession({ age: 10, ...fields });
    expect(describeState(session)).toBe(state);
    expect(stateWord(intl, state)).toBe(word);
  });

  it('an ended session is never offline: its end was seen', () => {
    expect(describeState(sampleSession({ age: 10, status: 'done', offline: true }))).toBe('done');
  });

  it('what nobody sees neither pulses nor counts on', () => {
    for (const state of ['unobserved', 'offline'] as const) {
      expect([toneOf(state), isPulsing(state), isClockRunning(state)]).toEqual(['unknown', false, false]);
    }
  });

  it('a person is waited for, then failed, waiting, working, done', () => {
    const order = [
      sampleSession({ age: 1, ...waiting('approval') }),
      sampleSession({ age: 1, status: 'error' }),
      sampleSession({ age: 1, ...waiting('agents') }),
      sampleSession({ age: 1 }),
      sampleSession({ age: 1, status: 'done' }),
    ].map(severityOf);
    expect(order).toEqual([...order].sort((a, b) => b - a));
  });
});
