import { describe, expect, it } from 'vitest';
import { CHILD, KEY, Story } from './testing/story.ts';

describe('T8: order', () => {
  const at = (story: Story, seq: number) => ({ key: KEY, at: story.now, tsMs: story.now, run: { runId: 'r1', seq } });

  it('what is older than what was seen does not say what the run does now', () => {
    const story = new Story().ask('m1').start('r1', { run: { runId: 'r1', seq: 10 } });
    story.tell({ type: 'run.attemptFailed', ...at(story, 9), message: 'old' });
    expect(story.phase).toMatchObject({ activity: 'thinking' });
    story.tell({ type: 'run.attemptFailed', ...at(story, 11), message: 'new' });
    story.tell({ type: 'thinking', ...at(story, 8) });
    expect(story.phase).toMatchObject({ activity: 'retrying' });
    story.tell({ type: 'tool', ...at(story, 7), callId: 'c1', name: 'exec', phase: 'ended', outcome: 'done' });
    expect(story.phase).toMatchObject({ activity: 'retrying' });
    expect(story.steps).toEqual(['tool exec done']);
  });

  it('an end counts, whatever its number: they begin anew after an abort (abort-in-tool)', () => {
    const story = new Story().ask('m1').start('r1', { run: { runId: 'r1', seq: 50 } });
    const end = { type: 'run.ended', ...at(story, 4), endedMs: story.now } as const;
    expect(story.tell({ ...end, outcome: { kind: 'done' } }).phase.status).toBe('done');
  });

  it('telling everything twice changes nothing', () => {
    const story = new Story().ask('m1').start('r1');
    story
      .tell({ type: 'run.attemptFailed', ...at(story, 2), message: '500' })
      .start('r1', { run: { runId: 'r1', seq: 3 } });
    story.tell({ type: 'assistant.message', ...at(story, 4), messageId: 'a1', usage: usage(7) });
    story.tool('r1', 'c1', { run: { runId: 'r1', seq: 5 } });
    const { turn } = story;
    story.ask('m1').tool('r1', 'c1', { run: { runId: 'r1', seq: 5 } });
    story.tell({ type: 'assistant.message', ...at(story, 4), messageId: 'a1', usage: usage(7) });
    story
      .tell({ type: 'run.attemptFailed', ...at(story, 2), message: '500' })
      .start('r1', { run: { runId: 'r1', seq: 3 } });
    expect(story.turn).toBe(turn);
  });
});

describe('T8: old history opens no turn', () => {
  const past = (story: Story, runId: string) => ({
    key: KEY,
    at: story.now,
    tsMs: story.now - 60_000,
    past: true,
    run: { runId },
  });

  it('its details reach only turns that know their run', () => {
    const story = new Story().ask('m1').start('r1');
    for (const runId of ['r0', 'r1']) {
      story.tell({ type: 'text', ...past(story, runId), itemId: `${runId}:t`, text: runId });
      story.tell({
        type: 'tool',
        ...past(story, runId),
        callId: `${runId}:c`,
        name: 'exec',
        phase: 'ended',
        outcome: 'done',
      });
      story.tell({ type: 'assistant.message', ...past(story, runId), messageId: `${runId}:a`, usage: usage(7) });
    }
    expect(story.steps).toEqual(['text r1', 'tool exec done']);
    expect(story.turn.usage?.total).toBe(7);
  });

  it('and is no sign of life', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'c1').lose().wait(5_000);
    story.tell({ type: 'tool', ...past(story, 'r1'), callId: 'c1', phase: 'ended', outcome: 'done' });
    expect(story.phase).toMatchObject({ activity: 'unobserved' });
    expect(story.steps).toEqual(['tool exec done']);
  });

  it('a spawn of long ago binds nobody', () => {
    const story = new Story().ask('m1').start('r1');
    const child = { key: CHILD, runId: 'c0' };
    story.tell({
      type: 'tool',
      ...past(story, 'r0'),
      callId: 's0',
      name: 'sessions_spawn',
      phase: 'ended',
      outcome: 'done',
      child,
    });
    expect(story.start('c0', { key: CHILD }).wait(5_000).names).toEqual(['mm:-:main:default:m1', 'run:c0']);
  });

  it('a run whose turn was forgotten says nothing new', () => {
    const old = new Set<string>();
    const story = new Story({ isOldRun: (runId) => old.has(runId) }).ask('m1').start('r1').end('r1');
    old.add('r1');
    expect(story.result('r1', 'c1').turn.toolCalls).toBe(1);
    expect(story.wait(10 * 60_000).turns).toEqual([]);
    story.tool('r1', 'c2').start('r1').end('r1').wait(10_000);
    expect(story.turns).toEqual([]);
    expect(story.shown).toEqual(['mm:-:main:default:m1']);
    expect(story.start('r2').wait(300).names).toEqual(['run:r2']);
  });

  it('a reset conversation goes on under its key', () => {
    const story = new Story()
      .ask('m1')
      .start('r1')
      .end('r1', { kind: 'aborted', code: 'aborted' })
      .ask('m2')
      .start('r2');
    expect(story.turns.map((turn) => turn.phase.status)).toEqual(['interrupted', 'active']);
  });
});

describe('T8: a long run tells of its beginning again', () => {
  const many = () => {
    const story = new Story().ask('m1').start('r1');
    for (let i = 0; i < 1_000; i += 1) story.wait(10).tool('r1', `c${i}`).result('r1', `c${i}`);
    return story;
  };

  it('and nothing is counted twice', () => {
    const story = many();
    const before = story.turn;
    expect(before).toMatchObject({ toolCalls: 1_000 });
    expect(before.steps.length + before.stepsForgotten).toBe(1_000);
    for (let i = 0; i < 1_000; i += 1) {
      const when = { tsMs: 1_000_000 + i * 10, startedMs: 1_000_000 + i * 10, past: true };
      story.tool('r1', `c${i}`, when).result('r1', `c${i}`, { ...when, tsMs: story.now });
    }
    expect(story.turn.toolCalls).toBe(1_000);
    expect(story.turn.steps).toEqual(before.steps);
  });

  it('what is new is still a step', () => {
    expect(many().wait(10).tool('r1', 'new').steps.at(-1)).toBe('tool exec running');
  });
});

function usage(total: number) {
  return { input: total, output: 0, cacheRead: 0, cacheWrite: 0, total };
}
