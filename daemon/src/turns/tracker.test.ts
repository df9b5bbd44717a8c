import { describe, expect, it } from 'vitest';
import { BOUNDS, TIMES } from './state.ts';
import { CHILD, DONE, KEY, Story, YIELDED } from './testing/story.ts';
import { TurnTracker } from './tracker.ts';

const keyOf = (n: number) => `agent:main:mattermost:channel:chan${n}`;

describe('the tracker', () => {
  it('tells each change once, before and after', () => {
    const tracker = new TurnTracker();
    const at = { key: KEY, at: 0 };
    expect(tracker.apply({ type: 'run.started', ...at, run: { runId: 'r1' }, startedMs: 0 }, 0)).toEqual([]);
    const [shown, ...more] = tracker.advance(300);
    expect(more).toEqual([]);
    expect(shown).toMatchObject({ before: undefined, after: { name: 'run:r1' } });
    const ended = { type: 'run.ended', ...at, run: { runId: 'r1' }, endedMs: 400, outcome: DONE } as const;
    expect(tracker.apply(ended, 400)).toEqual([{ before: shown?.after, after: tracker.turns()[0] }]);
    expect(tracker.apply(ended, 401)).toEqual([]);
  });

  it('tells which families are to be written, and which are gone', () => {
    const tracker = new TurnTracker();
    const start = { type: 'run.started', key: KEY, at: 0, run: { runId: 'r1' }, startedMs: 0 } as const;
    tracker.apply(start, 0);
    expect(tracker.takeDirty().map(({ id }) => id)).toEqual([KEY]);
    expect(tracker.takeDirty()).toEqual([]);
    tracker.apply({ type: 'run.ended', key: KEY, at: 1, run: { runId: 'r1' }, endedMs: 1, outcome: DONE }, 1);
    tracker.advance(300);
    tracker.advance(1 + TIMES.keepEndedMs);
    expect(tracker.takeDirty()).toMatchObject([{ id: KEY, family: { turns: [], runs: [] } }]);
  });

  it('names the keys whose history is wanted after a loss: of open turns and of children that are not over', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'a', CHILD, 'c1').spawn('r1', 'b', `${CHILD}b`, 'cb');
    story
      .end('r1', YIELDED)
      .start('cb', { key: `${CHILD}b` })
      .end('cb', DONE, `${CHILD}b`)
      .start('x', { key: keyOf(1) });
    expect(story.tracker.openKeys()).toEqual([KEY, CHILD, keyOf(1)]);
  });

  it('and of children whose end nobody told, of the parents of those that nobody knows, and of turns that just waited', () => {
    const other = 'agent:main:subagent:child2';
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.tell({ type: 'child.settled', key: CHILD, at: 0, abortedAncestors: [], tsMs: story.now, outcome: DONE });
    expect(story.tracker.openKeys()).toEqual([KEY, CHILD]);
    story.end('r1').wait(30_000);
    expect(story.phase.status).toBe('done');
    expect(story.tracker.openKeys()).toContain(KEY);
    story
      .wait(60_000)
      .tell({ type: 'row', key: other, at: 0, spawnedBy: keyOf(1) })
      .start('c2', { key: other, late: true });
    expect(story.tracker.openKeys()).toEqual([other, keyOf(1)]);
  });

  it('keeps one family for a conversation and its sub-agents, in whatever order they appear', () => {
    const tracker = new TurnTracker();
    const row = (key: string, spawnedBy?: string) =>
      tracker.apply({ type: 'row', key, at: 0, label: key, ...(spawnedBy !== undefined && { spawnedBy }) }, 0);
    row('grandchild');
    row('child');
    row(KEY);
    row('grandchild', 'child');
    row('child', KEY);
    const kept = tracker.takeDirty().filter(({ family }) => family !== undefined);
    expect(kept.map(({ id }) => id)).toContain(KEY);
    tracker.apply({ type: 'run.started', key: KEY, at: 0, run: { runId: 'r1' }, startedMs: 0 }, 0);
    tracker.apply({ type: 'run.started', key: 'child', at: 0, run: { runId: 'c1' }, startedMs: 0 }, 0);
    tracker.apply({ type: 'run.started', key: 'grandchild', at: 0, run: { runId: 'g1' }, startedMs: 0 }, 0);
    tracker.nameAll();
    expect(tracker.turns().map((turn) => turn.steps.length)).toEqual([2]);
  });

  it('a loop of parents ends nowhere badly', () => {
    const story = new Story();
    for (const [key, spawnedBy] of [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['d', 'd'],
    ] as const)
      story.tell({
        type: 'row',
        key: `agent:main:subagent:${key}`,
        at: 0,
        spawnedBy: `agent:main:subagent:${spawnedBy}`,
      });
    for (const key of ['a', 'b', 'c', 'd']) story.start(`r${key}`, { key: `agent:main:subagent:${key}` });
    expect(() => story.wait(10_000)).not.toThrow();
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('a session key or run named %j is like any other', (name) => {
    const story = new Story().ask('m1', { key: name }).start(name, { key: name }).tool(name, name, { key: name });
    story.tell({ type: 'thinking', key: name, at: 0, tsMs: 0, run: { runId: name } }).restart();
    expect(story.result(name, name, { key: name }).end(name, DONE, name).turn).toMatchObject({
      toolCalls: 1,
      phase: { status: 'done' },
    });
  });
});

