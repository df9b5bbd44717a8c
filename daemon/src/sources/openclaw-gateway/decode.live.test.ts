import { describe, expect, it } from 'vitest';
import { CHILD, KEY, T0, Wire } from '../../testing/decoder/wire.ts';

const assistant = (runId: string, content: unknown, over: object = {}) => ({
  role: 'assistant',
  content,
  __openclaw: { runId, id: `a-${runId}-${JSON.stringify(content).length}`, recordTimestampMs: T0 },
  ...over,
});
describe('T4, T9: lifecycle', () => {
  it.each([
    ['end', {}, { kind: 'done' }],
    ['end', { yielded: true }, { kind: 'done', yielded: true }],
    ['end', { terminalReply: { disposition: 'silent' } }, { kind: 'done', silent: true }],
    ['end', { terminalReply: { disposition: 'visible', text: 'NO_REPLY' } }, { kind: 'done', silent: true }],
    ['end', { aborted: true, stopReason: 'rpc' }, { kind: 'aborted', code: 'aborted' }],
    ['error', { aborted: true, stopReason: 'superseded' }, { kind: 'aborted', code: 'superseded' }],
    ['error', { stopReason: 'aborted' }, { kind: 'aborted', code: 'aborted' }],
    [
      'error',
      { error: '401', errorObservation: { failoverReason: 'auth' } },
      { kind: 'error', code: 'auth', message: '401' },
    ],
    ['error', {}, { kind: 'error', message: 'The run failed without a reason.' }],
  ])('%s %j', (phase, data, outcome) => {
    expect(new Wire().lifecycle('r1', phase, data).take('run.ended')).toMatchObject([
      { run: { runId: 'r1', seq: 1 }, outcome },
    ]);
  });

  it('a failed attempt, a fail-over and a compaction for an overlong prompt', () => {
    const wire = new Wire().lifecycle('r1', 'start').lifecycle('r1', 'finishing', { stopReason: 'stop' });
    wire.lifecycle('r1', 'finishing', { error: '500', errorObservation: { failoverReason: 'server_error' } });
    wire.lifecycle('r1', 'fallback_step', {
      fallbackStepFinalOutcome: 'next_fallback',
      fallbackStepFromModel: 'a/1',
      fallbackStepToModel: 'b/2',
    });
    wire.lifecycle('r1', 'fallback_step', { fallbackStepFinalOutcome: 'exhausted' }).lifecycle('r1', 'fallback', {});
    wire.lifecycle('r1', 'finishing', { error: 'too long', errorObservation: { failoverReason: 'context_overflow' } });
    wire
      .lifecycle('r1', 'model', { provider: 'b', model: '2' })
      .lifecycle('r1', 'model', { provider: null, model: null });
    expect(wire.events).toMatchObject([
      { type: 'run.started' },
      { type: 'run.attemptFailed', message: '500', reason: 'server_error' },
      { type: 'run.fallback', from: 'a/1', to: 'b/2' },
      { type: 'compaction', phase: 'started' },
      { type: 'run.model', provider: 'b', model: '2' },
    ]);
  });

  it('a status, an empty text and output are signs of life, no words', () => {
    const wire = new Wire().lifecycle('r1', 'start').agent('r1', 'assistant', { text: '', delta: '', replace: true });
    wire.agent('r1', 'run_status', { phase: 'retrying' }).agent('r1', 'command_output', {}).agent('r1', 'usage', {});
    wire.agent('r1', 'assistant', { text: 'Hi', delta: 'Hi' });
    expect(wire.types).toEqual(['run.started', 'run.model', 'run.model', 'run.model', 'run.model', 'writing']);
  });

  it('a heartbeat is one in every event', () => {
    const told = { isHeartbeat: true };
    expect(new Wire().lifecycle('h', 'start', {}, told).take('run.started')).toMatchObject([{ heartbeat: true }]);
    expect(new Wire().agent('h', 'thinking', {}, told).take('run.started')).toMatchObject([{ heartbeat: true }]);
    expect(new Wire().lifecycle('h', 'end', {}, told).take('run.ended')).toMatchObject([{ heartbeat: true }]);
    expect(new Wire().lifecycle('h', 'start').take('run.started')[0]).not.toHaveProperty('heartbeat');
  });
});

