import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assistant, compaction, header, iso, mattermostText, result, user } from './testing/lines.ts';
import { T0, World } from './testing/world.ts';

/** What a run is, from its lock to its end: protocol T1, T3, T4, T6, T7, T9 where files say it. */

let world: World;
beforeEach(async () => {
  world = new World();
  world.index({
    'agent:main:main': { sessionId: 's1', sessionFile: '/home/agent/x/state/agents/main/sessions/s1.jsonl' },
  });
  await world.start();
  world.after(1000);
});
afterEach(() => world.stop());

const now = () => world.clock.now();
const lastOutcome = () => world.of('run.ended').at(-1)?.outcome;

/** A run that has asked and called one tool that has not returned. */
function runWithOpenTool(): void {
  world.lock('s1');
  world.append(
    's1',
    header(now()),
    user(now(), 'do it'),
    assistant(now() + 5, { calls: [{ id: 'c1', name: 'exec', args: { command: 'ls' } }] }),
  );
}

describe('a run', () => {
  it('T1: is named by its lock, and begins before any line exists', () => {
    world.lock('s1');
    const name = `lock:main/sessions/s1.jsonl:${iso(now())}`;
    expect(world.of('run.started')).toEqual([
      {
        type: 'run.started',
        key: 'agent:main:main',
        at: now(),
        run: { runId: name },
        startedMs: now(),
        lockName: name,
      },
    ]);
  });

  it('is told in the order of its lines: request, model, thinking, text, tokens, tools', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'do it'));
    world.append(
      's1',
      assistant(now() + 9, { thinking: 'hm', text: 'I look.', calls: [{ id: 'c1', name: 'exec' }] }),
      result(now() + 20, 'c1'),
    );
    expect(world.types()).toEqual([
      'run.started',
      'request',
      'run.model',
      'thinking',
      'text',
      'assistant.message',
      'tool',
      'tool',
    ]);
  });

  it('with nothing but an answer is a run too', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'hello'), assistant(now() + 9, { text: 'Hello!' }));
    world.unlock('s1');
    expect(world.types()).toEqual(['run.started', 'request', 'run.model', 'assistant.message', 'run.ended']);
    expect(lastOutcome()).toEqual({ kind: 'done' });
  });

  it('loses none of its first lines when lock and file are seen at the same moment, and is one run', () => {
    const { directory } = world;
    const path = 'main/sessions/s1.jsonl';
    directory.apply({
      t: 0,
      op: 'append',
      path,
      data: `${header(now())}\n${user(now(), 'hi')}\n${assistant(now(), { text: 'hi' })}\n`,
    });
    directory.apply({
      t: 0,
      op: 'write',
      path: `${path}.lock`,
      data: JSON.stringify({ pid: 4711, createdAt: iso(now() - 2) }),
    });
    world.settle();
    expect(world.types()).toEqual(['run.started', 'request', 'run.model', 'assistant.message']);
  });

  it('does not end while its lock stands, however long it is silent: a tool may be running', () => {
    runWithOpenTool();
    world.after(3_600_000);
    expect(world.of('run.ended')).toEqual([]);
  });

  it('does not end with its closing line, but when the lock goes', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'hi'), assistant(now(), { text: 'done' }));
    world.after(3000);
    expect(world.of('run.ended')).toEqual([]);
    world.unlock('s1');
    expect(world.of('run.ended')).toMatchObject([{ endedMs: now(), outcome: { kind: 'done' } }]);
  });

  it('is followed at once by the next question: nothing is suppressed after an end', () => {
    for (const question of ['one', 'two']) {
      world.lock('s1');
      world.append('s1', user(now(), question), assistant(now() + 1, { text: 'done' }));
      world.unlock('s1');
      world.after(10);
    }
    expect(world.of('run.started')).toHaveLength(2);
    expect(world.of('request').map((request) => request.text)).toEqual(['one', 'two']);
  });

  it('after hours of idleness is one more run, with its own lines only', () => {
    runWithOpenTool();
    world.append('s1', result(now(), 'c1'), assistant(now(), { text: 'done' }));
    world.unlock('s1');
    world.after(7_200_000);
    const before = world.events.length;
    world.lock('s1');
    world.append('s1', user(now(), 'again'), assistant(now(), { text: 'again' }));
    world.unlock('s1');
    expect(world.events.slice(before).map((event) => event.type)).toEqual([
      'row',
      'run.started',
      'request',
      'run.model',
      'assistant.message',
      'run.ended',
    ]);
  });
});

