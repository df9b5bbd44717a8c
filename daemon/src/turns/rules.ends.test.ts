import { describe, expect, it } from 'vitest';
import { ABORTED, CHILD, CUT, DONE, FAILED, KEY, NOTHING, Story, YIELDED } from './testing/story.ts';

const LOST = { status: 'interrupted', error: { code: 'lost' } };
const begun = () => new Story().ask('m1').start('r1').tool('r1', 'c1').wait(100);

describe('T9: an end needs evidence', () => {
  it.each([
    ['a lifecycle end', DONE, { status: 'done' }],
    ['a terminal error', FAILED, { status: 'error', error: { code: 'server_error', message: 'The provider failed.' } }],
    ['an abort, which is no failure', ABORTED, { status: 'interrupted', error: { code: 'aborted' } }],
    ['the watchdog', { kind: 'aborted', code: 'superseded' }, { status: 'interrupted', error: { code: 'superseded' } }],
    ['a lock without a last word', CUT, { status: 'interrupted', error: { code: 'process_died' } }],
  ] as const)('%s', (_what, outcome, phase) => {
    const story = begun().end('r1', outcome);
    expect(story.phase).toMatchObject({ ...phase, endedMs: story.now });
    expect(story.steps).toEqual(['tool exec cancelled']);
  });

  it('silence is none, however long', () => {
    expect(begun().wait(24 * 3_600_000).phase).toMatchObject({ status: 'active', activity: 'tool', stalled: false });
  });

  it('the first word of a run may be its end', () => {
    const story = new Story().end('r1').wait(5_000);
    expect(story.turn).toMatchObject({ name: 'run:r1', phase: { status: 'done' } });
    expect(new Story().end('r1', NOTHING).wait(5_000).turns).toEqual([]);
  });

  it('a better word corrects a guess', () => {
    expect(begun().end('r1', CUT).end('r1', FAILED).phase).toMatchObject({ status: 'error' });
    const story = new Story()
      .start('lock:a:1', { lockName: 'lock:a:1' })
      .end('lock:a:1', NOTHING)
      .end('lock:a:1', DONE);
    expect(story.wait(1_000).turn).toMatchObject({ name: 'lock:a:1', phase: { status: 'done' } });
    expect(begun().end('r1', ABORTED).end('r1', CUT).phase).toMatchObject({ error: { code: 'aborted' } });
  });

  it('of a child too', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('k1', CUT, CHILD);
    expect(story.end('k1', FAILED, CHILD).steps[1]).toBe('agent helper error');
  });

  it('a stop during a yield is told by the child: its ancestor’s last run was aborted', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('r1', YIELDED);
    const settled = { type: 'child.settled', key: CHILD, at: story.now, tsMs: story.now } as const;
    expect(story.tell({ ...settled, abortedAncestors: ['agent:main:other'] }).phase.status).toBe('active');
    story.tell({ ...settled, abortedAncestors: [KEY], outcome: ABORTED });
    expect(story.phase).toMatchObject({ error: { code: 'aborted' } });
    expect(story.steps).toEqual(['tool exec cancelled', 'agent helper cancelled']);
  });

  it('or by its own row, where the child tells of no ancestors', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('r1', YIELDED).wait(3_000);
    const killed = { at: story.now, tsMs: story.now, abortedAncestors: [], outcome: ABORTED };
    story.tell({ type: 'child.settled', key: CHILD, ...killed });
    const row = {
      type: 'key.synced',
      key: KEY,
      activeRunIds: [],
      hasActiveRun: false,
      killed: false,
      ends: [],
    } as const;
    expect(story.tell({ ...row, at: story.now, abortedLastRun: false }).phase).toMatchObject({ status: 'active' });
    story.tell({ ...row, at: story.now, abortedLastRun: true });
    expect(story.phase).toMatchObject({ error: { code: 'aborted' } });
    expect(story.steps).toEqual(['tool exec cancelled', 'agent helper cancelled']);
  });

  it('but a child that is done says nothing: the aborted run was another turn’s', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('r1', YIELDED);
    story.ask('m2').start('r2').end('r2', ABORTED).end('k1', DONE, CHILD);
    const settled = { type: 'child.settled', key: CHILD, at: story.now, tsMs: story.now, outcome: DONE } as const;
    story.tell({ ...settled, abortedAncestors: [KEY] });
    expect(story.named('mm:-:main:default:m1').phase).toMatchObject({ waiting: { for: 'agents' } });
  });

  it('which says nothing about a root that works', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD });
    story.tell({ type: 'child.settled', key: CHILD, at: story.now, tsMs: story.now, abortedAncestors: [KEY] });
    expect(story.phase.status).toBe('active');
  });

  it.each([
    [{ kind: 'error', message: 'lost its context' }, 'agent helper error'],
    [ABORTED, 'agent helper cancelled'],
    [DONE, 'agent helper done'],
  ] as const)('a child’s row may be the only word of its end', (outcome, step) => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('r1');
    story.tell({ type: 'child.settled', key: CHILD, at: story.now, tsMs: story.now, abortedAncestors: [], outcome });
    expect(story.steps[1]).toBe(step);
    expect(story.wait(10_000).phase.status).toBe('done');
  });
});

