import type { Session } from '@livestatus/contract';
import { describe, expect, it } from 'vitest';
import { sampleSession, sampleStep } from '../samples/builders.ts';
import { currentLine, stepOutsideLog } from './current-line.ts';

const done = sampleStep({ id: 'done', label: 'Read', ago: 9, took: 1 });
const running = sampleStep({ id: 'running', label: 'Running', ago: 5 });
const second = sampleStep({ id: 'second', label: 'Second', ago: 4 });
const agent = sampleStep({ id: 'agent', kind: 'agent', label: 'helper', ago: 6 });
const child = sampleStep({ id: 'child', parent_id: 'agent', label: 'Reading', ago: 3 });

const session = (fields: Partial<Session>): Session => sampleSession({ age: 10, activity: 'tool', ...fields });
const shown = (fields: Partial<Session>): string => {
  const line = currentLine(session(fields));
  if (line === undefined) return 'nothing';
  return line.kind === 'step' ? `${line.as} ${line.step.id}` : line.activity;
};
const omitted = (fields: Partial<Session>): string | undefined => {
  const made = session(fields);
  return stepOutsideLog(made, currentLine(made))?.id;
};

describe('the current line', () => {
  it('is the running step', () => expect(shown({ steps: [done, running] })).toBe('running running'));
  it('is the newest of several', () => expect(shown({ steps: [running, second] })).toBe('running second'));
  it('is never a step of a sub-agent', () => expect(shown({ steps: [running, agent, child] })).toBe('running running'));
  it('is the activity when no step runs', () =>
    expect(shown({ steps: [done], activity: 'thinking' })).toBe('thinking'));
  it('is the activity while only sub-agents work', () =>
    expect(shown({ steps: [agent, child], activity: 'thinking' })).toBe('thinking'));
  it('is the step that waits', () =>
    expect(
      shown({
        steps: [running, second],
        activity: 'waiting',
        waiting: { for: 'approval', step_id: 'running', since_ms: 0 },
      }),
    ).toBe('waiting running'));
  it('is the wait itself when its step is not listed', () =>
    expect(shown({ steps: [done], activity: 'waiting', waiting: { for: 'agents', since_ms: 0 } })).toBe('waiting'));
  it('is the last step that was seen while the agent is quiet', () =>
    expect(shown({ steps: [done], activity: 'thinking', stalled: true })).toBe('last done'));
  it.each([{ status: 'done' }, { activity: 'unobserved' }, { offline: true }] as const)(
    'does not exist where there is no now: %j',
    (fields) => expect(shown({ steps: [done, running], ...fields })).toBe('nothing'),
  );
});

describe('the log leaves out', () => {
  it('the only running step', () => expect(omitted({ steps: [done, running] })).toBe('running'));
  it('it also beside working sub-agents, which keep their lines', () =>
    expect(omitted({ steps: [running, agent, child] })).toBe('running'));
  it('none of several running steps', () => expect(omitted({ steps: [running, second] })).toBeUndefined());
  it('not the last step that was seen before the silence', () =>
    expect(omitted({ steps: [done, running], activity: 'unobserved' })).toBeUndefined());
});
