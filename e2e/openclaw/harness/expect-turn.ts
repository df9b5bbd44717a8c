import type { Session, Step } from '@livestatus/contract';
import { expect } from 'vitest';
import { describeSession } from './describe.ts';
import { usageOf } from './provider.ts';

/** What a tool step must look like: `name` and `status`, in the order the calls were made. */
export type ExpectedTool = readonly [name: string, status: Step['status']];

export function toolSteps(session: Session): readonly Step[] {
  return session.steps.filter((step) => step.kind === 'tool');
}

export function agentSteps(session: Session): readonly Step[] {
  return session.steps.filter((step) => step.kind === 'agent');
}

/** Every tool call once, in order, with the right outcome; counted; and no step still running. */
export function expectTools(session: Session, expected: readonly ExpectedTool[]): void {
  const seen = describeSession(session);
  expect(
    toolSteps(session).map((step) => [step.name, step.status]),
    seen,
  ).toEqual(expected);
  expect(session.tool_calls, seen).toBe(expected.length);
}

/** An ended turn: nothing of it runs, and its times make sense. */
export function expectEnded(session: Session, status: Session['status']): void {
  const seen = describeSession(session);
  expect(session.status, seen).toBe(status);
  expect(session.activity, seen).toBeUndefined();
  expect(session.waiting, seen).toBeUndefined();
  expect(
    session.steps.filter((step) => step.status === 'running'),
    seen,
  ).toEqual([]);
  expect(session.ended_ms ?? 0, seen).toBeGreaterThanOrEqual(session.started_ms);
}

/** Sum of what the scripted provider reported for `requests` answers of one conversation (its steps 0, 1, ...). */
export function tokensOf(...requests: readonly number[]): number {
  let total = 0;
  for (const count of requests) {
    for (let index = 0; index < count; index += 1) {
      const { prompt, completion } = usageOf({}, index);
      total += prompt + completion;
    }
  }
  return total;
}