describe('T9: how a run ends is decided by its last assistant line', () => {
  it.each([
    { stop: 'stop', outcome: { kind: 'done' } },
    { stop: 'length', outcome: { kind: 'done' } },
    { stop: 'aborted', outcome: { kind: 'aborted', code: 'aborted' } },
    { stop: 'error', error: '400 bad request', outcome: { kind: 'error', message: '400 bad request' } },
    { stop: 'toolUse', outcome: { kind: 'cut', code: 'runtime_stopped' } },
    { stop: 'something_new', outcome: { kind: 'cut', code: 'runtime_stopped' } },
  ])('$stop', ({ outcome, ...line }) => {
    world.lock('s1');
    world.append('s1', user(now(), 'hi'), assistant(now(), line));
    world.unlock('s1');
    expect(lastOutcome()).toEqual(outcome);
  });

  it('none, after a request: cut', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'hi'));
    world.unlock('s1');
    expect(lastOutcome()).toEqual({ kind: 'cut', code: 'runtime_stopped' });
  });

  it('T7: NO_REPLY is a silent end', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'hi'), assistant(now(), { text: 'NO_REPLY' }));
    world.unlock('s1');
    expect(world.of('assistant.message')[0]).toMatchObject({ silent: true });
    expect(lastOutcome()).toEqual({ kind: 'done', silent: true });
  });

  it('T7: a lock that goes without a message line was nothing, a bare compaction included', () => {
    world.lock('s1');
    world.append('s1', compaction(now()));
    world.unlock('s1');
    expect(world.types()).toEqual(['run.started', 'compaction', 'compaction', 'run.ended']);
    expect(lastOutcome()).toEqual({ kind: 'nothing' });
  });

  it('a compaction after the answer changes nothing', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'hi'), assistant(now(), { text: 'done' }), compaction(now() + 3000));
    world.unlock('s1');
    expect(lastOutcome()).toEqual({ kind: 'done' });
  });

  it('T4: an error is not the end while the lock stands', () => {
    world.lock('s1');
    world.append('s1', user(now(), 'hi'), assistant(now(), { stop: 'error', error: '500 overloaded' }));
    world.after(2000);
    world.append('s1', assistant(now(), { text: 'here', model: 'mock-2' }));
    expect(world.of('run.attemptFailed')).toMatchObject([{ message: '500 overloaded' }]);
    expect(world.of('run.fallback')).toMatchObject([{ from: 'mock-1', to: 'mock-2' }]);
    world.unlock('s1');
    expect(lastOutcome()).toEqual({ kind: 'done' });
  });

  it('a stop that OpenClaw noted is an abort even if the last line is a tool call', () => {
    runWithOpenTool();
    world.append(
      's1',
      assistant(now(), {
        provider: 'openclaw',
        text: '...',
        more: { openclawAbort: { aborted: true, origin: 'rpc' } },
      }),
    );
    world.unlock('s1');
    expect(lastOutcome()).toEqual({ kind: 'aborted', code: 'aborted' });
  });

  it('T4: sessions_yield is no end, the aborted line that follows it included', () => {
    world.lock('s1');
    world.append(
      's1',
      user(now(), 'delegate'),
      assistant(now(), { calls: [{ id: 'y', name: 'sessions_yield' }] }),
      result(now(), 'y', { name: 'sessions_yield' }),
    );
    world.append('s1', assistant(now() + 1, { text: '', stop: 'aborted' }));
    world.unlock('s1');
    expect(lastOutcome()).toEqual({ kind: 'done', yielded: true });
  });

  it('a newer lock ends the run before it, and takes the lines since it was made', () => {
    runWithOpenTool();
    const secondMs = now() + 5000;
    const { directory } = world;
    directory.apply({
      t: 0,
      op: 'append',
      path: 'main/sessions/s1.jsonl',
      data: `${result(now() + 100, 'c1')}\n${user(secondMs + 3, 'second')}\n`,
    });
    directory.apply({
      t: 0,
      op: 'write',
      path: 'main/sessions/s1.jsonl.lock',
      data: JSON.stringify({ pid: 1, createdAt: iso(secondMs) }),
    });
    world.settle();
    const [first, second] = world.of('run.started').map((event) => event.run.runId);
    expect(world.of('run.ended')).toMatchObject([
      { run: { runId: first }, outcome: { kind: 'cut', code: 'newer_run' } },
    ]);
    expect(world.of('tool').at(-1)).toMatchObject({ run: { runId: first }, phase: 'ended' });
    expect(world.of('request').at(-1)).toMatchObject({ runId: second, text: 'second' });
  });

  it('a last word that comes after the lock went corrects a cut', () => {
    runWithOpenTool();
    world.unlock('s1');
    world.append('s1', result(now() + 1, 'c1'), assistant(now() + 2, { text: 'done after all' }));
    expect(world.of('run.ended').map((event) => event.outcome.kind)).toEqual(['cut', 'done']);
    expect(world.of('tool').at(-1)).toMatchObject({ callId: 'c1', phase: 'ended' });
  });
});

