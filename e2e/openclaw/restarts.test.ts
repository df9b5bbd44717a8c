import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Daemon } from './harness/daemon.ts';
import { describeSessions } from './harness/describe.ts';
import { agentSteps, expectEnded, expectTools, toolSteps } from './harness/expect-turn.ts';
import { asks, longShell, shell, spawnAgent } from './harness/script.ts';
import { Stage } from './harness/stage.ts';

const WORK = [
  { text: 'A longer command.', calls: [shell('sleep 6; echo worked')] },
  { text: 'A short one.', calls: [shell('sleep 1; echo again')] },
  { text: 'All worked.' },
];

/** What stays right when the daemon or the gateway dies in the middle of a turn (T8, T9). One stage for all. */
describe('restarts', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterAll(async () => {
    await stage?.strike();
  });

  test('a daemon killed and restarted in the middle keeps the session, its id and its steps', async () => {
    const gate = stage.gate();
    stage.play({
      work: [{ calls: [longShell(gate.command)] }, { calls: [shell('echo again')] }, { text: 'All worked.' }],
    });
    const key = await stage.ask('work');
    const before = await stage.waitForSession(key, 'to run its command', (session) => toolSteps(session).length === 1);
    await stage.daemon.kill();
    await stage.daemon.start();
    await stage.waitForSession(key, 'to be observed again', (session) => session.activity === 'tool');
    await gate.open();
    const session = await stage.waitForEnd(key);
    expect(session.id).toBe(before.id);
    expect(session.started_ms).toBe(before.started_ms);
    expectEnded(session, 'done');
    expectTools(session, [
      ['exec', 'done'],
      ['exec', 'done'],
    ]);
    expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('a turn that ends while the daemon is dead is found ended by the next one', async () => {
    stage.play({ work: [{ calls: [shell('sleep 3; echo worked')] }, { text: 'Worked.' }] });
    const key = await stage.ask('work');
    const before = await stage.waitForSession(key, 'to run its command', (session) => toolSteps(session).length === 1);
    const ended = stage.gateway.person.waitForRunEnd(key);
    await stage.daemon.kill();
    await ended;
    await stage.daemon.start();
    const session = await stage.waitForEnd(key);
    expect(session.id).toBe(before.id);
    expectEnded(session, 'done');
    expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('ended sessions are still listed after the daemon was stopped and started', async () => {
    const before = (await stage.dashboard.sessions()).map((session) => [session.id, session.status]);
    await stage.daemon.stop();
    await stage.daemon.start();
    const after = (await stage.dashboard.sessions()).map((session) => [session.id, session.status]);
    expect(after).toEqual(before);
  });

  test('a daemon that joins in the middle shows the same session, says that it missed the beginning, and its end', async () => {
    const gate = stage.gate();
    stage.play({
      work: [{ calls: [longShell(gate.command)] }, { calls: [shell('echo again')] }, { text: 'All worked.' }],
    });
    const key = await stage.ask('work');
    const first = await stage.waitForSession(key, 'to run its command', (session) => toolSteps(session).length === 1);
    const late = await Daemon.start({ openClawStateDir: stage.gateway.stateDir });
    try {
      await stage.waitFor('the late daemon to see the turn', 30_000, async () => {
        const [session] = await late.dashboard.ofKey(key);
        return session?.status === 'active' ? undefined : 'not yet';
      });
      await gate.open();
      const whole = await stage.waitForEnd(key);
      await stage.waitFor('the late daemon to see the end', 30_000, async () => {
        const [session] = await late.dashboard.ofKey(key);
        return session?.status === 'done' ? undefined : 'not yet';
      });
      const [joined] = await late.dashboard.ofKey(key);
      expect(joined?.id).toBe(first.id);
      expect(joined?.steps[0]?.kind).toBe('notice');
      const names = (steps: typeof whole) => toolSteps(steps).map((step) => [step.name, step.status]);
      expect(joined === undefined ? [] : names(joined)).toEqual(names(whole));
    } finally {
      await late.dispose();
    }
  });

  test("a daemon that joins while a sub-agent's sub-agent works shows the person's turn, with both", async () => {
    const gate = stage.gate();
    stage.play({
      root: [
        { calls: [spawnAgent(asks('middle', 'Coordinate.'), 'coordinator')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files.' },
      ],
      middle: [
        { calls: [spawnAgent(asks('leaf', 'Count.'), 'counter')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files were counted.' },
      ],
      leaf: [{ calls: [longShell(gate.command)] }, { text: 'There are 3.' }],
    });
    const key = await stage.ask('root');
    const first = await stage.waitForSession(key, "to show the leaf's command", (s) => toolSteps(s).length === 1);
    const late = await Daemon.start({ openClawStateDir: stage.gateway.stateDir });
    try {
      await stage.waitFor('the late daemon to see the turn', 30_000, async () => {
        const sessions = await late.dashboard.sessions();
        return sessions.some((session) => session.id === first.id) ? undefined : describeSessions(sessions);
      });
      await gate.open();
      const whole = await stage.waitForEnd(key, 90_000);
      await stage.waitFor('the late daemon to see the end', 30_000, async () => {
        const [session] = await late.dashboard.ofKey(key);
        return session?.status === 'done' ? undefined : 'not yet';
      });
      const sessions = await late.dashboard.sessions();
      const [joined, ...others] = sessions.filter((session) => session.started_ms >= first.started_ms);
      expect(others, describeSessions(sessions)).toEqual([]);
      expect(joined?.id).toBe(whole.id);
      expect(joined?.status).toBe('done');
      // Joining late it learns of them in another order.
      const tree = (session: typeof whole | undefined) =>
        session?.steps
          .filter((step) => step.kind === 'agent' || step.kind === 'tool')
          .map((step) => `${step.name} ${step.status} under ${step.parent_id}`)
          .sort();
      expect(tree(joined)).toEqual(tree(whole));
    } finally {
      await late.dispose();
    }
  });

  test('a daemon with a wrong token says so and stops asking', async () => {
    const settings = { OPENCLAW_GATEWAY_URL: stage.gateway.url, OPENCLAW_GATEWAY_TOKEN: 'not-the-token' };
    const wrong = await Daemon.start({ openClawStateDir: stage.gateway.stateDir, settings });
    try {
      await stage.waitFor('the source to have failed', 30_000, async () => {
        const { sources } = await wrong.dashboard.health();
        return sources[0]?.state === 'failed' ? undefined : JSON.stringify(sources);
      });
      expect((await wrong.dashboard.health()).status).toBe('unhealthy');
      expect(wrong.tail(1_000)).not.toContain('not-the-token');
    } finally {
      await wrong.dispose();
    }
  });

  test('a gateway that is terminated in the middle lets the turn finish; it is done, once', async () => {
    stage.play({ work: [{ calls: [shell('sleep 4; echo worked')] }, { text: 'Worked.' }] });
    const key = await stage.ask('work');
    await stage.waitForSession(key, 'to run its command', (session) => toolSteps(session).length === 1);
    await stage.gateway.terminate();
    await stage.waitFor('the source to say that the gateway is away', 30_000, async () => {
      const { sources } = await stage.dashboard.health();
      return sources.every((source) => source.state !== 'ok') ? undefined : 'still ok';
    });
    await stage.gateway.boot();
    await stage.waitForSource('ok');
    const session = await stage.waitForEnd(key, 90_000);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('a gateway killed in the middle: the turn is unobserved, then goes on in the same box when OpenClaw resumes it', async () => {
    stage.play({ work: WORK });
    // Only a main session is resumed by OpenClaw itself.
    const key = await stage.ask('work', { key: 'agent:main:main' });
    const before = await stage.waitForSession(
      key,
      'to run its command',
      (session) => session.status === 'active' && toolSteps(session).length === 1,
    );
    await stage.gateway.kill();
    await stage.waitForSession(key, 'to be unobserved', (session) => session.activity === 'unobserved');
    await stage.gateway.boot();
    const session = await stage.waitForSession(
      key,
      'to end',
      (candidate) => candidate.id === before.id && candidate.status !== 'active',
      120_000,
    );
    expectEnded(session, 'done');
    expect(await stage.dashboard.ofKey(key)).toHaveLength(1);
  });

  test('a sub-agent that outlives the daemon is found again under its parent', async () => {
    const gate = stage.gate();
    stage.play({
      root: [
        { calls: [spawnAgent(asks('leaf', 'Count.'), 'counter')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files.' },
      ],
      leaf: [{ calls: [longShell(gate.command)] }, { text: 'There are 3.' }],
    });
    const key = await stage.ask('root');
    const before = await stage.waitForSession(key, "to show its agent's command", (s) => toolSteps(s).length === 1);
    await stage.daemon.kill();
    await stage.daemon.start();
    await stage.waitForSource('ok');
    await gate.open();
    const session = await stage.waitForEnd(key, 90_000);
    expect(session.id).toBe(before.id);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    expect(toolSteps(session)[0]?.parent_id).toBe(agentSteps(session)[0]?.id);
    const all = await stage.dashboard.sessions();
    expect(all.filter((other) => other.session_key.includes(':subagent:'))).toEqual([]);
  });
});
