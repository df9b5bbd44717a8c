import { describe, expect, it } from 'vitest';
import type { ApprovalResolvedEvent } from './events.ts';
import { ABORTED, CHILD, FAILED, KEY, Story, YIELDED } from './testing/story.ts';

const begun = () => new Story().ask('m1').start('r1').tool('r1', 'c1').wait(500);

function requested(story: Story, over: object = {}): Story {
  const base = { key: KEY, at: story.now, tsMs: story.now, run: story.ref('r1') };
  return story.tell({
    type: 'approval.requested',
    ...base,
    approvalId: 'a1',
    callId: 'c1',
    expiresMs: 1_900_000,
    ...over,
  });
}

function resolved(story: Story, over: Partial<ApprovalResolvedEvent> = {}): Story {
  const base = { key: KEY, at: story.now, tsMs: story.now, run: story.ref('r1') };
  return story.tell({ type: 'approval.resolved', ...base, approvalId: 'a1', callId: 'c1', ...over });
}

describe('T12: waiting for a person', () => {
  it('from the request to the resolution: approval, call and expiry are told', () => {
    const story = requested(begun());
    const sinceMs = story.now;
    const waiting = { for: 'approval', approvalId: 'a1', stepId: 'c1', sinceMs, expiresMs: 1_900_000 };
    expect(story.wait(900_000).phase).toEqual({ status: 'active', activity: 'waiting', stalled: false, waiting });
    expect(resolved(story).phase).toMatchObject({ activity: 'tool' });
    expect(story.phase).not.toHaveProperty('waiting');
  });

  it.each([
    ['the call’s result', (story: Story) => story.result('r1', 'c1')],
    ['an abort', (story: Story) => story.end('r1', ABORTED)],
    ['the watchdog', (story: Story) => story.end('r1', { kind: 'aborted', code: 'superseded' })],
    ['an error', (story: Story) => story.end('r1', FAILED)],
  ])('or to %s', (_what, over) => {
    expect(over(requested(begun())).phase).not.toHaveProperty('waiting');
  });

  it('a run that ended waits for nobody, though its turn goes on', () => {
    const story = requested(begun().spawn('r1', 'helper', CHILD, 'k1'))
      .start('k1', { key: CHILD })
      .end('r1');
    expect(story.phase).toMatchObject({ waiting: { for: 'agents' } });
  });

  it('asked twice, it waits once; resolved, a repetition does not ask again', () => {
    const story = requested(requested(begun()));
    resolved(story);
    expect(requested(story).phase).not.toHaveProperty('waiting');
  });

  it('resolved by its call, if the runtime names only that', () => {
    const { approvalId: _, ...byCall } = { approvalId: 'a1', callId: 'c1' };
    const story = requested(begun());
    story.tell({
      type: 'approval.resolved',
      key: KEY,
      at: story.now,
      tsMs: story.now,
      run: story.ref('r1'),
      ...byCall,
    });
    expect(story.phase).not.toHaveProperty('waiting');
  });

  it('another one may be open still', () => {
    const story = requested(requested(begun()).tool('r1', 'c2'), { approvalId: 'a2', callId: 'c2' });
    expect(resolved(story).phase).toMatchObject({ waiting: { approvalId: 'a2', stepId: 'c2' } });
  });

  it.each([
    [undefined, 'approval-resolved', undefined],
    ['allowed', 'approval-allowed', undefined],
    ['denied', 'approval-denied', true],
    ['expired', 'approval-expired', undefined],
  ] as const)('decided %s, a notice tells %s', (decision, code, blocked) => {
    const story = resolved(resolved(requested(begun())), decision === undefined ? {} : { decision });
    expect(story.steps).toEqual(['tool exec running', `notice ${code}`]);
    expect(story.turn.steps[0]).toEqual(expect.objectContaining({ ...(blocked !== undefined && { blocked }) }));
  });

  it('a resolution after the end without a decision is nothing', () => {
    expect(resolved(requested(begun()).end('r1', ABORTED)).steps).toEqual(['tool exec cancelled']);
  });

  it('for an answer, while an ask_user runs', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'q', { name: 'ask_user' });
    expect(story.wait(600_000).phase).toMatchObject({ activity: 'waiting', waiting: { for: 'answer', stepId: 'q' } });
    expect(story.result('r1', 'q', { name: 'ask_user' }).phase).toMatchObject({ activity: 'thinking' });
  });

  it('a sub-agent’s question is the turn’s', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'k1').end('r1', YIELDED);
    story.start('k1', { key: CHILD }).tool('k1', 'q', { key: CHILD, name: 'ask_user' });
    expect(story.phase).toMatchObject({ waiting: { for: 'answer' } });
    expect(story.result('k1', 'q', { key: CHILD, name: 'ask_user' }).phase).toMatchObject({
      waiting: { for: 'agents' },
    });
  });
});

