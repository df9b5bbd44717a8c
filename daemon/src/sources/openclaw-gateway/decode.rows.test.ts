import { describe, expect, it } from 'vitest';
import { CHILD, KEY, T0, Wire } from '../../testing/decoder/wire.ts';

const assistant = (runId: string, content: unknown, over: object = {}) => ({
  role: 'assistant',
  content,
  __openclaw: { runId, id: `a-${runId}-${JSON.stringify(content).length}`, recordTimestampMs: T0 },
  ...over,
});
const call = (id: string, name: string) => ({ type: 'toolCall', id, name, arguments: { path: 'x' } });

describe('a key that is not subscribed (*.subscribe-only)', () => {
  it('its rows tell start and end', () => {
    const wire = new Wire().changed({ runId: 'r1', phase: 'start' }).changed({ runId: 'r1', phase: 'model' });
    wire.changed({ runId: 'r1', phase: 'end' });
    expect(wire.events.filter((event) => event.type !== 'row')).toMatchObject([
      { type: 'run.started', startedMs: T0 },
      { type: 'run.ended', endedMs: T0, outcome: { kind: 'done' } },
    ]);
  });

  it.each([
    [{ abortedLastRun: true }, { kind: 'aborted', code: 'aborted' }],
    [{ status: 'killed' }, { kind: 'aborted', code: 'aborted' }],
    [
      { status: 'failed', lastRunError: '500' },
      { kind: 'error', message: '500' },
    ],
  ])('an error as the row says: %j', (row, outcome) => {
    expect(new Wire().changed({ runId: 'r1', phase: 'error' }, row).take('run.ended')).toMatchObject([{ outcome }]);
  });

  it.each([
    ['a root goes on without a run (11-yield-question)', { status: 'running', hasActiveSubagentRun: true }, true],
    ['a sub-agent has sub-agents of its own (nested-subagents)', { hasActiveSubagentRun: true }, true],
    ['a row that is done', { status: 'done', hasActiveSubagentRun: true }, undefined],
    ['a row that still says that it runs (15-ask-user)', { status: 'running', hasActiveRun: true }, undefined],
  ])('an end may be a yield: %s', (_what, row, yielded) => {
    const wire = new Wire().changed({ runId: 'r1', phase: 'end' }, { hasActiveRun: false, ...row });
    expect(wire.take('run.ended')[0]?.outcome).toEqual({ kind: 'done', ...(yielded && { yielded }) });
  });

  it('but not of a run that tells them itself', () => {
    const wire = new Wire().lifecycle('r1', 'start').changed({ runId: 'r1', phase: 'start' });
    wire.lifecycle('r1', 'end').changed({ runId: 'r1', phase: 'end' });
    expect(wire.types.filter((type) => type.startsWith('run.'))).toEqual(['run.started', 'run.ended']);
  });

  it('unless its own end never came: its frame was dropped, and history knows what else was', () => {
    const wire = new Wire().lifecycle('r1', 'start').changed({ runId: 'r1', phase: 'end' });
    expect(wire.take('run.ended')).toMatchObject([{ run: { runId: 'r1' }, outcome: { kind: 'done' } }]);
    expect(wire.syncs).toContain(KEY);
  });

  it('its messages tell the tools: over when the next message or the end comes', () => {
    const wire = new Wire().changed({ runId: 'r1', phase: 'start' });
    wire
      .message(assistant('r1', [call('c1', 'exec'), call('c2', 'read')]))
      .message(assistant('r1', [call('c3', 'write')]));
    wire.changed({ runId: 'r1', phase: 'end' });
    expect(wire.take('tool').map(({ callId, phase }) => `${callId} ${phase}`)).toEqual([
      'c1 started',
      'c2 started',
      'c1 ended',
      'c2 ended',
      'c3 started',
      'c3 ended',
    ]);
  });

  it('messages of a run that shows run events tell no tools', () => {
    const wire = new Wire().lifecycle('r1', 'start').message(assistant('r1', [call('c1', 'exec')]));
    expect(wire.take('tool')).toEqual([]);
  });
});

