import { describe, expect, it } from 'vitest';
import { assistant, call, result, spawned, user, yieldLines } from '../../testing/decoder/lines.ts';
import { CHILD, KEY, T0, Wire } from '../../testing/decoder/wire.ts';

const recovery = (runId: string) => ({
  ...user(`recovery-${runId}`, { transport: undefined }),
  provenance: { kind: 'internal_system', sourceTool: 'main_session_restart_recovery' },
  idempotencyKey: `${runId}:user`,
});
const row = { key: KEY, status: 'running', hasActiveRun: true };
const told = (wire: Wire) =>
  wire.events.flatMap((event) => {
    if (event.type === 'request') return [`request ${event.lineId} of ${event.runId}`];
    if (event.type !== 'run.joined') return [];
    return [`${event.run.runId} asked ${event.request?.lineId}, carried on by ${event.carriedOnBy}`];
  });

describe('T2 c: a recovery in a history', () => {
  it('carries on the run that left no last word', () => {
    const messages = [user('u1'), assistant('r1', 'toolUse', [call('c', 'exec')]), recovery('r2')];
    const wire = new Wire().history({ messages, sessionInfo: row, inFlightRun: { runId: 'r2' } });
    // r2 is known only from here on, so r1 cannot name it yet: it comes first, as one that goes on.
    expect(told(wire)).toEqual([
      'r1 asked u1, carried on by undefined',
      'request recovery-r2 of r2',
      'r2 asked undefined, carried on by undefined',
    ]);
  });

  it('tells what was asked, if that run had not written a line', () => {
    const wire = new Wire().history({ messages: [user('u1'), recovery('r2')], inFlightRun: { runId: 'r2' } });
    expect(told(wire)).toEqual(['request recovery-r2 of r2', 'r2 asked u1, carried on by undefined']);
  });

  it('and names it, if its message does', () => {
    const asked = { ...user('u1', { transport: undefined }), idempotencyKey: 'r1:user' };
    const wire = new Wire().history({ messages: [asked, recovery('r2')], inFlightRun: { runId: 'r2' } });
    expect(told(wire).slice(0, 2)).toEqual(['r1 asked u1, carried on by r2', 'request recovery-r2 of r2']);
  });

  it.each([
    ['that was still open', []],
    ['whose result was written', [result('r1', 'q', 'tool_call')]],
  ])('the answer to a question %s is not what was asked', (_what, written) => {
    const question = call('q', 'tool_call', { id: 'ask_user', args: {} });
    const messages = [user('u1'), assistant('r1', 'toolUse', [question]), user('answer'), ...written, recovery('r2')];
    const wire = new Wire().history({ messages, sessionInfo: row, inFlightRun: { runId: 'r2' } });
    expect(told(wire).at(-1)).toBe('r2 asked undefined, carried on by undefined');
  });

  it('before its message is written its row names it: a run that serves a chat is never named so (restart-kill9)', () => {
    const messages = [user('u1'), assistant('r1', 'toolUse', [call('q', 'ask_user')]), user('answer')];
    const wire = new Wire().history({ messages, sessionInfo: { ...row, activeRunIds: ['r2'] } });
    expect(told(wire)).toContain('r2 asked undefined, carried on by undefined');
  });

  it('a message that names the run that died says nothing about when this one began', () => {
    const asked = { ...user('u1', { transport: undefined }), idempotencyKey: 'r1:user' };
    const wire = new Wire().history({ messages: [asked], sessionInfo: { ...row, activeRunIds: ['r2'] } });
    expect(wire.take('run.joined')).toMatchObject([{ run: { runId: 'r2' }, startedMs: T0 }]);
  });

  it('a run that had said its last word did not die: what had yielded was being carried on', () => {
    const asked = [user('u1'), assistant('r1', 'toolUse', [call('s', 'sessions_spawn')]), spawned('r1', 's', 'k1')];
    const messages = [...asked, ...yieldLines('r1'), user('u2'), assistant('q', 'stop'), recovery('r2')];
    const wire = new Wire().history({ messages, sessionInfo: row, inFlightRun: { runId: 'r2' } });
    expect(told(wire)[0]).toBe('r1 asked u1, carried on by undefined');
    expect(told(wire).join()).not.toContain('q asked');
  });

  it('nor did one whose sub-agents were being announced', () => {
    const asked = [user('u1'), assistant('r1', 'toolUse', [call('s', 'sessions_spawn')]), spawned('r1', 's', 'k1')];
    const other = result('r1', 't', 'sessions_spawn', { details: { childSessionKey: `${CHILD}b`, runId: 'k2' } });
    const answered = assistant(`announce:v1:${CHILD}b:k2`, 'stop');
    const messages = [...asked, other, assistant('r1', 'stop'), answered, recovery('r2')];
    const wire = new Wire().history({ messages, sessionInfo: row, inFlightRun: { runId: 'r2' } });
    expect(told(wire)[0]).toBe('r1 asked u1, carried on by undefined');
  });

  it('its message alone wants the history', () => {
    const wire = new Wire().event('session.message', { sessionKey: KEY, message: recovery('r2') });
    expect(wire.syncs).toEqual([KEY]);
  });
});

describe('T9: a yield in a history', () => {
  it('is told with the ends', () => {
    const messages = [user('u1'), assistant('r1', 'toolUse', [call('y', 'sessions_yield')])];
    const [synced] = new Wire().history({ messages }).take('key.synced');
    expect(synced?.ends).toMatchObject([{ runId: 'r1', outcome: { kind: 'done', yielded: true } }]);
  });
});