describe('T9: losing the source', () => {
  const lost = () => begun().wait(2_000).lose();

  it('ends nothing: the turn becomes unobserved', () => {
    expect(lost().wait(24 * 3_600_000).phase).toEqual({ status: 'active', activity: 'unobserved', stalled: false });
  });

  it('an event of it shows that it is seen again', () => {
    expect(lost().tool('r1', 'c1', { phase: 'updated' }).phase).toMatchObject({ activity: 'tool' });
  });

  it('a run of it that is still active: it goes on', () => {
    const story = lost()
      .read({ activeRunIds: ['r1'], hasActiveRun: true, ends: [] })
      .synced();
    expect(story.wait(60_000).phase).toMatchObject({ status: 'active', activity: 'tool' });
  });

  it('a terminal line in history: done or error', () => {
    const end = (outcome: typeof DONE | typeof FAILED) => [{ runId: 'r1', outcome, tsMs: 1_001_000 }];
    expect(lost().read({ ends: end(DONE) }).phase).toEqual({ status: 'done', endedMs: 1_001_000 });
    expect(lost().read({ ends: end(FAILED) }).phase).toMatchObject({ status: 'error', endedMs: 1_001_000 });
  });

  it('which counts more than the row', () => {
    const ends = [{ runId: 'r1', outcome: DONE, tsMs: 1_001_000 }];
    const story = lost().read({ abortedLastRun: true }).read({ abortedLastRun: true, ends }).synced();
    expect(story.phase.status).toBe('done');
  });

  it.each([
    ['aborted', { abortedLastRun: true }],
    ['killed', { killed: true }],
  ])('a row without an active run that says %s: interrupted', (_what, over) => {
    expect(lost().read({ ...over, ends: [] }).phase).toMatchObject({
      status: 'interrupted',
      error: { code: 'aborted' },
    });
    const story = lost().read(over);
    expect(story.phase.status).toBe('active');
    expect(story.synced().phase).toMatchObject({ status: 'interrupted', error: { code: 'aborted' } });
  });

  it('a row that is active under an unknown run and says aborted: it waits for its recovery run', () => {
    const story = lost()
      .read({ activeRunIds: ['r2'], hasActiveRun: true, abortedLastRun: true, ends: [] })
      .synced();
    expect(story.wait(30_000).phase).toMatchObject({ activity: 'unobserved' });
    story.say('l2', { runId: 'r2', provenance: { kind: 'main_session_restart_recovery' } }).start('r2');
    expect(story.phase).toMatchObject({ activity: 'thinking' });
    expect(story.lose().synced().wait(60_000).phase).toMatchObject(LOST);
  });

  it('unless that run turns out to serve something else', () => {
    const story = lost()
      .read({ activeRunIds: ['r2'], hasActiveRun: true, abortedLastRun: true, ends: [] })
      .synced();
    story.ask('m2').start('r2').wait(59_999);
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('active');
    expect(story.wait(1).named('mm:-:main:default:m1').phase).toMatchObject(LOST);
  });

  it('none of these for 60 s after the sync: lost', () => {
    const story = lost().wait(600_000).read().synced().wait(59_999);
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.wait(1).phase).toMatchObject({ ...LOST, endedMs: story.now });
    expect(story.steps).toEqual(['tool exec cancelled']);
  });

  it('a second loss starts the minute again', () => {
    const story = lost().synced().wait(30_000).lose().wait(600_000);
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.synced().wait(59_999).phase.status).toBe('active');
    expect(story.wait(1).phase).toMatchObject(LOST);
  });

  it.each([
    ['an event', (story: Story) => story.tool('r1', 'c1', { phase: 'updated' })],
    ['its row', (story: Story) => story.read({ activeRunIds: ['r1'], hasActiveRun: true })],
    ['another start', (story: Story) => story.start('r1')],
  ])('evidence that comes later takes a lost turn up again: %s', (_what, tell) => {
    const story = tell(lost().synced().wait(60_000));
    expect(story.phase).toMatchObject({ status: 'active', activity: 'tool' });
    expect(story.steps).toEqual(['tool exec running']);
    expect(story.result('r1', 'c1').end('r1').steps).toEqual(['tool exec done']);
    expect(story.shown).toEqual(['mm:-:main:default:m1']);
  });

  it('or corrects how it ended', () => {
    expect(lost().synced().wait(60_000).end('r1').phase.status).toBe('done');
    const ends = [{ runId: 'r1', outcome: FAILED, tsMs: 1_001_000 }];
    expect(lost().synced().wait(60_000).read({ ends }).phase).toEqual({
      status: 'error',
      endedMs: 1_001_000,
      error: { code: 'server_error', message: 'The provider failed.' },
    });
  });

  it('of several open turns the row speaks of the newest', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'k1').end('r1', YIELDED);
    story.ask('m2').start('r2').lose().read({ abortedLastRun: true, ends: [] });
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('active');
    expect(story.named('mm:-:main:default:m2').phase.status).toBe('interrupted');
  });

  it('frames that were dropped: what the key no longer runs is not observed', () => {
    const story = begun().read({ ends: [] });
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.wait(60_000).phase).toMatchObject(LOST);
    expect(begun().read({ ends: [], hasActiveRun: true, activeRunIds: ['r1'] }).phase).toMatchObject({
      activity: 'tool',
    });
  });
});