describe('what OpenClaw itself writes', () => {
  it('T7: delivery mirrors are neither a turn nor an end, during a run and after it', () => {
    runWithOpenTool();
    world.append('s1', assistant(now(), { provider: 'openclaw', model: 'delivery-mirror', text: 'mirrored' }));
    world.append('s1', result(now(), 'c1'), assistant(now(), { text: 'done' }));
    world.unlock('s1');
    const before = world.events.length;
    world.append('s1', assistant(now() + 500, { provider: 'openclaw', model: 'delivery-mirror', text: 'done' }));
    world.after(120_000);
    world.append('s1', assistant(now(), { provider: 'openclaw', model: 'delivery-mirror', text: 'again' }));
    expect(world.events.slice(before)).toEqual([]);
    expect(world.of('assistant.message')).toHaveLength(2);
  });

  it('T2c: a sub-agent that announces itself is told by its provenance, without the internal text', () => {
    world.lock('s1');
    const provenance = {
      kind: 'inter_session',
      sourceSessionKey: 'agent:main:subagent:7',
      sourceTool: 'subagent_announce',
    };
    world.append(
      's1',
      user(now(), '[Sun 2026-11-22 21:35 UTC] OpenClaw runtime context (internal):\nsecret', { provenance }),
    );
    expect(world.of('request')).toMatchObject([
      { provenance: { kind: 'inter_session', sourceKey: 'agent:main:subagent:7' } },
    ]);
    expect(world.of('request')[0]).not.toHaveProperty('text');
  });

  it('T7: a heartbeat is told as one, as soon as its first line shows it', () => {
    world.lock('s1');
    world.append(
      's1',
      user(
        now(),
        'Read HEARTBEAT.md if it exists (workspace context). If nothing needs attention, reply HEARTBEAT_OK.',
      ),
    );
    expect(world.of('run.started').map((event) => event.heartbeat)).toEqual([undefined, true]);
    expect(world.of('request')).toEqual([]);
  });

  it('a cron session and a memory flush are automatic', () => {
    world.index({ 'agent:main:cron:1:run:2': { sessionId: 's2' }, 'agent:main:main': { sessionId: 's1' } });
    world.lock('s2');
    world.lock('s1');
    world.append(
      's1',
      user(now(), '[Sun 2026-11-22 21:31 UTC] Pre-compaction memory flush. Store durable memories only.'),
    );
    expect(world.of('run.started').map((event) => event.automatic)).toEqual([true, undefined, true]);
  });
});

describe('requests', () => {
  it('T10: carry the ids that Mattermost gave, and what the person wrote', () => {
    world.index({
      'agent:main:mattermost:channel:chan1': {
        sessionId: 's1',
        deliveryContext: { channel: 'mattermost', to: 'channel:chan1', accountId: 'default' },
      },
    });
    world.lock('s1');
    const info = { message_id: 'post4', reply_to_id: 'post1', sender_id: 'alice', sender: '@alice', topic_id: 'post1' };
    world.append('s1', user(now(), mattermostText('check the build\nplease', info)));
    expect(world.of('request')).toMatchObject([
      {
        key: 'agent:main:mattermost:channel:chan1',
        transport: { channel: 'mattermost', messageId: 'post4', replyToId: 'post1', threadId: 'post1' },
        senderId: 'alice',
        senderName: '@alice',
        accountId: 'default',
        text: 'check the build\nplease',
      },
    ]);
  });

  it('T3: a second message during the run steers it', () => {
    world.lock('s1');
    world.append(
      's1',
      user(now(), 'one'),
      assistant(now(), { calls: [{ id: 'c1', name: 'exec' }] }),
      user(now(), 'also this'),
    );
    const [runId] = world.of('run.started').map((event) => event.run.runId);
    expect(world.of('request')).toMatchObject([
      { runId, text: 'one' },
      { steerTargetRunId: runId, text: 'also this' },
    ]);
    expect(world.of('request')[1]).not.toHaveProperty('runId');
  });
});

