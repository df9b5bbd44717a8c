import { describe, expect, it } from 'vitest';
import { ABORTED, CHILD, DONE, FAILED, KEY, Story, YIELDED } from './testing/story.ts';

const GRANDCHILD = 'agent:main:subagent:grandchild';
const OTHER = 'agent:main:subagent:other';

const row = (story: Story, key: string, over: object) => story.tell({ type: 'row', key, at: story.now, ...over });
const root = () => new Story().ask('m1').start('r1');

describe('T5: sub-agents fold into the root’s box', () => {
  it('as one agent step with the child’s tools below it', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.tool('c1', 't1', { key: CHILD }).result('c1', 't1', { key: CHILD }).end('c1', DONE, CHILD);
    expect(story.steps).toEqual(['agent helper done', '  tool exec done']);
    expect(story.turn.steps[0]).toMatchObject({ childKey: CHILD, task: 'count' });
    expect(story.turn.toolCalls).toBe(1);
  });

  it('at any depth', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.spawn('c1', 'deeper', GRANDCHILD, 'g1', { key: CHILD }).start('g1', { key: GRANDCHILD });
    story.tool('g1', 't1', { key: GRANDCHILD });
    const [helper, deeper, exec] = story.turn.steps;
    expect(story.steps).toEqual(['agent helper running', '  agent deeper running', '  tool exec running']);
    expect(deeper?.parentId).toBe(helper?.id);
    expect(exec?.parentId).toBe(deeper?.id);
    expect(story.names).toEqual(['mm:-:main:default:m1']);
  });

  it('tokens too', () => {
    const usage = { input: 10, output: 5, cacheRead: 1, cacheWrite: 0, total: 16, costUsd: 0.5 };
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    const message = { type: 'assistant.message', at: story.now, tsMs: story.now, usage } as const;
    story.tell({ ...message, key: KEY, run: { runId: 'r1' }, messageId: 'a1' });
    story.tell({ ...message, key: CHILD, run: { runId: 'c1' }, messageId: 'a2', usage: { ...usage, total: 99 } });
    expect(story.turn.usage).toEqual({ input: 20, output: 10, cacheRead: 2, cacheWrite: 0, total: 115, costUsd: 1 });
    expect(story.turn.contextUsed).toBe(16);
  });

  it.each([
    ['its run’s first event', (story: Story) => story.start('c1', { key: CHILD, spawnedBy: KEY })],
    ['its row', (story: Story) => row(story, CHILD, { spawnedBy: KEY }).start('c1', { key: CHILD })],
  ])('named by %s, before the spawn’s result', (_what, appears) => {
    const story = root().tool('r1', 'call', { name: 'sessions_spawn', input: { label: 'helper' } });
    appears(story);
    story.tool('c1', 't1', { key: CHILD });
    expect(story.steps).toEqual(['agent helper running', '  tool exec running']);
    story.result('r1', 'call', { name: 'sessions_spawn', child: { key: CHILD, runId: 'c1' } });
    expect(story.steps).toEqual(['agent helper running', '  tool exec running']);
  });

  it('one whose spawn was never seen has a step of its own', () => {
    const story = row(root(), CHILD, { spawnedBy: KEY, label: 'helper' }).start('c1', { key: CHILD });
    expect(story.steps).toEqual(['agent helper running']);
    story.spawn('r1', 'real', CHILD, 'c1');
    expect(story.steps).toEqual(['agent real running']);
  });

  it('two at once: each under its own call, told apart by their labels', () => {
    const story = root();
    for (const label of ['a', 'b']) story.tool('r1', label, { name: 'sessions_spawn', input: { label } });
    row(story, OTHER, { spawnedBy: KEY, label: 'b' }).start('cb', { key: OTHER }).tool('cb', 'tb', { key: OTHER });
    row(story, CHILD, { spawnedBy: KEY, label: 'a' }).start('ca', { key: CHILD }).tool('ca', 'ta', { key: CHILD });
    const [a, b, tb, ta] = story.turn.steps;
    expect([tb?.parentId, ta?.parentId]).toEqual([b?.id, a?.id]);
  });

  it('or by the results, whatever was guessed before', () => {
    const story = root();
    for (const call of ['a', 'b']) story.tool('r1', call, { name: 'sessions_spawn' });
    story.start('cb', { key: OTHER, spawnedBy: KEY }).tool('cb', 'tb', { key: OTHER }).end('cb', FAILED, OTHER);
    story.start('ca', { key: CHILD, spawnedBy: KEY }).tool('ca', 'ta', { key: CHILD });
    story.result('r1', 'b', { name: 'sessions_spawn', child: { key: OTHER, runId: 'cb' } });
    story.result('r1', 'a', { name: 'sessions_spawn', child: { key: CHILD, runId: 'ca' } });
    const [a, b, tb, ta] = story.turn.steps;
    expect(a).toMatchObject({ childKey: CHILD, status: 'running' });
    expect(b).toMatchObject({ childKey: OTHER, status: 'error', error: 'The provider failed.' });
    expect([tb?.parentId, ta?.parentId]).toEqual([b?.id, a?.id]);
  });

  it('a call that was taken for another child gives it up', () => {
    const story = root().tool('r1', 'a', { name: 'sessions_spawn', input: { label: 'a' } });
    story.start('cx', { key: OTHER, spawnedBy: KEY }).tool('cx', 'tx', { key: OTHER });
    story.result('r1', 'a', { name: 'sessions_spawn', child: { key: CHILD, runId: 'ca' } });
    story.start('ca', { key: CHILD }).tool('ca', 'ta', { key: CHILD });
    const [a, tx, own, ta] = story.turn.steps;
    expect(story.steps).toEqual([
      'agent a running',
      '  tool exec running',
      'agent sub-agent running',
      '  tool exec running',
    ]);
    expect([tx?.parentId, ta?.parentId]).toEqual([own?.id, a?.id]);
  });

  it.each([
    ['done', DONE, { status: 'done' }],
    ['failed', FAILED, { status: 'error', error: 'The provider failed.' }],
    ['stopped', ABORTED, { status: 'cancelled' }],
  ])('one that is %s says so', (_what, outcome, step) => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD }).tool('c1', 't', { key: CHILD });
    expect(story.wait(500).end('c1', outcome, CHILD).turn.steps[0]).toMatchObject({ ...step, endedMs: story.now });
    expect(story.steps[1]).toBe('  tool exec cancelled');
    expect(story.phase.status).toBe('active');
  });

  it('a spawn that was refused is an agent step with its error, and nothing to wait for', () => {
    const refused = { name: 'sessions_spawn', outcome: 'error', error: 'too deep' } as const;
    const story = root()
      .tool('r1', 's', { name: 'sessions_spawn', input: { label: 'x' } })
      .result('r1', 's', refused);
    expect(story.turn.steps).toMatchObject([{ kind: 'agent', status: 'error', error: 'too deep' }]);
    expect(story.end('r1').phase.status).toBe('done');
  });

  it('a child that yields itself is not over', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD }).end('r1');
    story.end('c1', YIELDED, CHILD).wait(3_600_000);
    expect(story.steps).toEqual(['agent helper running']);
    const next = `announce:requester-settle:main:${CHILD}:g1:yield-1`;
    story.start(next, { key: CHILD }).end(next, DONE, CHILD).wait(10_000);
    expect(story.steps).toEqual(['agent helper done']);
    expect(story.phase.status).toBe('done');
  });

  it('two runs of it at once: it is over when both are', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD }).start('c2', { key: CHILD });
    expect(story.end('c1', DONE, CHILD).steps).toEqual(['agent helper running']);
    expect(story.end('c2', FAILED, CHILD).steps).toEqual(['agent helper error']);
  });

  it('asked again in the same turn, it goes on under its step', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD }).end('c1', DONE, CHILD);
    story.start('c2', { key: CHILD });
    expect(story.steps).toEqual(['agent helper running']);
    expect(story.turn.steps[0]).not.toHaveProperty('endedMs');
  });

  it('an announced child is over, whether or not anybody saw its end', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD }).end('r1', YIELDED).lose();
    const next = `announce:requester-settle:main:${KEY}:c1:yield-1`;
    story.start(next).end(next);
    expect(story.phase.status).toBe('done');
    expect(story.steps).toEqual(['agent helper cancelled']);
  });
});

