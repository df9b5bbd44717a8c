import { describe, expect, it } from 'vitest';
import { KEY, T0, Wire } from '../../testing/decoder/wire.ts';
import { APPROVALS_METHOD } from './decode-approvals.ts';

const HOUR = 3_600_000;
const pending = (over: object = {}, request: object = {}) => ({
  id: 'a1',
  approvalKind: 'exec',
  createdAtMs: T0 - 5_000,
  expiresAtMs: T0 + 900_000,
  request: { sessionKey: KEY, runId: 'r1', toolCallId: 'c1', agentId: 'guard', command: 'rm -rf build', ...request },
  ...over,
});
const list = (wire: Wire, ...entries: unknown[]) => wire.ask(APPROVALS_METHOD, entries).take('approval.requested');

describe('the list of what waits for an approval', () => {
  it('tells a late joiner what each event would have told, and when it expires', () => {
    expect(list(new Wire(), pending(), pending({ id: 'a2' }, { toolCallId: null }))).toEqual([
      {
        type: 'approval.requested',
        key: KEY,
        run: { runId: 'r1' },
        at: T0,
        approvalId: 'a1',
        callId: 'c1',
        tsMs: T0 - 5_000,
        expiresMs: T0 + 900_000,
      },
      expect.objectContaining({ approvalId: 'a2' }),
    ]);
  });

  it('is on the daemon’s clock', () => {
    const wire = new Wire().event('tick', { ts: T0 - HOUR });
    expect(list(wire, pending({ createdAtMs: T0 - HOUR - 5_000, expiresAtMs: T0 - HOUR }))).toMatchObject([
      { tsMs: T0 - 5_000, expiresMs: T0 },
    ]);
  });

  it('leaves out what belongs to no run, and what is no list', () => {
    const wire = new Wire();
    expect(
      list(wire, pending({}, { runId: null }), pending({}, { sessionKey: '' }), pending({ id: 7 }), 'x', null),
    ).toEqual([]);
    wire.ask(APPROVALS_METHOD, {});
    wire.ask('sessions.list', [pending()]);
    expect(wire.types).toEqual([]);
  });
});

describe('what a question offers', () => {
  const asked = (questions: object[]) =>
    new Wire()
      .agent('r1', 'tool', { phase: 'start', name: 'ask_user', toolCallId: 'q', args: { questions } })
      .take('tool')
      .at(-1)?.input;
  const options = [
    { label: 'Staging', description: 'the test one' },
    { label: 'Production' },
    { label: 'two\nlines' },
    {},
  ];

  it('is kept, one a line', () => {
    expect(asked([{ id: 'q1', question: 'Where?', options }])).toEqual({ options: 'Staging\nProduction' });
  });

  it('of several questions none is offered, and of one without options nothing', () => {
    expect(asked([{ options }, { options }])).toBeUndefined();
    expect(asked([{ question: 'Why?' }])).toBeUndefined();
  });
});

describe('what a subscription tells of approvals', () => {
  const approval = {
    id: 'a1',
    status: 'pending',
    presentation: { kind: 'exec', commandText: 'echo x' },
    createdAtMs: T0 - 5_000,
    expiresAtMs: T0 + 900_000,
  };
  const replay = (wire: Wire, approvals: object[]) =>
    wire.ask('sessions.messages.subscribe', {
      subscribed: true,
      key: KEY,
      approvalReplay: { sessionKey: KEY, approvals, truncated: false },
    });
  const asked = (runId: string) => [
    expect.objectContaining({
      key: KEY,
      run: { runId },
      approvalId: 'a1',
      kind: 'exec',
      tsMs: T0 - 5_000,
      expiresMs: T0 + 900_000,
    }),
  ];

  it('is said of a late joiner once history has told the run', () => {
    const wire = replay(new Wire().greet(), [approval]);
    expect(wire.take('approval.requested')).toEqual([]);
    wire.history({ messages: [], inFlightRun: { runId: 'r1', startedAt: T0 - 10_000 } });
    const last = wire.events.at(-1);
    expect(wire.take('approval.requested')).toEqual(asked('r1'));
    expect(last?.type).toBe('approval.requested');
  });

  it('is said of a run that is seen, with its expiry, and no more when it is over', () => {
    const wire = new Wire().greet().lifecycle('r1', 'start', { startedAt: T0 });
    wire.take('run.started');
    wire.event('session.approval', { sessionKey: KEY, phase: 'pending', approval });
    expect(wire.take('approval.requested')).toEqual(asked('r1'));
    wire.event('session.approval', { sessionKey: KEY, phase: 'terminal', approval: { ...approval, status: 'denied' } });
    wire.history({ messages: [], inFlightRun: { runId: 'r1', startedAt: T0 } });
    expect(wire.take('approval.requested')).toEqual([]);
  });

  it('is forgotten with the connection, and nothing where nothing fits', () => {
    const wire = replay(new Wire().greet(), [approval, { status: 'pending' }, { id: 7 }]);
    wire.decoder.closed(T0);
    wire.history({ messages: [], inFlightRun: { runId: 'r1', startedAt: T0 } });
    wire
      .event('session.approval', { phase: 'pending' })
      .event('session.approval', { sessionKey: 'other', phase: 'pending', approval });
    expect(wire.take('approval.requested')).toEqual([]);
  });
});