describe('T6: tools', () => {
  it.each([
    { is: 'an error flag', result: { isError: true, output: 'secret output' }, event: { outcome: 'error' } },
    {
      is: 'a refusal',
      result: { isError: true, output: 'Exec denied (user-denied)' },
      event: { outcome: 'error', error: 'Exec denied (user-denied)' },
    },
    {
      is: 'an error status',
      result: { details: { status: 'error', error: 'ENOENT' } },
      event: { outcome: 'error', error: 'ENOENT' },
    },
    {
      is: 'a non-zero exit code',
      result: { details: { status: 'completed', exitCode: 3 }, output: 'secret output' },
      event: { outcome: 'error', exitCode: 3 },
    },
    {
      is: 'exit code zero',
      result: { details: { status: 'completed', exitCode: 0 } },
      event: { outcome: 'done', exitCode: 0 },
    },
    { is: 'a command that goes on', result: { details: { status: 'running' } }, event: { outcome: 'background' } },
    {
      is: 'an aborted command',
      result: { isError: true, output: 'line 1\n\nCommand aborted by signal SIGTERM' },
      event: { outcome: 'error', error: 'Command aborted by signal SIGTERM' },
    },
  ])('$is', ({ result: options, event }) => {
    runWithOpenTool();
    world.append('s1', result(now(), 'c1', options));
    const { outcome, error, exitCode } = world.of('tool').at(-1) ?? {};
    expect({ outcome, error, exitCode }).toEqual({ error: undefined, exitCode: undefined, ...event });
  });

  it('a result without a call (OpenClaw drops calls of unknown tools) is told by its own name', () => {
    world.lock('s1');
    world.append(
      's1',
      result(now(), 'c9', { name: 'no_such_tool', isError: true, output: 'Tool no_such_tool not found' }),
    );
    expect(world.of('tool')).toMatchObject([
      { callId: 'c9', name: 'no_such_tool', phase: 'ended', error: 'Tool no_such_tool not found' },
    ]);
  });

  it('the wrapper of Tool Search is taken off', () => {
    world.lock('s1');
    world.append(
      's1',
      assistant(now(), { calls: [{ id: 'w', name: 'tool_call', args: { id: 'read', args: { path: 'a.txt' } } }] }),
      result(now(), 'w', { name: 'tool_call' }),
    );
    expect(world.of('tool')).toMatchObject([
      { name: 'read', input: { path: 'a.txt' } },
      { name: 'read', phase: 'ended' },
    ]);
  });

  it('T13: progress_card sets the plan', () => {
    world.lock('s1');
    const plan = [
      { step: 'look', status: 'completed' },
      { step: 'do', status: 'in_progress' },
      { step: 'test', status: 'pending' },
    ];
    world.append('s1', assistant(now(), { calls: [{ id: 'p', name: 'progress_card', args: { plan } }] }));
    expect(world.of('plan')).toMatchObject([
      {
        callId: 'p',
        items: [
          { text: 'look', status: 'done' },
          { text: 'do', status: 'active' },
          { text: 'test', status: 'pending' },
        ],
      },
    ]);
  });

  it('T5: a spawned sub-agent is named by the result', () => {
    world.lock('s1');
    world.append(
      's1',
      assistant(now(), { calls: [{ id: 's', name: 'sessions_spawn', args: { task: 'count', label: 'counter' } }] }),
    );
    world.append(
      's1',
      result(now(), 's', {
        name: 'sessions_spawn',
        details: { childSessionKey: 'agent:main:subagent:7', runId: 'r7' },
      }),
    );
    expect(world.of('tool').at(-1)).toMatchObject({ child: { key: 'agent:main:subagent:7', runId: 'r7' } });
  });
});

it('times are whole milliseconds of the clock that the source was given', () => {
  runWithOpenTool();
  for (const event of world.events) expect(event.at).toBe(Math.round(event.at));
  expect(world.of('run.started')[0]?.at).toBe(T0 + 1000);
});
