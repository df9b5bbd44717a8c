import { describe, expect, it } from 'vitest';
import { CHILD, DONE, KEY, NOTHING, SILENT, Story, YIELDED } from './testing/story.ts';

const MAIN = 'agent:main:main';
const LOCK = 'lock:main/a.jsonl:1';

const message = (story: Story, runId: string, over: object = {}) =>
  story.tell({
    type: 'assistant.message',
    key: KEY,
    at: story.now,
    run: { runId },
    messageId: `a-${story.now}`,
    tsMs: story.now,
    ...over,
  });

describe('T7: a heartbeat', () => {
  const heartbeat = () => new Story().start('h1', { key: MAIN, heartbeat: true });

  it('is held back until its first tool call', () => {
    const story = heartbeat().wait(60_000);
    expect(story.turns).toEqual([]);
    expect(story.tool('h1', 'c1', { key: MAIN }).names).toEqual(['run:h1']);
    expect(story.end('h1', SILENT, MAIN).turn.phase).toMatchObject({ status: 'done', noReply: true });
  });

  it.each([
    ['NO_REPLY', SILENT],
    ['HEARTBEAT_OK as a text', DONE],
  ])('without a tool leaves nothing behind (%s)', (_what, outcome) => {
    const story = heartbeat().wait(3_000).end('h1', outcome, MAIN).wait(3_600_000);
    expect(story.turns).toEqual([]);
    expect(story.shown).toEqual([]);
  });

  it('of which only the end was seen leaves nothing behind either', () => {
    const end = { type: 'run.ended', key: MAIN, at: 0, run: { runId: 'h1' }, endedMs: 0, outcome: DONE } as const;
    expect(new Story().tell({ ...end, heartbeat: true }).wait(10_000).turns).toEqual([]);
  });

  it('that starts a sub-agent is shown', () => {
    expect(heartbeat().spawn('h1', 'helper', CHILD, 'c1', { key: MAIN }).names).toEqual(['run:h1']);
  });

  it('on JSONL is known as one only from its first line', () => {
    const story = new Story().start(LOCK, { key: MAIN, lockName: LOCK });
    story.start(LOCK, { key: MAIN, lockName: LOCK, heartbeat: true }).wait(5_000);
    expect(story.turns).toEqual([]);
    expect(story.tool(LOCK, 'c1', { key: MAIN }).names).toEqual([LOCK]);
  });

  it('on JSONL is taken back if its lock was shown before that line', () => {
    const story = new Story().start(LOCK, { key: MAIN, lockName: LOCK }).wait(1_000);
    expect(story.names).toEqual([LOCK]);
    story.start(LOCK, { key: MAIN, lockName: LOCK, heartbeat: true }).end(LOCK, SILENT, MAIN);
    expect(story.takenBack).toEqual([LOCK]);
    expect(story.turns).toEqual([]);
  });
});

describe('T7: a lock', () => {
  const locked = () => new Story().start(LOCK, { lockName: LOCK });

  it('is shown after 1 s', () => {
    const story = locked().wait(999);
    expect(story.turns).toEqual([]);
    expect(story.wait(1).names).toEqual([LOCK]);
  });

  it.each([
    ['a user line', (story: Story) => story.ask('m1', { runId: LOCK })],
    ['an assistant line', (story: Story) => message(story, LOCK)],
    ['a tool call', (story: Story) => story.tool(LOCK, 'c1')],
  ])('or from its first new line: %s', (_what, line) => {
    expect(line(locked()).names).toEqual([LOCK]);
  });

  it('that goes without a message line is withdrawn', () => {
    const story = locked();
    const compaction = { type: 'compaction', key: KEY, at: story.now, run: { runId: LOCK }, tsMs: story.now } as const;
    story
      .tell({ ...compaction, phase: 'started' })
      .tell({ ...compaction, phase: 'ended' })
      .wait(500)
      .end(LOCK, NOTHING);
    expect(story.wait(10_000).turns).toEqual([]);
    expect(story.shown).toEqual([]);
  });

  it('withdrawn after its box stood, it is taken back', () => {
    const story = locked().wait(3_000).end(LOCK, NOTHING);
    expect(story.takenBack).toEqual([LOCK]);
    expect(story.turns).toEqual([]);
  });
});

describe('T7: NO_REPLY', () => {
  it('without a tool withdraws the turn', () => {
    const story = new Story().ask('m1').start('r1').wait(4_000).end('r1', SILENT);
    expect(story.turns).toEqual([]);
    expect(story.takenBack).toEqual(['mm:-:main:default:m1']);
  });

  it('with a tool ends it without an answer', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'c1').result('r1', 'c1').end('r1', SILENT);
    expect(story.phase).toMatchObject({ status: 'done', noReply: true });
  });

  it('told by the last message counts as told by the end', () => {
    const story = message(new Story().ask('m1').start('r1'), 'r1', { silent: true });
    expect(story.end('r1').turns).toEqual([]);
  });

  it('told after the end takes the turn back (cron-isolated)', () => {
    const story = new Story().ask('m1').start('r1').end('r1');
    expect(message(story, 'r1', { silent: true }).turns).toEqual([]);
    expect(story.takenBack).toEqual(['mm:-:main:default:m1']);
  });

  it('told only by history, after a row has told the end, takes the turn back', () => {
    const story = new Story().ask('m1').start('r1').end('r1');
    message(story, 'r1', { silent: true, past: true });
    expect(story.read({ ends: [{ runId: 'r1', outcome: SILENT, tsMs: story.now }] }).turns).toEqual([]);
    expect(story.takenBack).toEqual(['mm:-:main:default:m1']);
  });

  it('said before more work is not the last word', () => {
    const story = message(new Story().ask('m1').start('r1'), 'r1', { silent: true });
    expect(message(story.wait(10), 'r1').end('r1').phase).toEqual({ status: 'done', endedMs: story.now });
  });

  it('of a continuation takes no answer back', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').start('c1', { key: CHILD });
    story.end('r1').end('c1', DONE, CHILD);
    story.start(`announce:v1:${CHILD}:c1`).end(`announce:v1:${CHILD}:c1`, SILENT);
    expect(story.phase).not.toHaveProperty('noReply');
    expect(story.phase.status).toBe('done');
  });

  it('of a continuation after a yield is the turn’s', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1').end('r1', YIELDED);
    story.start(`announce:v1:${CHILD}:c1`).end(`announce:v1:${CHILD}:c1`, SILENT);
    expect(story.phase).toMatchObject({ status: 'done', noReply: true });
  });

  it('withdrawn by mistake, a tool that is told late brings it back', () => {
    const story = new Story().ask('m1').start('r1').end('r1', SILENT).result('r1', 'c1');
    expect(story.turn).toMatchObject({ toolCalls: 1, phase: { status: 'done' } });
  });
});