describe('a run that is first seen in the middle', () => {
  it.each([
    ['thinking', (wire: Wire) => wire.agent('r1', 'thinking', {})],
    ['a tool', (wire: Wire) => wire.agent('r1', 'tool', { phase: 'update', toolCallId: 'c' })],
    // Unheard, an older history would call it running for ever.
    ['a tool’s result', (wire: Wire) => wire.agent('r1', 'tool', { phase: 'result', toolCallId: 'c', result: {} })],
    [
      'an answer that streams',
      (wire: Wire) => wire.event('chat', { runId: 'r1', sessionKey: KEY, state: 'delta', deltaText: 'x' }),
    ],
  ])('by %s: opened late, and its history is wanted', (_what, tell) => {
    const wire = tell(tell(new Wire()));
    expect(wire.syncs).toEqual([KEY]);
    expect(wire.take('run.started')).toMatchObject([{ run: { runId: 'r1' }, late: true }]);
  });

  it.each([
    ['a status before its start', (wire: Wire) => wire.agent('r1', 'run_status', { phase: 'preparing_context' })],
    ['a resolved approval', (wire: Wire) => wire.lifecycle('r1', 'approval-resolved', { approvalId: 'a' })],
  ])('but not by %s', (_what, tell) => {
    const wire = tell(new Wire());
    expect(wire.types).not.toContain('run.started');
    wire.lifecycle('r1', 'start');
    expect(wire.take('run.started')).toMatchObject([{ startedMs: T0 }]);
    expect(wire.syncs).toEqual([]);
  });
});

it('by its end: it is not opened, but its history is wanted', () => {
  const wire = new Wire().lifecycle('r1', 'end');
  expect(wire.types).toEqual(['run.ended']);
  expect(wire.syncs).toEqual([KEY]);
});

