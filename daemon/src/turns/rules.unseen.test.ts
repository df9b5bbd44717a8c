import { describe, expect, it } from 'vitest';
import type { RequestEvent } from './events.ts';
import { ABORTED, CHILD, DONE, KEY, Story, YIELDED } from './testing/story.ts';

/** What the seeded model of the runtime found (testing/model-runtime): facts that came in an unlucky order, or not at all. */
const OTHER = 'agent:main:subagent:child2';
const announced = (childKey: string, childRun: string) => `announce:v1:${childKey}:${childRun}`;

function asked(story: Story, messageId: string, recordedMs: number): RequestEvent {
  const transport = { channel: 'mattermost', messageId };
  return {
    type: 'request',
    key: KEY,
    at: story.now,
    lineId: `line-${messageId}`,
    recordedMs,
    transport,
    accountId: 'default',
  };
}

describe('T1: a run that was over before its history was read', () => {
  it('serves the message that nobody has answered, if it began after that', () => {
    const story = new Story().end('r1', ABORTED);
    story.tell(asked(story, 'm1', story.now - 2_000)).wait(5_000);
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status: 'interrupted' } });
  });

  it('but none that was written later', () => {
    const story = new Story().end('r1', ABORTED).wait(100);
    story.tell(asked(story, 'm2', story.now)).wait(5_000);
    expect(story.names).toEqual(['run:r1']);
  });
});

describe('T3: an answer', () => {
  const answered = () => {
    const story = new Story().ask('m1').start('r1').wait(1_000).ask('answer');
    return story.tool('r1', 'q', { name: 'ask_user', startedMs: story.now - 500 });
  };

  it('that is heard of before its question is no later run’s request, by history', () => {
    const story = answered().lose().wait(15_000);
    const request = asked(story, 'answer', story.now - 15_000);
    story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId: 'r2' }, startedMs: story.now, request });
    expect(story.wait(6_000).names).not.toContain('mm:-:main:default:answer');
  });

  it('nor by its start', () => {
    expect(answered().end('r1').start('r2').wait(400).names).toEqual(['mm:-:main:default:m1', 'run:r2']);
  });

  it('but what was written when nobody saw any more whether the question stood is', () => {
    const story = answered().lose().wait(5_000);
    const request = asked(story, 'm2', story.now);
    story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId: 'r2' }, startedMs: story.now, request });
    expect(story.names).toContain('mm:-:main:default:m2');
  });
});

describe('T4: a row tells the end of a run, and history that it has yielded', () => {
  it('then its turn waits after all', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.end('r1').wait(100).end('r1', YIELDED).end('c1', DONE, CHILD).wait(60_000);
    expect(story.phase).toMatchObject({ activity: 'waiting', waiting: { for: 'agents' } });
  });

  it('unless another run has carried it on', () => {
    const next = `announce:requester-settle:main:${KEY}:c1:yield-1`;
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.end('r1').wait(100).end('c1', DONE, CHILD).wait(100).start(next).wait(100).end(next);
    expect(story.end('r1', YIELDED).wait(10_000).phase.status).toBe('done');
  });
});

describe('T5: a sub-agent of which nobody has told whence it came', () => {
  const begun = () =>
    new Story()
      .ask('m1')
      .start('r1')
      .wait(100)
      .tell({ type: 'row', key: CHILD, at: 0, spawnedBy: KEY })
      .start('c1', { key: CHILD, late: true });

  it('keeps the turn of its parent’s key open until history tells', () => {
    const story = begun().end('r1');
    expect(story.phase).toMatchObject({ activity: 'waiting', waiting: { for: 'agents' } });
    expect(story.spawn('r1', 'helper', CHILD, 'c1', { past: true }).steps).toEqual(['agent helper running']);
    expect(story.end('c1', DONE, CHILD).wait(10_000).phase.status).toBe('done');
  });

  it('also one that only its row tells of', () => {
    const story = new Story().ask('m1').start('r1').wait(100).tell({ type: 'row', key: CHILD, at: 0, spawnedBy: KEY });
    story.read({ key: CHILD, hasActiveRun: true, activeRunIds: ['c1'] }).end('r1');
    expect(story.phase).toMatchObject({ activity: 'waiting', waiting: { for: 'agents' } });
    expect(story.read({ key: CHILD }).wait(0).phase.status).toBe('done');
  });

  it('but for 5 s only', () => {
    const story = new Story().ask('m1').start('r1').wait(100).tell({ type: 'row', key: CHILD, at: 0, spawnedBy: KEY });
    story.read({ key: CHILD, hasActiveRun: true }).end('r1').wait(5_000);
    expect(story.phase.status).toBe('done');
  });

  it('but not one that began before that turn', () => {
    const story = new Story().tell({ type: 'row', key: CHILD, at: 0, spawnedBy: KEY });
    story.start('c1', { key: CHILD, late: true }).wait(100).ask('m1').start('r1').end('r1');
    expect(story.phase.status).toBe('done');
  });
});