describe('a clock that is set back', () => {
  const back = (story: Story) => {
    story.now -= 900_000;
    return story;
  };

  it('does not make a run wait for its name', () => {
    expect(back(new Story().start('r1')).tool('r1', 'c1').wait(60_000).names).toEqual(['run:r1']);
  });

  it('nor a lost turn for its end, nor silence to be noticed', () => {
    expect(
      back(new Story().ask('m1').start('r1').lose().synced())
        .ask('m2', { key: keyOf(1) })
        .wait(600_000).phase.status,
    ).toBe('interrupted');
    expect(
      back(new Story().ask('m1').start('r1'))
        .ask('m2', { key: keyOf(1) })
        .wait(60_000).phase,
    ).toMatchObject({ stalled: true });
  });

  it('nor a child to be answered', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'h', CHILD, 'c1').start('c1', { key: CHILD }).end('r1');
    back(story.end('c1', DONE, CHILD))
      .ask('m2', { key: keyOf(1) })
      .wait(10_000);
    expect(story.phase.status).toBe('done');
  });

  it('also between two lives', () => {
    const story = new Story().start('r1');
    back(story).restart().synced().wait(5_000);
    expect(story.names).toEqual(['run:r1']);
  });
});

describe('what bounds the memory', () => {
  it('a run with 5,000 steps keeps the latest, and says how many are gone', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'first');
    const { tracker } = story;
    for (let i = 0; i < 5_000; i += 1) {
      const base = {
        type: 'tool',
        key: KEY,
        at: story.now,
        tsMs: story.now + i,
        run: { runId: 'r1' },
        callId: `c${i}`,
        name: 'exec',
      } as const;
      tracker.apply({ ...base, phase: 'started' }, story.now + i);
      tracker.apply({ ...base, phase: 'ended', outcome: 'done' }, story.now + i);
    }
    const { steps, stepsForgotten, toolCalls } = story.turn;
    expect(steps.length).toBeLessThanOrEqual(BOUNDS.steps);
    expect(steps[0]).toMatchObject({ id: 'first', status: 'running' });
    expect([steps.length + stepsForgotten, toolCalls]).toEqual([5_001, 5_001]);
  });

  it('also if none of them ever ends', () => {
    const story = new Story().ask('m1').start('r1');
    for (let i = 0; i < 1_000; i += 1) story.tool('r1', `c${i}`, { tsMs: story.now + i });
    expect(story.turn.steps.length).toBeLessThanOrEqual(BOUNDS.steps);
  });

  it('a parent with kept children stays', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'h', CHILD, 'c1').start('c1', { key: CHILD });
    for (let i = 0; i < 500; i += 1)
      story.wait(1).tool('c1', `c${i}`, { key: CHILD }).result('c1', `c${i}`, { key: CHILD });
    story.end('c1', DONE, CHILD);
    expect(story.steps[0]).toBe('agent h done');
    for (let i = 0; i < 500; i += 1) story.wait(1).tool('r1', `d${i}`).result('r1', `d${i}`);
    expect(story.steps).not.toContain('agent h done');
  });

  it('many requests, sub-agents, approvals and turns of one conversation', () => {
    const story = new Story();
    for (let i = 0; i < 300; i += 1) story.ask(`m${i}`).start(`r${i}`).end(`r${i}`);
    story.ask('m').start('r');
    for (let i = 0; i < 300; i += 1) {
      const key = `${CHILD}${i}`;
      story.spawn('r', `s${i}`, key, `k${i}`).start(`k${i}`, { key }).end(`k${i}`, DONE, key);
      const base = { key: KEY, at: story.now, tsMs: story.now, run: { runId: 'r' } };
      story.tell({ type: 'approval.requested', ...base, approvalId: `a${i}` });
    }
    const family = story.family();
    expect(family.turns.length).toBeLessThanOrEqual(BOUNDS.keptTurns + 1);
    expect(JSON.stringify(family).length).toBeLessThan(600_000);
    const state = family.turns.at(-1);
    expect(state?.children.length).toBeLessThanOrEqual(BOUNDS.children);
    expect(state?.approvals.length).toBeLessThanOrEqual(BOUNDS.approvals);
    expect(family.keys.find(({ key }) => key === KEY)?.requests.length).toBeLessThanOrEqual(BOUNDS.requests);
  });

  it('sessions that never run: the one that was silent longest is forgotten', () => {
    const tracker = new TurnTracker({ maxIdleFamilies: 3 });
    const row = (n: number, contextWindow = 1) =>
      tracker.apply({ type: 'row', key: keyOf(n), at: 0, agentName: `agent ${n}`, contextWindow }, 0);
    const start = (n: number) =>
      tracker.apply({ type: 'run.started', key: keyOf(n), at: 0, run: { runId: `r${n}` }, startedMs: 0 }, 0);
    for (const n of [1, 2, 3]) row(n);
    row(1, 2);
    row(4);
    for (const n of [1, 2, 3, 4]) start(n);
    tracker.nameAll();
    expect(tracker.turns().map((turn) => turn.agent.name)).toEqual(['agent 1', 'agent 3', 'agent 4', 'main']);
    expect(tracker.takeDirty().some(({ family }) => family === undefined)).toBe(false);
  });

  it('keys of forgotten sub-agents, while the conversation goes on', () => {
    const story = new Story();
    for (let i = 0; i < 600; i += 1) story.tell({ type: 'row', key: `${CHILD}${i}`, at: 0, spawnedBy: KEY });
    story.ask('m1').start('r1').spawn('r1', 'h', `${CHILD}599`, 'c1');
    expect(story.family().keys.length).toBeLessThanOrEqual(BOUNDS.keys + 1);
    expect(story.start('c1', { key: `${CHILD}599` }).names).toEqual(['mm:-:main:default:m1']);
  });
});

describe('the cost of an event', () => {
  const cost = (families: number) => {
    const tracker = new TurnTracker();
    for (let n = 0; n < families; n += 1) {
      tracker.apply({ type: 'run.started', key: keyOf(n), at: 0, run: { runId: `r${n}` }, startedMs: 0 }, 0);
    }
    tracker.advance(1_000);
    tracker.takeDirty();
    const begun = performance.now();
    for (let i = 0; i < 5_000; i += 1) {
      const n = i % 10;
      const base = {
        type: 'tool',
        key: keyOf(n),
        at: i,
        tsMs: i,
        run: { runId: `r${n}` },
        callId: `c${i % 50}`,
      } as const;
      while (tracker.deadline <= 1_000 + i) tracker.advance(1_000 + i);
      tracker.apply({ ...base, name: 'exec', phase: 'started' }, 1_000 + i);
    }
    return performance.now() - begun;
  };

  it('does not depend on how many conversations there are', () => {
    cost(10);
    const best = (families: number) => Math.min(cost(families), cost(families), cost(families));
    expect(best(10_000)).toBeLessThan(best(10) * 5 + 20);
  });
});
