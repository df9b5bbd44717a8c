import { describe, expect, it } from 'vitest';
import { assistant, call, result, user } from '../../testing/decoder/lines.ts';
import { CHILD, KEY, T0, Wire } from '../../testing/decoder/wire.ts';

const joined = (wire: Wire) =>
  wire.take('run.joined').map(({ run, request, over }) => [run.runId, request?.lineId, over ?? false]);

describe('T1: a late join reads whom a run serves', () => {
  it('the user message directly before its first assistant line', () => {
    const wire = new Wire().history({
      messages: [
        user('u1'),
        assistant('r0', 'stop'),
        user('u2'),
        assistant('r1', 'toolUse'),
        user('u3', { steerTargetRunId: 'r1' }),
      ],
      inFlightRun: { runId: 'r1', startedAt: T0 - 5_000 },
    });
    expect(wire.events.find((event) => event.type === 'run.joined')).toMatchObject({
      run: { runId: 'r1' },
      startedMs: T0 - 5_000,
      request: {
        lineId: 'u2',
        text: 'please u2',
        senderId: 'ann',
        accountId: 'default',
        transport: { messageId: 'm-u2' },
      },
    });
  });

  it('else the last user message', () => {
    expect(joined(new Wire().history({ messages: [user('u1')], inFlightRun: { runId: 'r1' } }))).toEqual([
      ['r1', 'u1', false],
    ]);
  });

  it.each([
    ['one that another run has answered', () => [user('u1'), assistant('r0', 'stop')]],
    [
      'one that steered another run',
      () => [user('u1'), assistant('r0', 'toolUse'), user('u2', { steerTargetRunId: 'r0' })],
    ],
    ['none', () => []],
  ])('but never %s', (_what, messages) => {
    expect(joined(new Wire().history({ messages: messages(), inFlightRun: { runId: 'r1' } }))).toEqual([
      ['r1', undefined, false],
    ]);
  });

  it('nor one that was steered into it before its first line', () => {
    const messages = [user('u1'), user('u2', { steerTargetRunId: 'r1' }), assistant('r1', 'toolUse')];
    expect(joined(new Wire().history({ messages, inFlightRun: { runId: 'r1' } }))).toEqual([['r1', 'u1', false]]);
  });

  it('a message whose run is still to come is told by itself', () => {
    const request = (wire: Wire) => wire.take('request').map((event) => event.lineId);
    const busy = { key: KEY, hasActiveRun: true };
    const recent = user('u2', { recordTimestampMs: T0 - 2_000 });
    expect(request(new Wire().history({ messages: [user('u1')], sessionInfo: busy }))).toEqual(['u1']);
    expect(request(new Wire().history({ messages: [recent] }))).toEqual(['u2']);
    expect(request(new Wire().history({ messages: [user('u1')] }))).toEqual([]);
    expect(request(new Wire().history({ messages: [recent], inFlightRun: { runId: 'r1' } }))).toEqual([]);
    expect(request(new Wire().history({ messages: [recent, assistant('r1', 'stop')] }))).toEqual([]);
  });

  it('which messages runs have heard: those with a line of a run behind them', () => {
    const messages = [
      user('u1'),
      assistant('r1', 'toolUse'),
      user('answer'),
      result('r1', 'c1', 'ask_user'),
      user('u2', { steerTargetRunId: 'r1' }),
      assistant('r1', 'stop'),
      user('u3'),
      assistant('r0', 'stop', 'Copy', { provider: 'openclaw' }),
    ];
    expect(new Wire().history({ messages }).take('key.synced')[0]?.heard).toEqual([
      { runId: 'r1', lineId: 'u1', messageId: 'm-u1' },
      { runId: 'r1', lineId: 'answer', messageId: 'm-answer' },
    ]);
  });

  it('lines that OpenClaw itself adds are nobody’s answer', () => {
    const mirror = assistant('r0', 'stop', 'Answer', { provider: 'openclaw', model: 'delivery-mirror' });
    expect(joined(new Wire().history({ messages: [user('u1'), mirror], inFlightRun: { runId: 'r1' } }))).toEqual([
      ['r1', 'u1', false],
    ]);
  });

  it('every run that the row calls active is joined', () => {
    const wire = new Wire().history({
      messages: [],
      sessionInfo: { key: KEY, hasActiveRun: true, activeRunIds: ['r1', 'r2', 7] },
    });
    expect(joined(wire)).toEqual([
      ['r1', undefined, false],
      ['r2', undefined, false],
    ]);
  });

  it('a run seen in history is not opened again by its next event', () => {
    const wire = new Wire().history({ messages: [user('u1')], inFlightRun: { runId: 'r1' } });
    wire.agent('r1', 'thinking', { text: 'x' });
    expect(wire.take('run.started')).toEqual([]);
    expect(wire.syncs).toEqual([]);
  });
});