describe('T5: a child whose parent is unknown', () => {
  it('gets its own box', () => {
    const story = new Story().start('c1', { key: CHILD }).wait(5_000);
    expect(story.turn).toMatchObject({ name: 'run:c1', route: { kind: 'none' } });
  });

  it('where its root’s key says', () => {
    const story = row(new Story(), CHILD, { spawnedBy: KEY }).start('c1', { key: CHILD }).wait(5_000);
    expect(story.turn.route).toMatchObject({ kind: 'public', channelId: 'chan1', rootId: 'root1' });
  });

  it('but folds into its parent’s turn if that appears before anybody saw the box', () => {
    const story = row(new Story(), CHILD, { spawnedBy: KEY }).start('c1', { key: CHILD, late: true });
    story.tool('c1', 't1', { key: CHILD }).result('c1', 't1', { key: CHILD });
    story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId: 'r1' }, startedMs: story.now - 5_000 });
    story.spawn('r1', 'helper', CHILD, 'c1').wait(5_000);
    expect(story.names).toEqual(['run:r1']);
    expect(story.steps).toEqual(['notice missed-beginning', 'agent helper running', '  tool exec done']);
    expect(story.turn.toolCalls).toBe(1);
  });

  it('also one that has ended meanwhile', () => {
    const story = row(new Story(), CHILD, { spawnedBy: KEY }).start('c1', { key: CHILD }).end('c1', FAILED, CHILD);
    story.ask('m1').start('r1');
    expect(story.steps).toEqual(['agent sub-agent error']);
    expect(story.takenBack).toEqual([]);
  });

  it('a box that stands stays', () => {
    const story = new Story().start('c1', { key: CHILD }).wait(5_000).ask('m1').start('r1');
    story.spawn('r1', 'helper', CHILD, 'c1');
    expect(story.names).toEqual(['run:c1', 'mm:-:main:default:m1']);
  });

  it('a sub-agent that somebody talks to after its turn is over has a turn of its own', () => {
    const story = root().spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD }).end('c1', DONE, CHILD);
    story.end('r1').wait(60_000).start('c2', { key: CHILD }).wait(5_000);
    expect(story.names).toEqual(['mm:-:main:default:m1', 'run:c2']);
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('done');
  });
});