describe('T4: a continuation', () => {
  const next = `announce:requester-settle:main:${KEY}:c1:yield-1`;

  it('ends what it carries on, whose yield was never heard of', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').lose().wait(4_000);
    story.start(next, { late: true }).wait(200).end(next, ABORTED).end('r1', YIELDED);
    expect(story.phase).toMatchObject({ status: 'interrupted', error: { code: 'aborted' } });
  });

  it('of a sub-agent, told by history after all is over, takes up no root', () => {
    const own = `announce:requester-settle:main:${CHILD}:g1:yield-1`;
    const root = `announce:requester-settle:main:${KEY}:${own}:yield-1`;
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.spawn('c1', 'leaf', OTHER, 'g1', { key: CHILD }).end('c1', YIELDED, CHILD).end('r1', YIELDED).wait(3_000);
    story.start(root).wait(200).end(root).wait(60_000);
    const past = {
      type: 'run.joined',
      key: CHILD,
      at: story.now,
      run: { runId: own },
      over: true,
      waits: true,
    } as const;
    story.tell({ ...past, startedMs: story.now - 62_000 });
    story.read({ key: CHILD, ends: [{ runId: own, outcome: DONE, tsMs: story.now - 61_000 }] });
    expect(story.phase.status).toBe('done');
  });
});

describe('T9: a history that tells of a yield', () => {
  it('is no sign that anything of it goes on: the row that says "stopped" counts', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').lose().wait(5_000);
    const yielded = { type: 'run.ended', key: KEY, at: story.now, past: true, run: { runId: 'r1' } } as const;
    story.tell({ ...yielded, endedMs: story.now - 4_000, outcome: YIELDED });
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.read({ killed: true, abortedLastRun: true, ends: [] }).phase.status).toBe('interrupted');
  });

  it('one that was stopped while it waited, and known only since, was stopped: its row says so', () => {
    const story = new Story().ask('m1').start('r1', { late: true }).spawn('r1', 'helper', CHILD, 'c1').wait(5_000);
    const yielded = { type: 'run.ended', key: KEY, at: story.now, past: true, run: { runId: 'r1' } } as const;
    story
      .tell({ ...yielded, endedMs: story.now - 4_000, outcome: YIELDED })
      .read({ killed: true, abortedLastRun: true, ends: [] });
    expect(story.phase).toMatchObject({ activity: 'waiting' });
    expect(story.read({ abortedLastRun: true, ends: [] }).phase.status).toBe('interrupted');
  });

  it('nor is a run of a sub-agent that is over', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1', YIELDED).lose();
    const past = {
      type: 'run.joined',
      key: CHILD,
      at: story.now,
      run: { runId: 'c1' },
      over: true,
      waits: true,
    } as const;
    expect(story.tell({ ...past, startedMs: story.now }).phase).toMatchObject({ activity: 'unobserved' });
  });
});

describe('T6: what a run leaves running', () => {
  it('is cancelled with its end, also when its sub-agents’ announcement is being answered', () => {
    const next = announced(CHILD, 'c1');
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.wait(100).tool('r1', 'call').wait(100).end('c1', DONE, CHILD).wait(100).start(next).tool(next, 'other');
    story.read({
      activeRunIds: [next],
      hasActiveRun: true,
      ends: [{ runId: 'r1', outcome: { ...ABORTED, alone: true } as never, tsMs: story.now - 150 }],
    });
    expect(story.steps).toEqual(['agent helper done', 'tool exec cancelled', 'tool exec running']);
  });
});

describe('T9: ends without a word', () => {
  it('a spawn call that died with a sub-agent’s run makes nobody wait', () => {
    const next = `announce:requester-settle:main:${KEY}:c1:yield-1`;
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1', YIELDED);
    story.start('c1', { key: CHILD }).tool('c1', 's', { key: CHILD, name: 'sessions_spawn' }).lose().wait(15_000);
    story.read({ key: CHILD, ends: [] }).read({ waiting: true, ends: [] }).synced();
    expect(story.steps).toEqual(['agent helper cancelled', '  agent sub-agent cancelled']);
    expect(story.wait(60_000).start(next).end(next).phase.status).toBe('done');
  });

  it('a sub-agent that is told of only after a stop from the channel was stopped with the rest', () => {
    const story = new Story().ask('m1').start('r1').end('r1', ABORTED).spawn('r1', 'a', CHILD, 'c1', { past: true });
    story.spawn('r1', 'b', OTHER, 'c2', { past: true }).wait(5_000);
    const next = announced(OTHER, 'c2');
    expect(story.start(next).wait(200).end(next).phase.status).toBe('done');
  });

  it('a stop whose frames were dropped is a stop, as the row says', () => {
    const story = new Story().ask('m1').start('r1').wait(30_000);
    story.read({ killed: true, abortedLastRun: true }).read({ killed: true, abortedLastRun: true, ends: [] });
    expect(story.phase).toMatchObject({ status: 'interrupted', error: { code: 'aborted' } });
  });

  it('a turn whose end was dropped, and behind which another run of its key works, is not observed any more', () => {
    const story = new Story().ask('m1').start('r1').wait(3_000).ask('m2').start('r2');
    story.read({ activeRunIds: ['r2'], hasActiveRun: true, ends: [] });
    expect(story.named('mm:-:main:default:m1').phase).toMatchObject({ activity: 'unobserved' });
    expect(story.named('mm:-:main:default:m2').phase).toMatchObject({ activity: 'thinking' });
  });

  it('a history that may be older than a sub-agent’s run does not end it', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.wait(300).read({ key: CHILD, ends: [] }).tool('c1', 'call', { key: CHILD });
    expect(story.steps).toEqual(['agent helper running', '  tool exec running']);
    expect(story.wait(2_000).read({ key: CHILD, ends: [] }).steps[0]).toBe('agent helper cancelled');
  });

  it('but a row that may be older than the run speaks of the one before it', () => {
    const story = new Story().ask('m1').start('r1').wait(300).read({ killed: true, abortedLastRun: true, ends: [] });
    expect(story.phase).toMatchObject({ status: 'active', activity: 'unobserved' });
  });
});