describe('details of a history', () => {
  it('tools, texts and tokens of its lines, as the past; those in flight as the present', () => {
    const wire = new Wire().history({
      messages: [
        user('u1'),
        assistant('r1', 'toolUse', [{ type: 'text', text: 'Look.' }, call('c1', 'exec', { command: 'ls' })], {
          openclawStreamFallback: { itemId: 'item-1' },
        }),
        result('r1', 'c1', 'exec', { isError: true, details: { exitCode: 2 } }),
      ],
      inFlightRun: {
        runId: 'r1',
        startedAt: T0 - 9_000,
        events: [
          {
            runId: 'r1',
            seq: 4,
            stream: 'item',
            ts: T0 - 100,
            data: { kind: 'tool', toolCallId: 'c2', name: 'read', phase: 'start', title: 'Read x' },
          },
          { runId: 'r1', seq: 5, stream: 'lifecycle', ts: T0 - 90, data: { phase: 'end' } },
          { runId: 'r1', stream: 'usage' },
          null,
        ],
      },
    });
    expect(wire.events.map((event) => [event.type, 'past' in event && event.past])).toEqual([
      ['run.joined', false],
      ['text', true],
      ['tool', true],
      ['assistant.message', true],
      ['tool', true],
      ['tool', false],
      ['key.synced', false],
    ]);
    const [started, ended, live] = wire.take('tool');
    expect(started).toMatchObject({ callId: 'c1', phase: 'started', input: { command: 'ls' } });
    expect(ended).toMatchObject({ callId: 'c1', phase: 'ended', outcome: 'error', exitCode: 2 });
    expect(live).toMatchObject({ callId: 'c2', title: 'Read x', run: { runId: 'r1' } });
    expect(live?.run).not.toHaveProperty('seq');
  });

  it('calls nested in a wrapper are messages of their own', () => {
    const nested = {
      role: 'custom',
      customType: 'openclaw.nested-tool.v1',
      content: [
        {
          type: 'toolCall',
          id: 'n1',
          runId: 'r1',
          name: 'sessions_spawn',
          arguments: { label: 'helper' },
          parentToolCallId: 'w',
          timestamp: T0,
        },
        {
          type: 'toolResult',
          toolCallId: 'n1',
          toolName: 'sessions_spawn',
          runId: 'r1',
          isError: false,
          timestamp: T0 + 50,
          content: [{ type: 'text', text: JSON.stringify({ childSessionKey: CHILD, runId: 'k1' }) }],
        },
      ],
    };
    const wire = new Wire().history({
      messages: [user('u1'), nested, { ...nested, customType: 'a note' }],
      inFlightRun: { runId: 'r1' },
    });
    expect(wire.unknownKeys).toContain(CHILD);
    expect(wire.take('tool')).toMatchObject([
      { callId: 'n1', phase: 'started', wrapperCallId: 'w', input: { label: 'helper' }, past: true },
      { callId: 'n1', phase: 'ended', child: { key: CHILD, runId: 'k1' }, past: true },
    ]);
  });
});

