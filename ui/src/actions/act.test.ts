import type { Session } from '@livestatus/contract';
import { describe, expect, it } from 'vitest';
import { answerSession, approvalSession, doneSession, stoppedSession, workingSession } from '../samples/index.ts';
import { type Act, type ActEvent, CONFIRM_MS, LATE_MS, reduceAct } from './act.ts';
import type { Intent } from './intent.ts';
import { hasToolBeside, isCurrent, isSettled } from './intent.ts';

const approval = approvalSession();
const allow: Intent = { kind: 'allow', approvalId: approval.waiting?.approval_id ?? '' };
const deny: Intent = { ...allow, kind: 'deny' };
const stop: Intent = { kind: 'stop' };
const question = answerSession();
const answer: Intent = {
  kind: 'answer',
  stepId: question.waiting?.step_id,
  sinceMs: question.waiting?.since_ms ?? 0,
  text: 'the first',
};

const click = (intent: Intent, session: Session | undefined = approval, nowMs = 0): ActEvent => ({
  type: 'clicked',
  intent,
  session,
  nowMs,
});
const after = (...events: ActEvent[]): Act | undefined => events.reduce(reduceAct, undefined as Act | undefined);
const resolved: Session = { ...workingSession(), id: approval.id };

describe('a click', () => {
  it('is sent, stands in the conversation, and is over when the runtime says so', () => {
    expect(after(click(allow))?.phase).toBe('sending');
    expect(after(click(allow), { type: 'posted', nowMs: 5 })).toMatchObject({
      phase: 'sent',
      deadlineMs: 5 + CONFIRM_MS,
    });
    expect(after(click(allow), { type: 'posted', nowMs: 5 }, { type: 'session', session: resolved })).toBeUndefined();
  });

  it('is over even if the runtime is faster than the answer to the post', () => {
    const act = after(click(stop), { type: 'session', session: stoppedSession() }, { type: 'posted', nowMs: 9 });
    expect(act).toBeUndefined();
  });

  it('is not confirmed after ten seconds, and confirmed late all the same', () => {
    const sent = after(click(allow), { type: 'posted', nowMs: 0 });
    expect(reduceAct(sent, { type: 'time', nowMs: CONFIRM_MS - 1 })).toBe(sent);
    const silent = reduceAct(sent, { type: 'time', nowMs: CONFIRM_MS });
    expect(silent?.phase).toBe('unconfirmed');
    expect(reduceAct(silent, { type: 'session', session: approval })).toBe(silent);
    expect(reduceAct(silent, { type: 'session', session: resolved })).toBeUndefined();
  });

  it('that the server refuses says why, and is tried again as the same message', () => {
    const failed = after(click(allow), { type: 'failed', code: 'unreachable' });
    expect(failed).toMatchObject({ phase: 'failed', code: 'unreachable', attempt: 1 });
    expect(reduceAct(failed, click(allow))).toMatchObject({ phase: 'sending', attempt: 1, code: undefined });
  });

  it('after an unconfirmed one is another message', () => {
    const silent = after(click(allow), { type: 'posted', nowMs: 0 }, { type: 'time', nowMs: CONFIRM_MS });
    expect(reduceAct(silent, click(allow))).toMatchObject({ phase: 'sending', attempt: 2 });
  });

  it.each([
    ['the same', allow],
    ['the opposite', deny],
  ])('while one is under way does nothing: %s', (_, intent) => {
    for (const act of [after(click(allow)), after(click(allow), { type: 'posted', nowMs: 0 })]) {
      expect(reduceAct(act, click(intent))).toBe(act);
    }
  });

  it('on "stop" replaces an approval that hangs, and is itself not repeated', () => {
    const stopping = reduceAct(after(click(allow)), click(stop));
    expect(stopping).toMatchObject({ intent: stop, phase: 'sending', attempt: 2 });
    expect(reduceAct(stopping, click(stop))).toBe(stopping);
  });

  it.each([
    ['another approval waits now', { ...approval, waiting: { ...approval.waiting, approval_id: 'b' } } as Session],
    ['it was answered', resolved],
    ['the turn has ended', doneSession()],
    ['the host is offline', { ...approval, offline: true }],
    ['it is not observed', { ...approval, activity: 'unobserved' as const }],
  ])('on a state that has just changed is not sent: %s', (_, session) => {
    const act = after(click(allow, session, 3));
    expect(act).toMatchObject({ phase: 'late', deadlineMs: 3 + LATE_MS });
    expect(reduceAct(act, { type: 'session', session })).toBe(act);
    expect(reduceAct(act, { type: 'time', nowMs: 3 + LATE_MS })).toBeUndefined();
  });

  it('on a session that is gone is not sent', () => {
    expect(reduceAct(undefined, { type: 'clicked', intent: stop, session: undefined, nowMs: 0 })?.phase).toBe('late');
  });
});

describe('what settles', () => {
  it.each([
    ['an approval by its end', allow, resolved, true],
    ['an approval by the end of the turn', deny, doneSession(), true],
    ['no approval by silence', allow, { ...approval, offline: true }, false],
    ['no approval by losing sight of it', allow, { ...approval, activity: 'unobserved' as const }, false],
    ['an answer by the next activity', answer, resolved, true],
    ['no answer by the same question', answer, question, false],
    ['no stop by another step', stop, resolved, false],
    ['a stop by the end of the turn', stop, stoppedSession(), true],
  ])('%s', (_, intent, session, settles) => {
    expect(isSettled(intent, session as Session)).toBe(settles);
  });

  it('an answer is current for its own question only', () => {
    expect(isCurrent(answer, question)).toBe(true);
    expect(isCurrent({ ...answer, sinceMs: 1 }, question)).toBe(false);
  });
});

it('a tool that runs beside a question is known', () => {
  expect(hasToolBeside(question)).toBe(false);
  const other = { id: 'other', kind: 'tool' as const, status: 'running' as const, label: 'x', started_ms: 0 };
  expect(hasToolBeside({ ...question, steps: [...question.steps, other] })).toBe(true);
});