describe('T12: waiting for agents and for the provider', () => {
  const failed = (story: Story, key = KEY, runId = 'r1') =>
    story.tell({
      type: 'run.attemptFailed',
      key,
      at: story.now,
      tsMs: story.now,
      run: story.ref(runId),
      message: '500',
    });

  it('yielded', () => {
    expect(new Story().ask('m1').start('r1').end('r1', YIELDED).phase).toMatchObject({
      activity: 'waiting',
      waiting: { for: 'agents' },
    });
  });

  it('a failed attempt: retrying, since the first one', () => {
    const story = failed(new Story().ask('m1').start('r1'));
    const sinceMs = story.now;
    failed(story.wait(5_000));
    expect(story.phase).toEqual({
      status: 'active',
      activity: 'retrying',
      stalled: false,
      waiting: { for: 'provider', sinceMs },
    });
  });

  it.each([
    ['thinking', (story: Story) => story.tell({ type: 'thinking', key: KEY, at: 0, tsMs: 0, run: story.ref('r1') })],
    ['writing', (story: Story) => story.tell({ type: 'writing', key: KEY, at: 0, tsMs: 0, run: story.ref('r1') })],
    ['a tool', (story: Story) => story.tool('r1', 'c1')],
    ['its end', (story: Story) => story.end('r1')],
  ])('until it works: %s', (_what, works) => {
    expect(works(failed(new Story().ask('m1').start('r1'))).phase).not.toHaveProperty('waiting');
  });

  it('a start alone does not show that it works', () => {
    expect(failed(new Story().ask('m1').start('r1')).wait(100).start('r1').phase).toMatchObject({
      activity: 'retrying',
    });
  });

  it('a sub-agent’s provider is not what the turn waits for', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'k1').start('k1', { key: CHILD });
    expect(failed(story, CHILD, 'k1').phase).toMatchObject({ activity: 'thinking' });
    expect(story.wait(100).start('k1', { key: CHILD }).steps).toEqual(['agent helper running', '  notice retrying']);
  });
});

describe('T12: stalled', () => {
  it('is what is silent for a minute without a running tool', () => {
    const story = new Story().ask('m1').start('r1').wait(59_999);
    expect(story.phase).toMatchObject({ stalled: false });
    expect(story.wait(1).phase).toMatchObject({ activity: 'thinking', stalled: true });
    expect(story.tool('r1', 'c1').phase).toMatchObject({ activity: 'tool', stalled: false });
  });

  it('after as long as it is told', () => {
    const story = new Story({ stalledAfterMs: 5_000 }).ask('m1').start('r1').wait(5_000);
    expect(story.phase).toMatchObject({ stalled: true });
  });

  it.each([
    ['a tool', (story: Story) => story.tool('r1', 'c1')],
    ['waiting', (story: Story) => requested(story)],
    [
      'retrying',
      (story: Story) =>
        story.tell({ type: 'run.attemptFailed', key: KEY, at: 0, tsMs: 0, run: story.ref('r1'), message: 'x' }),
    ],
    [
      'compacting',
      (story: Story) =>
        story.tell({ type: 'compaction', key: KEY, at: 0, tsMs: 0, run: story.ref('r1'), phase: 'started' }),
    ],
    ['unobserved', (story: Story) => story.lose()],
    ['yielded', (story: Story) => story.end('r1', YIELDED)],
  ])('never is %s', (_what, tell) => {
    expect(tell(new Story().ask('m1').start('r1')).wait(3_600_000).phase).toMatchObject({
      status: 'active',
      stalled: false,
    });
  });
});