describe('T9: how runs ended, as their last line tells', () => {
  const endsOf = (messages: object[], over: object = {}) =>
    new Wire()
      .history({ messages, ...over })
      .take('key.synced')[0]
      ?.ends?.map(({ runId, outcome }) => [runId, outcome]);

  it.each([
    ['stop', assistant('r1', 'stop'), { kind: 'done' }],
    ['length', assistant('r1', 'length'), { kind: 'done' }],
    ['NO_REPLY', assistant('r1', 'stop', ' NO_REPLY\n'), { kind: 'done', silent: true }],
    ['an error', assistant('r1', 'error', [], { errorMessage: '500' }), { kind: 'error', message: '500' }],
    [
      'an error without words',
      assistant('r1', 'error', []),
      { kind: 'error', message: 'The run failed without a reason.' },
    ],
    [
      'the mark of an abort',
      assistant('r1', 'stop', 'half', { provider: 'openclaw', openclawAbort: { aborted: true } }),
      { kind: 'aborted', code: 'aborted' },
    ],
  ])('%s', (_what, line, outcome) => {
    expect(endsOf([user('u1'), line])).toEqual([['r1', outcome]]);
  });

  it.each([
    ['a call', () => [assistant('r1', 'toolUse', [call('c', 'exec')])]],
    ['a result', () => [result('r1', 'c', 'exec')]],
    ['an abort of the model, which a yield leaves too', () => [assistant('r1', 'aborted', '')]],
    ['a line that OpenClaw added', () => [assistant('r1', 'stop', 'x', { provider: 'openclaw' })]],
  ])('%s is no end', (_what, lines) => {
    expect(endsOf([user('u1'), ...lines()])).toEqual([]);
  });

  it('a run that is still active has none', () => {
    expect(endsOf([assistant('r1', 'stop')], { inFlightRun: { runId: 'r1' } })).toEqual([]);
  });

  it('the row comes with the history, else from the list; without any it says nothing', () => {
    const row = { key: KEY, hasActiveRun: false, activeRunIds: [], abortedLastRun: true, status: 'killed' };
    const read = (wire: Wire) => wire.history({ messages: [] }).take('key.synced').at(-1);
    expect(read(new Wire().list(row))).toMatchObject({ hasActiveRun: false, abortedLastRun: true, killed: true });
    expect(read(new Wire())).toMatchObject({ hasActiveRun: true, abortedLastRun: false, killed: false });
    const own = new Wire()
      .list(row)
      .history({ messages: [], sessionInfo: { key: KEY, status: 'done', hasActiveRun: false } });
    expect(own.take('key.synced').at(-1)).toMatchObject({ abortedLastRun: false, killed: false });
  });

  it('a row that goes on without a run waits', () => {
    const row = { key: KEY, status: 'running', hasActiveRun: false, activeRunIds: [] };
    expect(new Wire().list(row).take('key.synced')).toMatchObject([{ waiting: true }]);
    for (const over of [{ status: 'done' }, { hasActiveRun: true }, { abortedLastRun: true }, { hasActiveRun: null }]) {
      expect(new Wire().list({ ...row, ...over }).take('key.synced')[0]).not.toHaveProperty('waiting');
    }
  });
});

describe('T9: a connection that is lost', () => {
  it('is told once, and only if it had greeted', () => {
    const wire = new Wire();
    wire.decoder.closed(T0);
    expect(wire.types).toEqual([]);
    wire.greet().decoder.closed(T0);
    wire.decoder.closed(T0);
    expect(wire.types).toEqual(['source.lost']);
    wire.decoder.synced(T0);
    expect(wire.types).toEqual(['source.lost', 'source.synced']);
  });

  it('takes its unanswered questions along', () => {
    const wire = new Wire().greet();
    wire.decoder.request('x', 'chat.history', { sessionKey: KEY }, T0);
    expect(wire.decoder.unanswered).toBe(1);
    wire.decoder.closed(T0);
    expect(wire.decoder.unanswered).toBe(0);
  });

  it('every row of a list says how its key stands', () => {
    const wire = new Wire()
      .greet()
      .list({ key: KEY, hasActiveRun: true, activeRunIds: ['r1'] }, { key: CHILD, spawnedBy: KEY });
    expect(wire.unknownKeys).toEqual([KEY, CHILD, KEY]);
    expect(wire.syncs).toEqual([KEY]);
    expect(wire.take('key.synced')).toMatchObject([
      { key: KEY, activeRunIds: ['r1'], hasActiveRun: true },
      { key: CHILD, activeRunIds: [], hasActiveRun: false },
    ]);
  });
});
