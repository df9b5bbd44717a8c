import { describe, expect, it } from 'vitest';
import { assistant, call, spawned, user, yieldLines } from '../../testing/decoder/lines.ts';
import { CHILD, KEY, Wire } from '../../testing/decoder/wire.ts';

const joined = (wire: Wire) =>
  wire.take('run.joined').map(({ run, request, over }) => [run.runId, request?.lineId, over ?? false]);

describe('T2, T8: which runs of a history are taken up', () => {
  const waiting = { key: KEY, status: 'running', hasActiveRun: false, activeRunIds: [] };
  const settle = (childRun: string) => `announce:requester-settle:main:${KEY}:${childRun}:yield-1`;
  const yieldedTurn = () => [
    user('u1'),
    assistant('r1', 'toolUse', [call('s', 'sessions_spawn')]),
    spawned('r1', 's', 'k1'),
    ...yieldLines('r1'),
  ];

  it('one that has yielded, if its row waits: it is joined and yields again', () => {
    const wire = new Wire().history({ messages: yieldedTurn(), sessionInfo: waiting });
    expect(wire.types.at(0)).toBe('row');
    expect(wire.events.filter((event) => event.type === 'run.ended')).toMatchObject([
      { run: { runId: 'r1' }, outcome: { kind: 'done', yielded: true } },
    ]);
    expect(joined(wire)).toEqual([['r1', 'u1', false]]);
  });

  it.each([
    ['its row does not wait', { ...waiting, status: 'done' }, []],
    ['it was carried on', waiting, [assistant(settle('k1'), 'stop')]],
  ])('but not if %s', (_what, sessionInfo, more) => {
    const wire = new Wire().history({ messages: [...yieldedTurn(), ...more], sessionInfo });
    expect(joined(wire).filter(([, , over]) => over === false)).toEqual([]);
  });

  it('also while a question runs beside it', () => {
    const sessionInfo = {
      key: KEY,
      status: 'running',
      hasActiveRun: true,
      hasActiveSubagentRun: true,
      activeRunIds: ['r2'],
    };
    const wire = new Wire().history({
      messages: [...yieldedTurn(), user('u2'), assistant('r2', 'toolUse')],
      sessionInfo,
    });
    expect(joined(wire)).toEqual([
      ['r1', 'u1', false],
      ['r2', 'u2', false],
    ]);
  });

  it('those that an active continuation carries on, by any number of yields', () => {
    const second = [
      assistant(settle('k1'), 'toolUse', [call('s2', 'sessions_spawn')]),
      spawned(settle('k1'), 's2', 'k2'),
      ...yieldLines(settle('k1')),
    ];
    const wire = new Wire().history({ messages: [...yieldedTurn(), ...second], inFlightRun: { runId: settle('k2') } });
    expect(joined(wire)).toEqual([
      ['r1', 'u1', false],
      [settle('k1'), undefined, false],
      [settle('k2'), undefined, false],
    ]);
  });

  it('ended ones that may carry on what is known are told as over', () => {
    const recovery = {
      ...user('u2', { transport: undefined }),
      provenance: { kind: 'internal_system', sourceTool: 'main_session_restart_recovery' },
    };
    const wire = new Wire().history({
      messages: [
        ...yieldedTurn(),
        assistant(settle('k1'), 'stop'),
        recovery,
        assistant('r2', 'stop'),
        user('u3'),
        assistant('r3', 'stop'),
      ],
    });
    // A recovery's own line comes before it.
    expect(wire.events).toContainEqual(expect.objectContaining({ type: 'request', lineId: 'u2', runId: 'r2' }));
    expect(joined(wire)).toEqual([
      [settle('k1'), undefined, true],
      ['r2', undefined, true],
    ]);
    const child = new Wire().history({ messages: [user('u1'), assistant('k1', 'stop')] }, CHILD);
    expect(joined(child)).toEqual([['k1', 'u1', true]]);
  });

  it('one that left no last word, and whose sub-agents’ announcement is answered, was cut off', () => {
    const messages = [
      user('u1'),
      assistant('r1', 'toolUse', [call('s1', 'sessions_spawn')]),
      spawned('r1', 's1', 'k1'),
      assistant('r1', 'toolUse', [call('c1', 'exec')]),
    ];
    const ends = (runId: string) =>
      new Wire()
        .history({ messages, inFlightRun: { runId } })
        .take('key.synced')[0]
        ?.ends?.map((end) => end.runId);
    expect(ends(`announce:v1:${CHILD}:k1`)).toEqual(['r1']);
    expect(ends('r2')).toEqual([]);
  });

  it('one whose continuation was seen to start, and died before its first line', () => {
    const wire = new Wire().greet().lifecycle(settle('k1'), 'start');
    wire.events.length = 0;
    const told = wire.history({ messages: yieldedTurn() }).take('run.joined');
    expect(told).toMatchObject([{ run: { runId: 'r1' }, over: true, carriedOnBy: settle('k1') }]);
  });

  it('a sub-agent that starts just after we came wants its parent’s history too (T5)', () => {
    const wire = new Wire().greet().list({ key: CHILD, spawnedBy: KEY });
    wire.lifecycle('k1', 'start', {}, { sessionKey: CHILD });
    expect(wire.syncs).toContain(KEY);
  });
});