describe('T12: an approval that nobody saw being asked for', () => {
  /** Of a history: without a sequence number. */
  const past = { run: { runId: 'r1' } };
  const joined = () => new Story().ask('m1').start('r1', { late: true }).tool('r1', 'c1', past);
  const guess = (story: Story) => ({ for: 'approval', guess: true, stepId: 'c1', sinceMs: story.now });

  it('is a guess after 60 s of silence of a call that may ask, and no state of its own', () => {
    const story = joined();
    const waiting = guess(story);
    expect(story.wait(59_999).phase).toEqual({ status: 'active', activity: 'tool', stalled: false });
    expect(story.wait(1).phase).toEqual({ status: 'active', activity: 'tool', stalled: false, waiting });
    expect(story.result('r1', 'c1').phase).not.toHaveProperty('waiting');
  });

  it.each([
    ['a call that was seen to begin', () => new Story().ask('m1').start('r1').tool('r1', 'c1')],
    ['a call that shows that it runs', () => joined().tool('r1', 'c1', { phase: 'updated' })],
    [
      'a call that was seen, and stands in a history too',
      () => new Story().ask('m1').start('r1').tool('r1', 'c1').tool('r1', 'c1', past),
    ],
    [
      'a tool that asks nobody',
      () =>
        new Story()
          .ask('m1')
          .start('r1')
          .tool('r1', 'c1', { ...past, name: 'read' }),
    ],
  ])('is no guess about %s', (_, make) => {
    expect(make().wait(3_600_000).phase).not.toHaveProperty('waiting');
  });

  it('is a guess about what ran while the source was away', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'c1').lose().wait(1_000);
    story.read({ activeRunIds: ['r1'], hasActiveRun: true }).synced();
    expect(story.phase).toMatchObject({ activity: 'tool' });
    expect(story.wait(61_000).phase).toMatchObject({ activity: 'tool', waiting: { guess: true, stepId: 'c1' } });
  });

  it('gives way to what the gateway knows', () => {
    const story = joined().wait(61_000);
    const known = requested(story, { run: { runId: 'r1' }, tsMs: 1_000_000 });
    expect(known.phase).toMatchObject({ activity: 'waiting', waiting: { approvalId: 'a1' } });
    expect(known.phase).not.toHaveProperty('waiting.guess');
  });

  it('whose expiry is told later has it from then on', () => {
    const story = requested(begun(), { expiresMs: undefined });
    expect(requested(story, { run: { runId: 'r1' } }).phase).toMatchObject({ waiting: { expiresMs: 1_900_000 } });
  });

  it('whose call is told later has it from then on', () => {
    const story = requested(begun().tool('r1', 'c2'), { callId: undefined, kind: 'exec' });
    expect(story.phase).not.toHaveProperty('waiting.stepId');
    expect(requested(story, { expiresMs: undefined }).phase).toMatchObject({
      waiting: { stepId: 'c1', expiresMs: 1_900_000 },
    });
    expect(story.result('r1', 'c1').phase).not.toHaveProperty('waiting');
  });

  describe('whose call nobody names', () => {
    const unnamed = (story: Story, kind: object = { kind: 'exec' }) =>
      requested(story.wait(5_000), { callId: undefined, ...past, ...kind });

    it('is about the one call that may ask', () => {
      expect(unnamed(joined()).phase).toMatchObject({ waiting: { approvalId: 'a1', stepId: 'c1' } });
    });

    it.each([
      ['among two', () => unnamed(joined().tool('r1', 'c2', past))],
      ['where none runs', () => unnamed(joined().result('r1', 'c1'))],
      ['for what no command asks', () => unnamed(joined(), {})],
    ])('is about none %s', (_, make) => {
      expect(make().phase).toMatchObject({ activity: 'waiting', waiting: { approvalId: 'a1' } });
      expect(make().phase).not.toHaveProperty('waiting.stepId');
    });
  });
});