describe('tools', () => {
  it('one event each for start, update and result', () => {
    const wire = new Wire().lifecycle('r1', 'start');
    wire.agent('r1', 'item', {
      kind: 'tool',
      toolCallId: 'c',
      name: 'exec',
      phase: 'start',
      title: 'Exec ls',
      meta: 'ls',
      startedAt: T0 - 5,
    });
    wire.agent('r1', 'tool', {
      phase: 'start',
      name: 'exec',
      toolCallId: 'c',
      args: { command: 'ls', timeout: 5, content: 'secret', deep: {} },
    });
    wire.agent('r1', 'tool', {
      phase: 'result',
      name: 'exec',
      toolCallId: 'c',
      result: { details: { exitCode: 1, status: 'failed', error: 'no' } },
    });
    wire.agent('r1', 'item', {
      kind: 'tool',
      toolCallId: 'c',
      phase: 'end',
      status: 'blocked',
      error: 'denied',
      endedAt: T0,
    });
    expect(wire.take('tool')).toMatchObject([
      { phase: 'started', title: 'Exec ls', meta: 'ls', startedMs: T0 - 5 },
      { phase: 'started', input: { command: 'ls', timeout: '5' } },
      { phase: 'ended', outcome: 'error', exitCode: 1, error: 'no' },
      { phase: 'ended', outcome: 'blocked', error: 'denied', endedMs: T0 },
    ]);
  });

  it('a spawn names its child, whose key is told', () => {
    const wire = new Wire().lifecycle('r1', 'start');
    const result = { details: { childSessionKey: CHILD, runId: 'k1' } };
    wire.agent('r1', 'tool', { phase: 'result', name: 'sessions_spawn', toolCallId: 's', result });
    wire.agent('r1', 'tool', { phase: 'result', name: 'exec', toolCallId: 'x', result });
    expect(wire.unknownKeys).toEqual([CHILD]);
    expect(wire.take('tool').map(({ child }) => child)).toEqual([{ key: CHILD, runId: 'k1' }, undefined]);
  });

  it('T13: progress_card is the plan', () => {
    const plan = [
      { step: 'Look', status: 'completed' },
      { step: 'Do', status: 'in_progress' },
      { text: 'Tell', status: 'odd' },
      { step: '' },
      3,
    ];
    const wire = new Wire()
      .lifecycle('r1', 'start')
      .agent('r1', 'tool', { phase: 'start', name: 'progress_card', toolCallId: 'p', args: { plan } });
    expect(wire.take('plan')).toMatchObject([
      {
        callId: 'p',
        items: [
          { text: 'Look', status: 'done' },
          { text: 'Do', status: 'active' },
          { text: 'Tell', status: 'pending' },
        ],
      },
    ]);
  });

  it('interim text only when it is whole', () => {
    const wire = new Wire()
      .lifecycle('r1', 'start')
      .agent('r1', 'item', { kind: 'preamble', phase: 'update', itemId: 'i', progressText: 'Let' });
    wire.agent('r1', 'item', { kind: 'preamble', phase: 'end', itemId: 'i', progressText: 'Let me look.' });
    expect(wire.events.slice(1)).toMatchObject([
      { type: 'writing' },
      { type: 'text', itemId: 'i', text: 'Let me look.' },
    ]);
  });

  it('T12: approvals, and what was decided', () => {
    const wire = new Wire().lifecycle('r1', 'waiting-approval', { approvalId: 'a', toolCallId: 'c' });
    wire.lifecycle('r1', 'approval-resolved', { approvalId: 'a', toolCallId: 'c' });
    for (const status of ['denied', 'approved', 'expired', 'odd'])
      wire.agent('r1', 'approval', { phase: 'resolved', status, toolCallId: 'c' });
    wire.agent('r1', 'approval', { phase: 'requested', toolCallId: 'c' });
    const [first] = wire.events.filter((event) => event.type === 'approval.requested');
    expect(first).toMatchObject({ approvalId: 'a', callId: 'c' });
    expect(wire.take('approval.resolved').map(({ approvalId, decision }) => approvalId ?? decision)).toEqual([
      'a',
      'denied',
      'allowed',
      'expired',
      undefined,
    ]);
  });
});

describe('T7: silence', () => {
  it('a final chat without a message is NO_REPLY', () => {
    const chat = { runId: 'r1', sessionKey: KEY, seq: 9, state: 'final' };
    const wire = new Wire()
      .event('chat', chat)
      .event('chat', { ...chat, message: {} })
      .event('chat', { ...chat, yielded: true });
    expect(wire.take('assistant.message')).toMatchObject([{ run: { runId: 'r1' }, silent: true }]);
  });

  it('so is such a word alone; lines of OpenClaw itself are none', () => {
    const wire = new Wire().message(assistant('r1', [{ type: 'text', text: 'NO_REPLY' }]));
    wire
      .message(assistant('r1', 'HEARTBEAT_OK'))
      .message(assistant('r1', 'NO_REPLY needed'))
      .message(assistant('r1', 'x', { provider: 'openclaw' }));
    expect(wire.take('assistant.message').map(({ silent }) => silent ?? false)).toEqual([true, true, false]);
  });
});

describe('T1: a run that starts after frames were missed', () => {
  const startAfter = (missed: number) => {
    const wire = new Wire().greet();
    wire.now += 60_000;
    const payload = {
      runId: 'r1',
      seq: 1,
      stream: 'lifecycle',
      data: { phase: 'start' },
      ts: wire.now,
      sessionKey: KEY,
    };
    wire.frame({ type: 'event', event: 'agent', payload, seq: 1 + missed });
    return wire.take('run.started')[0];
  };

  it('may serve a request that was among them', () => {
    expect(startAfter(0)).not.toHaveProperty('requestMayBePast');
    expect(startAfter(1)).toMatchObject({ requestMayBePast: true });
  });

  it('takes no older request for granted if a whole run may have been among them', () => {
    expect(startAfter(3)).toMatchObject({ missedUntilMs: T0 });
    expect(startAfter(4)).toMatchObject({ missedUntilMs: T0 + 60_000 });
  });
});
