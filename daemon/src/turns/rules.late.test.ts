import { describe, expect, it } from 'vitest';
import type { RunJoinedEvent } from './events.ts';
import { CHILD, DONE, KEY, Story, YIELDED } from './testing/story.ts';

/** What a daemon that comes late, or back, makes of facts in the order in which it gets them (T1, T2, T5, T9). */
const settle = (childRun: string, key = KEY) => `announce:requester-settle:main:${key}:${childRun}:yield-1`;
const RECOVERY = { provenance: { kind: 'main_session_restart_recovery' } } as const;

function request(story: Story, messageId: string, agoMs: number) {
  return {
    type: 'request',
    key: KEY,
    at: story.now,
    lineId: `line-${messageId}`,
    recordedMs: story.now - agoMs,
    transport: { channel: 'mattermost', messageId },
    accountId: 'default',
  } as const;
}

function join(story: Story, runId: string, over: Partial<RunJoinedEvent> = {}): Story {
  return story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId }, startedMs: story.now, ...over });
}

describe('T1: who was asked', () => {
  it('what was asked before a run that still waits for its name is not the next run’s', () => {
    const story = new Story().ask('m1').start('r1', { late: true }).wait(100).start('r2').wait(30).ask('m2');
    join(story, 'r1', { request: request(story, 'm1', 130) });
    expect(story.names).toEqual(['mm:-:main:default:m1', 'mm:-:main:default:m2']);
  });

  it('nor when history tells it of the next run, which has not written a line', () => {
    const story = new Story().start('r1', { late: true }).wait(100);
    const asked = request(story, 'm1', 200);
    join(story, 'r2', { request: asked, startedMs: asked.recordedMs });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
    expect(story.family().turns.map((state) => state.uid)).toEqual(['r1', 'r2']);
  });

  it('a run that ended while its history was read is named all the same', () => {
    const story = new Story().start('r1', { late: true }).end('r1');
    join(story, 'r1', { over: true, request: request(story, 'm1', 200) });
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status: 'done' } });
  });
});

describe('T2 b: a continuation that was seen before what it carries on', () => {
  it('goes into that turn as soon as history tells of it', () => {
    const story = new Story().start(settle('c1'), { requestMayBePast: true });
    expect(story.names).toEqual([]);
    join(story, 'r1', { waits: true, carriedOnBy: settle('c1'), request: request(story, 'm1', 9_000) });
    story.spawn('r1', 'helper', CHILD, 'c1', { past: true }).end('r1', YIELDED);
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { activity: 'thinking' } });
    expect(story.end(settle('c1')).phase.status).toBe('done');
  });

  it('also if both are over', () => {
    const story = new Story().start(settle('c1'), { requestMayBePast: true }).end(settle('c1')).wait(100);
    const past = { over: true, waits: true, startedMs: story.now - 9_000 };
    join(story, 'r1', { ...past, carriedOnBy: settle('c1'), request: request(story, 'm1', 9_500) });
    story.spawn('r1', 'helper', CHILD, 'c1', { past: true });
    story.read({ ends: [{ runId: 'r1', outcome: YIELDED, tsMs: story.now - 5_000 }] });
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status: 'done' } });
  });

  it('is nothing to a sub-agent’s own turn that its nested id names too', () => {
    const leaf = 'agent:main:subagent:leaf';
    const story = new Story().tell({ type: 'row', key: CHILD, at: 0, spawnedBy: KEY });
    story.start('c1', { key: CHILD, late: true }).spawn('c1', 'leaf', leaf, 'g1', { key: CHILD });
    const root = settle(settle('g1', CHILD));
    story.start(root, { requestMayBePast: true });
    expect(story.family().turns.map((state) => state.turn.key)).toEqual([CHILD, KEY]);
  });
});

describe('T2 c: a recovery', () => {
  it('takes up a turn that has no name so far', () => {
    const story = new Story().start('r1', { late: true }).lose().start('r2', { late: true });
    story.say('l2', { runId: 'r2', ...RECOVERY });
    join(story, 'r2', { request: request(story, 'm1', 9_000) });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
    expect(story.steps).toContain('notice resumed');
  });

  it('never a turn that is younger than itself', () => {
    const story = new Story().ask('m1').start('r1', { late: true });
    join(story, 'r1', { request: request(story, 'm1', 100) });
    story
      .end('r1')
      .wait(100)
      .ask('m2')
      .start('r2')
      .say('l9', { runId: 'r1', ...RECOVERY });
    expect(story.names).toEqual(['mm:-:main:default:m1', 'mm:-:main:default:m2']);
  });
});

describe('T5: a sub-agent that was seen late', () => {
  const orphan = () => {
    const story = new Story().ask('m1').start('r1').tell({ type: 'row', key: CHILD, at: 0, spawnedBy: KEY });
    return story.start('c1', { key: CHILD, late: true });
  };

  it('is not given to whoever happens to run: its parent’s history may tell', () => {
    const story = orphan();
    expect(story.steps).toEqual([]);
    join(story, 'r0', { waits: true, startedMs: story.now - 9_000, request: request(story, 'm0', 9_500) });
    story.spawn('r0', 'helper', CHILD, 'c1', { past: true }).end('r0', YIELDED);
    expect(story.named('mm:-:main:default:m1').steps).toEqual([]);
    expect(story.named('mm:-:main:default:m0').steps.map((step) => step.kind)).toContain('agent');
  });

  it('is after 5 s', () => {
    expect(orphan().wait(5_000).steps).toEqual(['agent sub-agent running']);
  });

  it('that is over by its row is over, whenever its call is told', () => {
    const story = new Story().ask('m1').start('r1').read({ key: CHILD, outcome: DONE });
    expect(story.spawn('r1', 'helper', CHILD, 'c1', { past: true }).steps).toEqual(['agent helper done']);
  });

  it('keeps its turn open, although its call is told after the root’s end', () => {
    const story = new Story().ask('m1').start('r1').end('r1');
    story.spawn('r1', 'helper', CHILD, 'c1', { past: true });
    expect(story.phase).toMatchObject({ waiting: { for: 'agents' } });
  });
});

describe('T9: ends that are told late', () => {
  it('a yield in history makes the turn wait, unseen', () => {
    const story = new Story().ask('m1').start('r1').lose();
    story.read({ waiting: true, ends: [{ runId: 'r1', outcome: YIELDED, tsMs: story.now }] }).synced();
    expect(story.wait(130_000).phase).toMatchObject({ activity: 'unobserved' });
  });

  it('an old yield does not undo that the turn was carried on', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').wait(9_000).lose();
    join(story, settle('c1'), { over: true });
    const ends = ['r1', settle('c1')].map((runId, at) => ({
      runId,
      outcome: at === 0 ? YIELDED : DONE,
      tsMs: story.now,
    }));
    expect(story.read({ ends }).phase.status).toBe('done');
  });
});
