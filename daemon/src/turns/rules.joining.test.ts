import { describe, expect, it } from 'vitest';
import { ABORTED, CHILD, CUT, DONE, FAILED, KEY, Story, YIELDED } from './testing/story.ts';

const settle = (childRun: string) => `announce:requester-settle:main:${KEY}:${childRun}:yield-1`;
const announce = (childRun: string) => `announce:v1:${CHILD}:${childRun}`;

/** A turn whose root has yielded to a child that has come to its end. */
function yielded(): Story {
  const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1', YIELDED);
  return story.start('c1', { key: CHILD }).wait(3_000).end('c1', DONE, CHILD);
}

describe('T2: a run joins a turn only', () => {
  it('a) if its id is the turn’s', () => {
    const story = new Story().ask('m1').start('r1').wait(50).start('r1');
    expect(story.names).toEqual(['mm:-:main:default:m1']);
  });

  it('b) if it continues it: its id names a child', () => {
    const story = yielded().start(settle('c1'));
    expect(story.phase).toMatchObject({ status: 'active', activity: 'thinking' });
    expect(story.end(settle('c1')).phase.status).toBe('done');
  });

  it('b) one continuation for several children', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'a', 'agent:main:subagent:a', 'ca');
    story.spawn('r1', 'b', 'agent:main:subagent:b', 'cb').end('r1', YIELDED);
    for (const child of ['a', 'b']) {
      story.start(`c${child}`, { key: `agent:main:subagent:${child}` }).wait(10);
      story.end(`c${child}`, DONE, `agent:main:subagent:${child}`);
    }
    const both = `announce:requester-settle:main:${KEY}:cb,ca:yield-1`;
    expect(story.start(both).wait(10).end(both).phase.status).toBe('done');
    expect(story.steps).toEqual(['agent a done', 'agent b done']);
  });

  it('b) even if its children were never seen, when only one turn has yielded there', () => {
    const story = new Story().ask('m1').start('r1').end('r1', YIELDED);
    expect(story.start(settle('c9')).end(settle('c9')).phase.status).toBe('done');
    const two = new Story().ask('m1').start('r1').end('r1', YIELDED).ask('m2').start('r2').end('r2', YIELDED);
    expect(two.start(settle('c9')).names).toContain(`run:${settle('c9')}`);
  });

  it('c) if a child of it says so in its message', () => {
    const story = yielded();
    story.start('lock:a:2', { lockName: 'lock:a:2' });
    story.say('l2', { runId: 'lock:a:2', provenance: { kind: 'inter_session', sourceKey: CHILD } });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
    expect(story.end('lock:a:2').phase.status).toBe('done');
  });

  it('c) even if that message comes after its box stands', () => {
    const story = yielded();
    story.start('lock:a:2', { lockName: 'lock:a:2' }).wait(1_500).tool('lock:a:2', 'c9');
    expect(story.names).toEqual(['mm:-:main:default:m1', 'lock:a:2']);
    story.say('l2', { runId: 'lock:a:2', provenance: { kind: 'inter_session', sourceKey: CHILD } });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
    expect(story.takenBack).toEqual(['lock:a:2']);
    expect(story.steps).toEqual(['agent helper done', 'tool exec running']);
  });

  it('c) a stranger’s child says nothing', () => {
    const story = yielded().start('r2');
    story.say('l2', { runId: 'r2', provenance: { kind: 'inter_session', sourceKey: 'agent:main:subagent:other' } });
    expect(story.names).toEqual(['mm:-:main:default:m1', 'run:r2']);
  });

  it('c) if it recovers the turn after a crash', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'c1').wait(4_000).lose().wait(20_000);
    story.say('l2', { runId: 'r2', provenance: { kind: 'main_session_restart_recovery' } });
    story.start('r2', { late: true }).tool('r2', 'c2');
    expect(story.steps).toEqual(['tool exec cancelled', 'notice resumed', 'tool exec running']);
    expect(story.turn.steps[0]).toMatchObject({ endedMs: 1_004_000 });
    expect(story.end('r2').phase.status).toBe('done');
  });

  it('c) a sub-agent that was being spawned died with the run', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'call', { name: 'sessions_spawn' }).lose();
    story
      .say('l2', { runId: 'r2', provenance: { kind: 'main_session_restart_recovery' } })
      .start('r2')
      .end('r2');
    expect(story.phase.status).toBe('done');
    expect(story.steps).toEqual(['agent sub-agent cancelled', 'notice resumed']);
  });

  it('c) or its message comes seconds after the run', () => {
    const story = new Story().ask('m1').start('r1').wait(4_000).lose().wait(20_000);
    story.start('r2', { late: true }).wait(8_000);
    story.say('l2', { runId: 'r2', provenance: { kind: 'main_session_restart_recovery' } });
    expect(story.end('r2').turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status: 'done' } });
  });

  it('c) the recovered turn is the newest without a terminal event, even one that was given up', () => {
    const story = new Story().ask('m1').start('r1').lose().synced().wait(60_000);
    expect(story.phase).toMatchObject({ status: 'interrupted', error: { code: 'lost' } });
    story
      .ask('m2')
      .start('r2')
      .end('r2')
      .say('l3', { runId: 'r3', provenance: { kind: 'main_session_restart_recovery' } });
    story.start('r3').end('r3');
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('done');
    expect(story.names).toHaveLength(2);
  });

  it('c) a lock whose process died has no terminal event either', () => {
    const story = new Story().ask('m1').start('r1').end('r1', CUT);
    story
      .say('l2', { runId: 'r2', provenance: { kind: 'main_session_restart_recovery' } })
      .start('r2')
      .end('r2');
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status: 'done' } });
  });

  it('no other run joins: a question while the agent has yielded is a turn of its own', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1', YIELDED);
    story.start('c1', { key: CHILD }).ask('m2').start('r2').wait(100).end('r2');
    expect(story.named('mm:-:main:default:m1').phase).toMatchObject({ status: 'active', activity: 'waiting' });
    expect(story.named('mm:-:main:default:m2').phase.status).toBe('done');
  });

  it('several turns of one key are open at once', () => {
    const story = new Story().ask('m1').start('r1').ask('m2').start('r2').tool('r1', 'c1').tool('r2', 'c2');
    expect(story.turns.map((turn) => turn.phase.status)).toEqual(['active', 'active']);
    story.result('r1', 'c1').end('r1');
    expect(story.turns.map((turn) => turn.phase.status)).toEqual(['done', 'active']);
  });
});

