import { describe, expect, it } from 'vitest';
import { CHILD, DONE, KEY, Story } from './testing/story.ts';

/** What went wrong in the first release, as far as turns are concerned (docs of v4.1). */
describe('the first release’s bugs do not come back', () => {
  it('a turn was called done after 60 s of silence although a tool was running', () => {
    expect(new Story().ask('m1').start('r1').tool('r1', 'c1').wait(3_600_000).phase.status).toBe('active');
  });

  it('idle, forgotten, found again: ten boxes an hour for one session', () => {
    const story = new Story().ask('m1').start('r1');
    for (let i = 0; i < 10; i += 1) story.wait(3_600_000).tool('r1', `c${i}`);
    expect(story.end('r1').wait(3_600_000).shown).toEqual(['mm:-:main:default:m1']);
  });

  it('a session stale at the first look was never looked at again', () => {
    const story = new Story().start('r1', { late: true, startedMs: 0 }).wait(3_600_000).tool('r1', 'c1');
    expect(story.turn).toMatchObject({ name: 'run:r1', phase: { status: 'active', stalled: false } });
  });

  it('a five-minute suppression after the end swallowed the next question', () => {
    const story = new Story().ask('m1').start('r1').end('r1').ask('m2').start('r2');
    expect(story.named('mm:-:main:default:m2').phase.status).toBe('active');
  });

  it('the first lines of a new turn were lost', () => {
    const story = new Story().start('r1').tool('r1', 'c1').result('r1', 'c1').wait(20).ask('m1');
    expect(story.steps).toEqual(['tool exec done']);
  });

  it('text-only turns were never shown', () => {
    const story = new Story().ask('m1').start('r1').wait(2_000).end('r1');
    expect(story.shown).toEqual(['mm:-:main:default:m1']);
    expect(story.phase.status).toBe('done');
  });

  it('trailing writes reactivated an ended box and looped', () => {
    const story = new Story().ask('m1').start('r1').end('r1');
    const { turn } = story;
    const base = { key: KEY, at: story.now, tsMs: story.now, run: { runId: 'r1' } };
    for (let i = 0; i < 5; i += 1) {
      story.tell({ type: 'writing', ...base }).tell({ type: 'assistant.message', ...base, messageId: `mirror${i}` });
    }
    expect(story.turn).toBe(turn);
  });

  it('lock and file seen at the same moment gave two boxes', () => {
    const lock = 'lock:main/a.jsonl:1';
    const story = new Story()
      .start(lock, { lockName: lock })
      .start(lock, { lockName: lock })
      .ask('m1', { runId: lock });
    expect(story.tool(lock, 'c1').end(lock).wait(60_000).shown).toEqual([lock]);
  });

  it('bare and thread session of the same conversation both posted', () => {
    const bare = 'agent:main:mattermost:channel:chan1';
    const story = new Story().tell({ type: 'row', key: bare, at: 0, agentId: 'main' }).ask('m1').start('r1').end('r1');
    expect(story.shown).toEqual(['mm:-:main:default:m1']);
  });

  it('the main session was never tracked because its key names no channel', () => {
    const story = new Story()
      .say('l1', { key: 'agent:main:main', runId: 'r1', text: 'hi' })
      .start('r1', { key: 'agent:main:main' });
    expect(story.turn).toMatchObject({ route: { kind: 'none' }, phase: { status: 'active' } });
  });

  it('a whole history was dumped into a box at first sight', () => {
    const story = new Story().ask('m1').start('r1', { late: true });
    for (let i = 0; i < 50; i += 1) {
      const past = { key: KEY, at: story.now, tsMs: i, past: true, run: { runId: `old${i}` } } as const;
      story.tell({ type: 'tool', ...past, callId: `c${i}`, name: 'exec', phase: 'ended', outcome: 'done' });
    }
    expect(story.wait(5_000).steps).toEqual(['notice missed-beginning']);
  });

  it('orphaned active entries stayed for ever after a crash of the daemon', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'h', CHILD, 'c1').start('c1', { key: CHILD });
    story.restart().read({ ends: [] }).read({ key: CHILD, ends: [] }).synced().wait(60_000);
    expect(story.phase.status).toBe('interrupted');
    expect(story.turn.steps.every((step) => step.status !== 'running')).toBe(true);
  });

  it('a restart ended all', () => {
    const story = new Story().ask('m1').start('r1').restart().tool('r1', 'c1').end('r1', DONE);
    expect(story.phase.status).toBe('done');
  });
});
