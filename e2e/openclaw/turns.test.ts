import type { Session } from '@livestatus/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSession, describeSessions } from './harness/describe.ts';
import { agentSteps, expectEnded, expectTools, tokensOf, toolSteps } from './harness/expect-turn.ts';
import { asks, longShell, shell, spawnAgent, viaToolSearch } from './harness/script.ts';
import { Stage } from './harness/stage.ts';

/** One gateway and one daemon for all turns of this file; each test talks in conversations of its own. */
describe('what a person sees of real OpenClaw turns', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterAll(async () => {
    await stage?.strike();
  });

  test('the daemon finds the gateway by itself and is healthy', async () => {
    const health = await stage.dashboard.health();
    expect(health.status, JSON.stringify(health)).toBe('healthy');
    expect(health.sources.map((source) => [source.state, source.detail?.source])).toEqual([['ok', 'openclaw-gateway']]);
  });

  test('the daemon may read, and nothing else', async () => {
    const { paired } = await stage.gateway.person.call<{
      readonly paired: readonly { readonly scopes?: readonly string[]; readonly clientId?: string }[];
    }>('device.pair.list');
    expect(paired.map((device) => device.scopes)).toEqual([['operator.read']]);
  });

  test('a turn with several tools shows each call once, its texts, title and tokens', async () => {
    stage.play({
      several: [
        {
          think: 'Look first.',
          text: 'I look around.',
          calls: [shell('ls; sleep 1'), ['read', { path: 'AGENTS.md' }]],
        },
        { text: 'I write a note.', calls: [['write', { path: 'note.txt', content: 'hello\n' }]] },
        { text: 'All done.' },
      ],
    });
    const key = await stage.ask('several');
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [
      ['exec', 'done'],
      ['read', 'done'],
      ['write', 'done'],
    ]);
    expect(session.agent).toEqual({ id: 'main', name: 'main', runtime: 'openclaw' });
    expect(session.title).toBe(asks('several'));
    expect(session.steps.filter((step) => step.kind === 'text').map((step) => step.label)).toEqual([
      'I look around.',
      'I write a note.',
    ]);
    expect(session.usage?.total).toBe(tokensOf(3));
    expect(session.channel_id).toBeUndefined();
  });

  test('failing tools are errors, the turn that lives with them is done', async () => {
    stage.play({
      failing: [
        { calls: [shell('echo trouble >&2; exit 2'), ['read', { path: 'no-such-file.txt' }], shell('echo fine')] },
        { calls: [viaToolSearch('web_fetch', { url: 'http://127.0.0.1:9/nothing' })] },
        { text: 'Two of them failed.' },
      ],
    });
    const session = await stage.waitForEnd(await stage.ask('failing'));
    expectEnded(session, 'done');
    expectTools(session, [
      ['exec', 'error'],
      ['read', 'error'],
      ['exec', 'done'],
      ['web_fetch', 'error'],
    ]);
  });

  test("a sub-agent's sub-agent is shown in the one box of the person's turn, each step under its agent", async () => {
    stage.play({
      root: [
        { text: 'I ask the coordinator.', calls: [spawnAgent(asks('middle', 'Coordinate.'), 'coordinator')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files.' },
      ],
      middle: [
        { calls: [spawnAgent(asks('leaf', 'Count.'), 'counter')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files were counted.' },
      ],
      leaf: [{ calls: [shell('sleep 2; ls | wc -l')] }, { text: 'There are 3.' }],
    });
    const before = new Set((await stage.dashboard.sessions()).map((session) => session.id));
    const key = await stage.ask('root');
    await stage.waitForSession(key, 'to wait for its agents', (session) => session.waiting?.for === 'agents');
    const session = await stage.waitForEnd(key, 120_000);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    const [coordinator, counter] = agentSteps(session);
    expect(agentSteps(session).map((step) => [step.name, step.status])).toEqual([
      ['coordinator', 'done'],
      ['counter', 'done'],
    ]);
    expect(counter?.parent_id).toBe(coordinator?.id);
    expect(toolSteps(session)[0]?.parent_id).toBe(counter?.id);
    expect(session.usage?.total).toBe(tokensOf(3, 3, 2));
    const added = (await stage.dashboard.sessions()).filter((other) => !before.has(other.id));
    expect(added, describeSessions(added)).toHaveLength(1);
  });

  test('a provider error that a retry cures is seen as retrying and ends as done', async () => {
    stage.play({
      retry: [
        { calls: [shell('echo before')] },
        { attempts: [{ http: 500 }, { http: 500 }, { calls: [shell('echo after')] }] },
        { text: 'Recovered.' },
      ],
    });
    const key = await stage.ask('retry');
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [
      ['exec', 'done'],
      ['exec', 'done'],
    ]);
    const retrying = stage.stream.statesOf(key).filter((state) => state.activity === 'retrying');
    expect(retrying.length, 'states in which it was retrying').toBeGreaterThan(0);
    expect(retrying.every((state) => state.waiting?.for === 'provider')).toBe(true);
    expect(stage.stream.statesOf(key).filter((state) => state.status === 'error')).toEqual([]);
  });

  test('a provider error that stays ends the turn as an error that says why', async () => {
    stage.play({ broken: [{ calls: [shell('echo before')] }, { http: 400, message: 'Scripted bad request' }] });
    const session = await stage.waitForEnd(await stage.ask('broken'));
    expectEnded(session, 'error');
    expectTools(session, [['exec', 'done']]);
    expect(session.error?.message).toMatch(/provider rejected the request/);
  });

  test('fail-over to another model belongs to the same turn', async () => {
    stage.play({
      other: [
        { byModel: { 'bad-1': { http: 400 }, 'mock-1': { calls: [shell('echo ok')] } } },
        { byModel: { 'bad-1': { http: 400 }, 'mock-1': { text: 'Done by the other model.' } } },
      ],
    });
    const key = await stage.ask('other', { agent: 'flaky' });
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('a run that a person stops is interrupted, not failed, and nothing of it goes on', async () => {
    stage.play({ slow: [{ text: 'A long one.', calls: [longShell('sleep 60')] }, { text: 'No.' }] });
    const key = await stage.ask('slow');
    await stage.waitForSession(key, 'to run its command', (session) => session.activity === 'tool');
    await stage.gateway.person.abort(key);
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'interrupted');
    expect(session.error?.code).toBe('aborted');
    expect(session.tool_calls).toBe(1);
    // OpenClaw reports the stopped command as failed ("Aborted"), after the end or before it.
    expect(['cancelled', 'error']).toContain(toolSteps(session)[0]?.status);
  });

  test('a command that goes to the background stays a background step, and the next commands are their own', async () => {
    stage.play({
      job: [
        { calls: [shell('sleep 20', { background: true })] },
        { calls: [shell('echo meanwhile')] },
        { text: 'The job goes on without me.' },
      ],
    });
    const session = await stage.waitForEnd(await stage.ask('job'));
    expectEnded(session, 'done');
    expectTools(session, [
      ['exec', 'background'],
      ['exec', 'done'],
    ]);
  });

  test('two agents and two conversations at once do not mix', async () => {
    const gate = stage.gate();
    stage.play({
      one: [{ calls: [longShell(gate.command)] }, { text: 'One done.' }],
      two: [{ calls: [longShell(`${gate.command}; exit 1`)] }, { calls: [shell('echo two')] }, { text: 'Two done.' }],
    });
    const keys = [stage.freshKey(), stage.freshKey(), stage.freshKey('flaky')] as const;
    await Promise.all([
      stage.ask('one', { key: keys[0] }),
      stage.ask('two', { key: keys[1] }),
      stage.ask('one', { key: keys[2], agent: 'flaky' }),
    ]);
    await stage.waitFor('all three to be active at once', 30_000, async () => {
      const active = (await stage.dashboard.sessions()).filter((session) => session.status === 'active');
      return keys.every((key) => active.some((session) => session.session_key === key)) ? undefined : 'not yet';
    });
    await gate.open();
    const [first, second, third] = [
      await stage.waitForEnd(keys[0]),
      await stage.waitForEnd(keys[1]),
      await stage.waitForEnd(keys[2]),
    ];
    expectTools(first, [['exec', 'done']]);
    expectTools(second, [
      ['exec', 'error'],
      ['exec', 'done'],
    ]);
    expectTools(third, [['exec', 'done']]);
    expect(third.agent.id).toBe('flaky');
    for (const key of keys) expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('an approval is waited for in sight of everyone; approved, the command runs and the turn is done', async () => {
    stage.play({ guarded: [{ text: 'I need a command.', calls: [shell('echo deployed')] }, { text: 'Deployed.' }] });
    const key = stage.freshKey('guard');
    await stage.gateway.person.chat(key, asks('guarded'));
    const waiting = await stage.waitForSession(key, 'to wait for an approval', (s) => s.waiting?.for === 'approval');
    expect(waiting.activity).toBe('waiting');
    expect(waiting.steps.find((step) => step.id === waiting.waiting?.step_id)?.name).toBe('exec');
    await stage.gateway.person.decide(waiting.waiting?.approval_id ?? '', 'allow-once');
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
  });

  test('an approval that is denied makes the command an error, the turn goes on and is done', async () => {
    stage.play({ guarded: [{ calls: [shell('echo deployed')] }, { text: 'I was not allowed to.' }] });
    const key = stage.freshKey('guard');
    await stage.gateway.person.chat(key, asks('guarded'));
    const waiting = await stage.waitForSession(key, 'to wait for an approval', (s) => s.waiting?.for === 'approval');
    await stage.gateway.person.decide(waiting.waiting?.approval_id ?? '', 'deny');
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'error']]);
  });

  test('a question to a person is waited for until it is answered', async () => {
    const options = [
      { label: 'Staging', description: 'the test one' },
      { label: 'Production', description: 'the real one' },
    ];
    const questions = [{ id: 'q1', header: 'Target', question: 'Which environment?', options }];
    stage.play({ ask: [{ calls: [viaToolSearch('ask_user', { questions })] }, { text: 'Thanks, noted.' }] });
    // Only an agent's main session has the tool `ask_user`.
    const key = await stage.ask('ask', { key: 'agent:main:main' });
    await stage.waitForSession(key, 'to wait for an answer', (session) => session.waiting?.for === 'answer');
    await stage.gateway.person.answer({ q1: ['Staging'] });
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [['ask_user', 'done']]);
  });

  test('two sub-agents at once end one turn', async () => {
    stage.play({
      pair: [
        { calls: [spawnAgent(asks('quick', 'Be quick.'), 'quick'), spawnAgent(asks('slow', 'Take longer.'), 'slow')] },
        { calls: [['sessions_yield', { message: 'waiting for two' }]] },
        { text: 'Both reported.' },
      ],
      quick: [{ calls: [shell('sleep 1')] }, { text: 'Quick one done.' }],
      slow: [{ calls: [shell('sleep 3; exit 1')] }, { text: 'Slow one done.' }],
    });
    const key = await stage.ask('pair');
    const session = await stage.waitForEnd(key, 120_000);
    expectEnded(session, 'done');
    expect(agentSteps(session).map((step) => [step.name, step.status])).toEqual([
      ['quick', 'done'],
      ['slow', 'done'],
    ]);
    const statusUnder = (name: string) =>
      toolSteps(session).find((step) => step.parent_id === agentSteps(session).find((agent) => agent.name === name)?.id)
        ?.status;
    expect([statusUnder('quick'), statusUnder('slow')]).toEqual(['done', 'error']);
    expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('no session was ever seen to end and go on, to change its start, or to reorder its steps', () => {
    const last = new Map<string, Session>();
    for (const state of stage.stream.history) {
      const before = last.get(state.id);
      if (before !== undefined) {
        const seen = `${describeSession(before)}\nthen\n${describeSession(state)}`;
        expect(before.status === 'active' || state.status !== 'active', seen).toBe(true);
        expect(state.started_ms, seen).toBe(before.started_ms);
        const kept = state.steps.map((step) => step.id).filter((id) => before.steps.some((step) => step.id === id));
        expect(kept, seen).toEqual(before.steps.map((step) => step.id));
      }
      last.set(state.id, state);
    }
    expect(last.size).toBeGreaterThan(10);
  });

  test('in the end nothing is active, and the stream has told the same as the list', async () => {
    await stage.waitFor('nothing to be active', 30_000, async () => {
      const { active_sessions } = await stage.dashboard.health();
      return active_sessions === 0 ? undefined : `${active_sessions} active`;
    });
    const listed = await stage.dashboard.sessions();
    await stage.waitFor('the stream to have caught up', 5_000, async () => {
      const streamed = new Map(stage.stream.sessions().map((session) => [session.id, session.seq]));
      return listed.every((session) => streamed.get(session.id) === session.seq) ? undefined : 'behind';
    });
    const byId = (sessions: readonly { readonly id: string }[]) => [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1));
    const steady = listed.map(({ as_of_ms: _, ...session }) => session);
    const streamed = stage.stream.sessions().map(({ as_of_ms: _, ...session }) => session);
    expect(byId(streamed)).toEqual(byId(steady));
  });
});