describe('T9: a yielded turn after a loss', () => {
  const waiting = () =>
    begun()
      .spawn('r1', 'helper', CHILD, 'k1')
      .end('r1', YIELDED)
      .start('k1', { key: CHILD })
      .tool('k1', 't', { key: CHILD })
      .lose();

  it('goes on if a child’s run is active', () => {
    const story = waiting()
      .read({ ends: [] })
      .read({ key: CHILD, activeRunIds: ['k1'], hasActiveRun: true })
      .synced();
    expect(story.wait(60_000).phase).toMatchObject({ status: 'active', waiting: { for: 'agents' } });
  });

  it('but a child’s run says nothing about a root that was working', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).lose();
    story.read({ key: CHILD, activeRunIds: ['k1'], hasActiveRun: true, ends: [] });
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
  });

  it('is lost without evidence', () => {
    const story = waiting().synced().wait(119_999);
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.wait(1).phase).toMatchObject(LOST);
  });

  it('but not while its row says that it waits (restart-kill9-subagent)', () => {
    const story = waiting().read({ waiting: true, ends: [] }).synced().wait(80_000);
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    const next = `announce:requester-settle:main:${KEY}:k1:yield-1`;
    expect(story.start(next).end(next).phase.status).toBe('done');
    expect(story.steps.slice(1)).toEqual(['agent helper cancelled', '  tool exec cancelled']);
  });

  it('nor while its key’s sub-agents are said to go on, whatever else ran there', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'k1').end('r1', YIELDED);
    story.start('k1', { key: CHILD }).ask('m2').start('r2').end('r2').lose();
    story.read({ waiting: true, ends: [] }).synced().wait(130_000);
    expect(story.named('mm:-:main:default:m1').phase).toMatchObject({ activity: 'unobserved' });
  });

  it('its history alone is no sign of life', () => {
    const story = waiting();
    const seen = { type: 'run.joined', key: KEY, at: story.now, run: { runId: 'r1' }, startedMs: 1_000_000 } as const;
    expect(story.tell({ ...seen, waits: true }).phase).toMatchObject({ activity: 'unobserved' });
  });

  it('is done if its continuation came and went unseen', () => {
    const next = `announce:requester-settle:main:${KEY}:k1:yield-1`;
    const story = waiting();
    story.tell({
      type: 'run.joined',
      key: CHILD,
      at: story.now,
      run: { runId: 'k1' },
      startedMs: 1_000_200,
      over: true,
    });
    story.read({ key: CHILD, ends: [{ runId: 'k1', outcome: DONE, tsMs: 1_005_000 }] });
    story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId: next }, startedMs: 1_005_100, over: true });
    story.read({ ends: [{ runId: next, outcome: DONE, tsMs: 1_006_000 }] }).synced();
    expect(story.phase).toEqual({ status: 'done', endedMs: 1_006_000 });
  });

  it('a child that ended unseen and without a word does not hold its turn for ever', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('r1').lose();
    story.read({ ends: [] }).read({ key: CHILD, abortedLastRun: true, ends: [] }).synced().wait(60_000);
    expect(story.phase.status).toBe('done');
    expect(story.steps[1]).toBe('agent helper cancelled');
  });

  it('a recovery that came and went unseen: done', () => {
    const story = begun().lose().wait(10_000);
    const request = {
      type: 'request',
      key: KEY,
      at: story.now,
      lineId: 'l2',
      recordedMs: story.now,
      provenance: { kind: 'main_session_restart_recovery' },
    } as const;
    story.tell({
      type: 'run.joined',
      key: KEY,
      at: story.now,
      run: { runId: 'r2' },
      startedMs: story.now,
      over: true,
      request,
    });
    story.read({ ends: [{ runId: 'r2', outcome: DONE, tsMs: story.now }] });
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status: 'done' } });
  });

  it('a recovery of long ago is another turn’s', () => {
    const story = begun();
    const request = {
      type: 'request',
      key: KEY,
      at: 0,
      lineId: 'l0',
      recordedMs: 500_000,
      provenance: { kind: 'main_session_restart_recovery' },
    } as const;
    const over = {
      type: 'run.joined',
      key: KEY,
      at: story.now,
      run: { runId: 'r0' },
      startedMs: 500_000,
      over: true,
      request,
    } as const;
    expect(
      story
        .tell(over)
        .lose()
        .tell(over)
        .read({ ends: [{ runId: 'r0', outcome: DONE, tsMs: 501_000 }] }).phase,
    ).toMatchObject({
      activity: 'unobserved',
    });
  });
});

describe('T9: a restart of the daemon', () => {
  it('with the run still going', () => {
    const story = begun().restart().wait(500);
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.read({ activeRunIds: ['r1'], hasActiveRun: true }).phase).toMatchObject({ activity: 'tool' });
    expect(story.result('r1', 'c1').end('r1').steps).toEqual(['tool exec done']);
  });

  it('with the run ended meanwhile', () => {
    const story = begun()
      .restart()
      .read({ ends: [{ runId: 'r1', outcome: DONE, tsMs: 1_000_500 }] });
    expect(story.phase).toEqual({ status: 'done', endedMs: 1_000_500 });
  });

  it('with the run gone without a trace', () => {
    expect(begun().restart().read({ ends: [] }).synced().wait(60_000).phase).toMatchObject(LOST);
  });

  it('keeps sub-agents, approvals and the minute that is left', () => {
    const story = begun().spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD }).end('r1', YIELDED);
    story.restart().end('k1', DONE, CHILD).start(`announce:v1:${CHILD}:k1`).end(`announce:v1:${CHILD}:k1`);
    expect(story.phase.status).toBe('done');
    expect(story.names).toEqual(['mm:-:main:default:m1']);
  });
});