describe('rows', () => {
  const origin = {
    provider: 'mattermost',
    chatType: 'channel',
    nativeChannelId: 'chan1',
    threadId: 'root1',
    accountId: 'default',
  };

  it('are told when they change', () => {
    const wire = new Wire()
      .changed({}, { agentId: 'main', origin })
      .changed({}, { agentId: 'main', origin })
      .message({ role: 'user' }, { session: { agentId: 'main', origin } });
    expect(wire.take('row')).toEqual([
      {
        type: 'row',
        key: KEY,
        at: T0,
        agentId: 'main',
        route: { chat: 'channel', channelId: 'chan1', threadId: 'root1', accountId: 'default' },
      },
    ]);
    expect(wire.changed({}, { agentId: 'main', origin, contextTokens: 1_000 }).take('row')).toMatchObject([
      { contextWindow: 1_000 },
    ]);
  });

  it.each([
    [
      'a direct message',
      {
        origin: {
          provider: 'mattermost',
          chatType: 'direct',
          from: 'mattermost:ann',
          to: 'user:ann',
          nativeChannelId: 'dm1',
        },
      },
      { chat: 'direct', userId: 'ann', channelId: 'dm1' },
    ],
    [
      'a sub-agent’s copy',
      { deliveryContext: { channel: 'mattermost', to: 'channel:chan1', threadId: 'root1' } },
      { channelId: 'chan1', threadId: 'root1' },
    ],
    [
      'one that only names a person',
      { lastChannel: 'mattermost', lastTo: 'user:ann' },
      { chat: 'direct', userId: 'ann' },
    ],
    ['another chat', { origin: { provider: 'telegram', nativeChannelId: '1', chatType: 'direct' } }, undefined],
    ['none', {}, undefined],
  ])('of %s', (_what, row, route) => {
    expect(new Wire().changed({}, { label: 'x', ...row }).take('row')[0]?.route).toEqual(route);
  });

  it('name the parents of sub-agents', () => {
    const wire = new Wire()
      .changed({ sessionKey: CHILD }, { spawnedBy: KEY })
      .lifecycle('k1', 'start', {}, { sessionKey: CHILD, spawnedBy: KEY });
    expect(wire.unknownKeys).toEqual([CHILD, KEY, KEY]);
    expect(wire.take('run.started')).toMatchObject([{ key: CHILD, spawnedBy: KEY }]);
  });

  it.each([
    ['agent.input.settled', { status: 'killed', hasActiveRun: false }, { kind: 'aborted', code: 'aborted' }],
    [
      'subagent-status',
      { status: 'failed', hasActiveRun: false, lastRunError: 'gone' },
      { kind: 'error', message: 'gone' },
    ],
    ['subagent-status', { status: 'done', hasActiveRun: false }, { kind: 'done' }],
  ])('settle a sub-agent: %s %j', (reason, row, outcome) => {
    const wire = new Wire().changed({ sessionKey: CHILD, reason }, { spawnedBy: KEY, ...row });
    expect(wire.take('child.settled')).toEqual([
      { type: 'child.settled', key: CHILD, at: T0, tsMs: T0, abortedAncestors: [], outcome },
    ]);
  });

  it.each([
    ['it still works', 'agent.input.settled', { spawnedBy: KEY, status: 'done', hasActiveRun: true }],
    ['it has yielded', 'agent.input.settled', { spawnedBy: KEY, status: 'running', hasActiveRun: false }],
    ['it is no sub-agent', 'agent.input.settled', { status: 'done', hasActiveRun: false }],
    ['the reason is another', 'send', { spawnedBy: KEY, status: 'done', hasActiveRun: false }],
  ])('but not if %s', (_what, reason, row) => {
    expect(new Wire().changed({ sessionKey: CHILD, reason }, row).take('child.settled')).toEqual([]);
  });

  it('T9: tell of ancestors that were stopped', () => {
    const ancestorSessions = [
      { key: KEY, abortedLastRun: true },
      { key: 'other', abortedLastRun: false },
      null,
      { abortedLastRun: true },
    ];
    const wire = new Wire().changed({ sessionKey: CHILD, reason: 'agent.input.settled', ancestorSessions });
    expect(wire.take('child.settled')).toMatchObject([{ key: CHILD, abortedAncestors: [KEY] }]);
  });

  it('T9: ask for the rows above a killed sub-agent, if they come without them', () => {
    const killed = { status: 'killed', hasActiveRun: false };
    const wire = new Wire().changed({ sessionKey: 'agent:main:subagent:leaf', reason: 'start' }, { spawnedBy: CHILD });
    wire.changed({ sessionKey: CHILD, reason: 'start' }, { spawnedBy: KEY });
    const before = wire.syncs.length;
    wire.changed(
      { sessionKey: 'agent:main:subagent:leaf', reason: 'agent.input.settled' },
      { spawnedBy: CHILD, ...killed },
    );
    expect(wire.syncs.slice(before)).toEqual([CHILD, KEY]);
    const ancestorSessions = [{ key: KEY, abortedLastRun: true }];
    wire.changed({ sessionKey: CHILD, reason: 'agent.input.settled', ancestorSessions }, { spawnedBy: KEY, ...killed });
    expect(wire.syncs.slice(before)).toEqual([CHILD, KEY]);
  });
});