describe('T4: what is not the end', () => {
  it('a yield: it waits for agents, until its continuation has ended', () => {
    const story = new Story().ask('m1').start('r1').end('r1', YIELDED);
    expect(story.phase).toMatchObject({ activity: 'waiting', waiting: { for: 'agents', sinceMs: story.now } });
    expect(story.wait(24 * 3_600_000).phase.status).toBe('active');
  });

  it('an end of its children does not end a yielded turn', () => {
    expect(yielded().wait(3_600_000).phase).toMatchObject({ status: 'active', waiting: { for: 'agents' } });
  });

  it('a continuation may yield again', () => {
    const story = yielded().start(settle('c1')).spawn(settle('c1'), 'second', 'agent:main:subagent:2', 'c2');
    story.end(settle('c1'), YIELDED).start('c2', { key: 'agent:main:subagent:2' });
    story.end('c2', DONE, 'agent:main:subagent:2').wait(60_000);
    expect(story.phase.status).toBe('active');
    expect(story.start(settle('c2')).end(settle('c2')).phase.status).toBe('done');
  });

  it('a repeated start: the first one counts', () => {
    const story = new Story().start('r1').wait(5_000).start('r1').wait(5_000);
    expect(story.turn).toMatchObject({ startedMs: 1_000_000, phase: { status: 'active' } });
  });

  it('a failed attempt, retried and failed over', () => {
    const story = new Story().ask('m1').start('r1');
    const base = { key: KEY, at: story.now, tsMs: story.now };
    const failed = (message: string) =>
      story.tell({ type: 'run.attemptFailed', ...base, run: story.ref('r1'), message }).wait(2_000);
    failed('500');
    expect(story.phase).toMatchObject({ status: 'active', activity: 'retrying' });
    story.start('r1').tell({ type: 'run.model', ...base, run: story.ref('r1'), provider: 'bad', model: 'a' });
    failed('500 again').tell({ type: 'run.fallback', ...base, run: story.ref('r1'), from: 'bad/a', to: 'good/b' });
    story.start('r1').tell({ type: 'run.model', ...base, run: story.ref('r1'), provider: 'good', model: 'b' });
    expect(story.steps).toEqual(['notice retrying', 'notice fallback']);
    expect(story.turn.steps.map((step) => step.kind === 'notice' && step.text)).toEqual(['500', 'good/b']);
    expect(story.end('r1').phase.status).toBe('done');
  });

  it('another model after a failed attempt is a fail-over, told or not', () => {
    const story = new Story().ask('m1').start('r1');
    const base = { key: KEY, at: story.now, tsMs: story.now };
    story.tell({ type: 'run.model', ...base, run: story.ref('r1'), provider: 'bad', model: 'a' });
    story.tell({ type: 'run.attemptFailed', ...base, run: story.ref('r1'), message: '400' });
    story.tell({ type: 'run.model', ...base, run: story.ref('r1'), provider: 'good', model: 'b' });
    expect(story.steps).toEqual(['notice fallback']);
  });

  it('a compaction', () => {
    const story = new Story().ask('m1').start('r1');
    const compaction = { type: 'compaction', key: KEY, at: story.now, tsMs: story.now } as const;
    story.tell({ ...compaction, run: story.ref('r1'), phase: 'started' }).wait(600_000);
    expect(story.phase).toMatchObject({ status: 'active', activity: 'compacting', stalled: false });
    story.tell({ ...compaction, run: story.ref('r1'), phase: 'ended' });
    expect(story.phase).toMatchObject({ status: 'active', activity: 'thinking' });
    expect(story.steps).toEqual(['notice compaction']);
  });
});

