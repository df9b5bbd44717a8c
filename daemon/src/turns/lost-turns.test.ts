import { describe, expect, it } from 'vitest';
import { BOUNDS, TIMES } from './state.ts';
import { DONE, FAILED, KEY, Story } from './testing/story.ts';

const DAY_MS = 86_400_000;
const lost = () => new Story().ask('m1').start('r1').tool('r1', 'c1').lose().synced().wait(60_000);

describe('T9: evidence that comes late corrects a lost turn, however late', () => {
  it.each([
    ['its end', (story: Story) => story.end('r1', FAILED), 'error'],
    [
      'its end in a history',
      (story: Story) => story.read({ ends: [{ runId: 'r1', outcome: DONE, tsMs: 1_002_000 }] }),
      'done',
    ],
    ['a sign of life', (story: Story) => story.tool('r1', 'c1', { phase: 'updated' }), 'active'],
  ])('%s, three days after', (_what, tell, status) => {
    const story = tell(lost().wait(3 * DAY_MS));
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', phase: { status } });
    expect(story.shown).toEqual(['mm:-:main:default:m1']);
  });

  it('over a restart of the daemon too', () => {
    const story = lost().wait(DAY_MS).restart().wait(DAY_MS).end('r1');
    expect(story.phase.status).toBe('done');
  });

  it('as long as its session is kept', () => {
    const story = lost().wait(TIMES.keepLostMs);
    expect(story.tracker.takeDirty()).toEqual([]);
    expect(story.turns).toEqual([]);
  });

  it('its history is asked for during the first hour', () => {
    const story = lost();
    expect(story.tracker.openKeys()).toEqual([KEY]);
    story.wait(3_600_000).ask('m9', { key: `${KEY}9` });
    expect(story.tracker.openKeys()).toEqual([]);
  });

  it('a recovery of another day is not its own', () => {
    const story = lost().wait(DAY_MS);
    story.say('l2', { runId: 'r2', provenance: { kind: 'main_session_restart_recovery' } }).start('r2');
    expect(story.names).toEqual(['mm:-:main:default:m1', 'run:r2']);
  });

  it('they are bounded: the one that was lost first is forgotten first', () => {
    const story = new Story({ isOldRun: (runId) => runId === 'r1' });
    const keys = Array.from({ length: BOUNDS.lostTurns + 2 }, (_, n) => `${KEY}${n}`);
    for (const [n, key] of keys.entries()) story.ask(`m${n}`, { key }).start(`r${n}`, { key }).wait(1);
    story.lose().synced().wait(60_000);
    expect(story.turns).toHaveLength(BOUNDS.lostTurns);
    expect(story.end('r1', DONE, keys[1]).names).not.toContain('mm:-:main:default:m1');
    expect(story.end('r2', DONE, keys[2]).named('mm:-:main:default:m2').phase.status).toBe('done');
  });

  it('one that was corrected is kept for 10 min, like any other', () => {
    const story = lost().wait(DAY_MS).end('r1').wait(TIMES.keepEndedMs);
    expect(story.turns).toEqual([]);
  });
});
