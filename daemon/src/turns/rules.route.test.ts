import { describe, expect, it } from 'vitest';
import type { RowEvent } from './events.ts';
import { CHILD, DONE, KEY, Story } from './testing/story.ts';

const MAIN = 'agent:main:main';
const row = (story: Story, key: string, over: Partial<RowEvent>) =>
  story.tell({ type: 'row', key, at: story.now, ...over });
const dm = (userId: string) => ({ route: { chat: 'direct', userId, channelId: `dm-${userId}` } as const });

describe('T10: the route of a turn', () => {
  it('is completed by a row that comes during the turn', () => {
    const story = new Story().ask('m1', { key: MAIN, transport: { channel: 'mattermost', messageId: 'm1' } });
    story.start('r1', { key: MAIN });
    expect(story.turn.route).toEqual({ kind: 'direct', userId: 'ann', accountId: 'default' });
    row(story, MAIN, dm('ann'));
    expect(story.turn.route).toMatchObject({ userId: 'ann', channelId: 'dm-ann' });
  });

  it('does not follow the row of a shared key to the next person', () => {
    const story = row(new Story(), MAIN, dm('ann')).ask('m1', { key: MAIN }).start('r1', { key: MAIN });
    row(story, MAIN, dm('bob'));
    expect(story.turn.route).toMatchObject({ userId: 'ann', channelId: 'dm-ann' });
    story.ask('m2', { key: MAIN, senderId: 'bob' }).end('r1', DONE, MAIN).start('r2', { key: MAIN });
    expect(story.named('mm:-:main:default:m2').route).toMatchObject({ userId: 'bob', channelId: 'dm-bob' });
    row(story, MAIN, dm('ann'));
    expect(story.named('mm:-:main:default:m2').route).toMatchObject({ userId: 'bob', channelId: 'dm-bob' });
  });

  it('of a run on the main session without a message is the dashboard', () => {
    const story = row(new Story(), MAIN, dm('ann')).say('l1', { key: MAIN, runId: 'r1', text: 'cli' });
    expect(story.start('r1', { key: MAIN }).turn.route).toEqual({ kind: 'none' });
  });

  it('sub-agents have none of their own', () => {
    const story = new Story().ask('m1').start('r1').spawn('r1', 'helper', CHILD, 'c1');
    row(story, CHILD, { spawnedBy: KEY, ...dm('eve') }).start('c1', { key: CHILD });
    expect(story.turn.route).toMatchObject({ kind: 'public', channelId: 'chan1', rootId: 'root1' });
  });

  it('agent, window and their later corrections come from the row', () => {
    const story = row(new Story(), KEY, { agentId: 'main', agentName: 'Clawd' }).ask('m1').start('r1');
    expect(story.turn.agent).toEqual({ id: 'main', name: 'Clawd', runtime: 'openclaw' });
    const { turn } = row(story, KEY, { contextWindow: 200_000, agentName: 'Clawdia' });
    expect(turn).toMatchObject({ contextWindow: 200_000, agent: { name: 'Clawdia' } });
    expect(row(story, KEY, { contextWindow: 200_000 }).turn).toBe(turn);
  });
});