describe('T4: without a yield a child keeps its turn open', () => {
  const spawned = () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1');
    return story.start('c1', { key: CHILD }).wait(100).end('r1');
  };

  it('while it works', () => {
    expect(spawned().wait(3_600_000).phase).toMatchObject({ status: 'active', waiting: { for: 'agents' } });
  });

  it('until its announcement was answered', () => {
    const story = spawned().wait(3_000).end('c1', DONE, CHILD).wait(200).start(announce('c1'));
    expect(story.phase.status).toBe('active');
    expect(story.wait(2_000).end(announce('c1')).phase).toMatchObject({ status: 'done', endedMs: story.now });
  });

  it('each until its own: what names one child answers no other', () => {
    const other = 'agent:main:subagent:other';
    const two = new Story().ask('m1').start('r1').spawn('r1', 'a', CHILD, 'c1').spawn('r1', 'b', other, 'c2');
    two.start('c1', { key: CHILD }).start('c2', { key: other }).end('r1').end('c1', DONE, CHILD).end('c2', DONE, other);
    expect(two.start(announce('c1')).end(announce('c1')).phase).toMatchObject({ waiting: { for: 'agents' } });
    expect(two.start(announce('c2')).end(announce('c2')).phase.status).toBe('done');
  });

  it('or until 10 s after its end, if nothing of its parent runs', () => {
    const story = spawned().wait(3_000).end('c1', DONE, CHILD);
    const endedMs = story.now;
    expect(story.wait(9_999).phase.status).toBe('active');
    expect(story.wait(1).phase).toMatchObject({ status: 'done', endedMs });
  });

  it('a question that runs on the key in between makes it wait longer', () => {
    const story = spawned().end('c1', DONE, CHILD).wait(9_000).ask('m2').start('r2').wait(30_000);
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('active');
    story.end('r2').wait(10_000);
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('done');
  });

  it('a root that failed waits for its children too', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    expect(story.end('r1', FAILED).phase.status).toBe('active');
    expect(story.end('c1', DONE, CHILD).wait(10_000).phase).toMatchObject({ status: 'error' });
  });

  it('one that was stopped does not', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    expect(story.end('r1', ABORTED).phase).toMatchObject({ status: 'interrupted', error: { code: 'aborted' } });
    expect(story.steps).toEqual(['agent helper cancelled']);
  });

  it('one that was stopped alone does: its sub-agents work on (subagent-abort-root)', () => {
    const stopped = { kind: 'aborted', code: 'aborted', alone: true } as const;
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1', stopped);
    expect(story.start('c1', { key: CHILD }).phase).toMatchObject({ waiting: { for: 'agents' } });
    story.end('c1', DONE, CHILD).start(announce('c1'));
    expect(story.end(announce('c1')).phase.status).toBe('done');
    expect(story.steps).toEqual(['agent helper done']);
  });

  it('and is interrupted if nobody announces anything, or nothing was spawned yet', () => {
    const stopped = { kind: 'aborted', code: 'aborted', alone: true } as const;
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.end('r1', stopped).end('c1', DONE, CHILD);
    expect(story.wait(10_000).phase).toMatchObject({ status: 'interrupted', error: { code: 'aborted' } });
    const early = new Story().ask('m1').start('r1').tool('r1', 'call', { name: 'sessions_spawn' });
    expect(early.end('r1', stopped).phase.status).toBe('interrupted');
  });

  it('a child that never starts does for a minute', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1');
    expect(story.wait(59_999).phase.status).toBe('active');
    expect(story.wait(1).phase.status).toBe('done');
  });

  it('the announcement reached the root while it ran: nothing is left to wait for', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story
      .end('c1', DONE, CHILD)
      .say('l2', { provenance: { kind: 'inter_session', sourceKey: CHILD } })
      .wait(50);
    expect(story.end('r1').phase.status).toBe('done');
  });

  it('a late announcement reopens its turn: the same box', () => {
    const story = spawned().end('c1', DONE, CHILD).wait(60_000);
    expect(story.phase.status).toBe('done');
    expect(story.start(announce('c1')).phase).toMatchObject({ status: 'active', activity: 'thinking' });
    expect(story.end(announce('c1')).phase.status).toBe('done');
    expect(story.shown).toEqual(['mm:-:main:default:m1']);
  });

  it('also one of a child that went on after a stop (subagent-abort-root)', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.tool('c1', 't1', { key: CHILD }).end('r1', ABORTED).wait(5_000).result('c1', 't1', { key: CHILD });
    expect(story.end('c1', DONE, CHILD).phase.status).toBe('interrupted');
    expect(story.start(announce('c1')).end(announce('c1')).phase.status).toBe('done');
    expect(story.steps).toEqual(['agent helper done', '  tool exec done']);
  });
});

describe('T4: after a terminal event', () => {
  it('later events of that run only fill in details', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'c1').end('r1', ABORTED).wait(10);
    expect(story.steps).toEqual(['tool exec cancelled']);
    story.result('r1', 'c1', { outcome: 'error', error: 'Aborted' }).tool('r1', 'c2').start('r1');
    story.tell({ type: 'thinking', key: KEY, at: story.now, run: story.ref('r1'), tsMs: story.now });
    expect(story.phase.status).toBe('interrupted');
    expect(story.steps).toEqual(['tool exec error', 'tool exec cancelled']);
  });

  it('a second terminal event changes nothing', () => {
    expect(new Story().ask('m1').start('r1').end('r1', ABORTED).end('r1', FAILED).phase.status).toBe('interrupted');
    expect(new Story().ask('m1').start('r1').end('r1').end('r1', FAILED).phase.status).toBe('done');
  });
});
