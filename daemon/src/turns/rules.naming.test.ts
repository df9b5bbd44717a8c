import { describe, expect, it } from 'vitest';
import { CHILD, DONE, KEY, Story } from './testing/story.ts';

const CRON = 'agent:main:cron:job1:run:1';
const MAIN = 'agent:main:main';

describe('T1: a turn is named by who serves which request', () => {
  it('a run takes the request that came before it', () => {
    const { turn } = new Story().ask('m1').wait(20).start('r1');
    expect(turn).toMatchObject({ name: 'mm:-:main:default:m1', requestedBy: 'ann', requestPostId: 'm1' });
    expect(turn.requestText).toBe('please m1');
  });

  it('whatever its age', () => {
    expect(new Story().ask('m1').wait(3_600_000).start('r1').names).toEqual(['mm:-:main:default:m1']);
  });

  it('the newest that no run has taken', () => {
    const story = new Story().ask('m1').ask('m2').start('r1').wait(10).end('r1').start('r2');
    expect(story.names).toEqual(['mm:-:main:default:m2', 'mm:-:main:default:m1']);
  });

  it('a message alone opens no turn', () => {
    expect(new Story().ask('m1').wait(600_000).turns).toEqual([]);
  });

  it('a request that arrives 300 ms after the start is still its own', () => {
    const story = new Story().start('r1').wait(299);
    expect(story.turns).toEqual([]);
    expect(story.ask('m1').names).toEqual(['mm:-:main:default:m1']);
  });

  it('one that arrives later is not: the run is named by itself', () => {
    const story = new Story().start('r1').wait(300);
    expect(story.names).toEqual(['run:r1']);
    expect(story.ask('m1').names).toEqual(['run:r1']);
    expect(story.end('r1').start('r2').names).toEqual(['run:r1', 'mm:-:main:default:m1']);
  });

  it('a steering message names no run', () => {
    const story = new Story().ask('m1', { steerTargetRunId: 'r0' }).start('r1').wait(300);
    expect(story.names).toEqual(['run:r1']);
  });

  it('a message that was queued with others has no transport, and its run is named by itself', () => {
    const story = new Story().start('r1').say('line', { text: 'and this' }).wait(300);
    expect(story.turn).toMatchObject({ name: 'run:r1', requestText: 'and this', startedMs: story.now - 300 });
    expect(story.turn.requestedBy).toBeUndefined();
  });

  it('two agents that serve one post have a turn each', () => {
    const review = { key: 'agent:review:mattermost:channel:chan1:thread:root1' };
    const story = new Story()
      .ask('m1')
      .ask('m1', { ...review, accountId: 'review' })
      .start('r1')
      .start('r2', review);
    expect(story.names).toEqual(['mm:-:main:default:m1', 'mm:-:review:review:m1']);
  });

  it('the bot that serves it is part of the name, when it is known', () => {
    expect(new Story().ask('m1', { botUserId: 'bot1' }).start('r1').names).toEqual(['mm:bot1:main:default:m1']);
  });

  it('a message of another chat names no turn: its id is not unique', () => {
    const telegram = { key: 'agent:main:telegram:direct:7', transport: { channel: 'telegram', messageId: '1' } };
    const story = new Story().ask('x', telegram).wait(10).start('r1', { key: telegram.key });
    expect(story.turn).toMatchObject({ name: 'run:r1', route: { kind: 'none' }, startedMs: 1_000_000 });
    expect(story.turn).not.toHaveProperty('requestPostId');
    expect(story.turn).not.toHaveProperty('requestedBy');
  });

  it("a run takes the message that names it, not a stranger's older one", () => {
    const story = new Story().ask('m1', { key: MAIN }).say('l2', { key: MAIN, runId: 'r1', text: 'from the CLI' });
    expect(story.start('r1', { key: MAIN }).turn).toMatchObject({ name: 'run:r1', requestText: 'from the CLI' });
    expect(story.end('r1', DONE, MAIN).start('r2', { key: MAIN }).names).toContain('mm:-:main:default:m1');
  });

  it('the message of a CLI run may come after the run has its name', () => {
    const story = new Story().start('r1', { key: MAIN }).wait(400).say('l1', { key: MAIN, runId: 'r1', text: 'late' });
    expect(story.turn).toMatchObject({ name: 'run:r1', requestText: 'late' });
    expect(story.say('l2', { key: MAIN, runId: 'r1', text: 'second' }).turn.requestText).toBe('late');
  });

  it.each([
    ['a heartbeat', { heartbeat: true }, KEY, 'r1'],
    ['an automatic run', { automatic: true }, KEY, 'r1'],
    ['a cron job', {}, CRON, 'r1'],
    ['a continuation of nothing that is known', {}, KEY, 'announce:v1:agent:main:subagent:k:r9'],
  ])('%s takes no request', (_what, over, key, runId) => {
    const story = new Story().ask('m1', { key }).start(runId, { key, ...over });
    story.tool(runId, 'c1', { key });
    expect(story.names).toEqual([`run:${runId}`]);
    expect(story.start('r2', { key: KEY }).names.includes('mm:-:main:default:m1')).toBe(key === KEY);
  });

  it("a sub-agent's run takes none", () => {
    const story = new Story()
      .ask('m1', { key: CHILD })
      .say('l1', { key: CHILD, runId: 'c1', text: '[Subagent Context]' });
    expect(story.start('c1', { key: CHILD }).wait(5_000).turn).toMatchObject({ name: 'run:c1', key: CHILD });
    expect(story.turn.requestText).toBeUndefined();
  });

  it('a name never changes', () => {
    const story = new Story().start('r1').wait(300).ask('m1').wait(10).tool('r1', 'c1').ask('m2').wait(10).end('r1');
    expect(story.names).toEqual(['run:r1']);
  });

  it('one that starts just after we came waits for the history of its key, and takes no later message', () => {
    const story = new Story().start('r1', { requestMayBePast: true }).wait(2_000).ask('m2');
    expect(story.names).toEqual([]);
    const line = { type: 'request', key: KEY, at: story.now, lineId: 'l1', recordedMs: 999_000 } as const;
    const request = { ...line, transport: { channel: 'mattermost', messageId: 'm1' }, accountId: 'default' };
    story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId: 'r1' }, startedMs: 1_000_000, request });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
    expect(new Story().start('r1', { requestMayBePast: true }).wait(5_000).names).toEqual(['run:r1']);
  });

  describe('that starts after frames were missed', () => {
    const missed = (story: Story) => ({ requestMayBePast: true, missedUntilMs: story.now });
    const inDoubt = () => {
      const story = new Story().ask('m1').wait(5_000);
      return story.start('r2', missed(story));
    };

    it('does not take at once what another run may have answered meanwhile', () => {
      const story = inDoubt();
      expect(story.names).toEqual([]);
      const line = { type: 'request', key: KEY, at: story.now, lineId: 'l2', recordedMs: story.now - 500 } as const;
      const request = { ...line, transport: { channel: 'mattermost', messageId: 'm2' }, accountId: 'default' };
      story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId: 'r2' }, startedMs: story.now, request });
      expect(story.names).toEqual(['mm:-:main:default:m2']);
    });

    it('takes it as soon as history says that it still waits, or when nothing spoke against it', () => {
      expect(inDoubt().wait(100).ask('m1', { recordedMs: 1_000_000 }).names).toEqual(['mm:-:main:default:m1']);
      expect(inDoubt().wait(5_000).names).toEqual(['mm:-:main:default:m1']);
    });

    it('takes at once what was heard since', () => {
      const story = new Story().wait(5_000);
      const doubt = missed(story);
      expect(story.ask('m1').wait(1_000).start('r2', doubt).names).toEqual(['mm:-:main:default:m1']);
    });
  });

  it('takes no message that an unseen run has heard, as history tells', () => {
    const heard = [{ runId: 'r1', lineId: 'line-m1', messageId: 'm1' }];
    const story = new Story()
      .ask('m1')
      .read({ ends: [{ runId: 'r1', outcome: DONE, tsMs: 1 }], heard })
      .start('r2');
    expect(story.names).toEqual([]);
    expect(story.ask('m2').names).toEqual(['mm:-:main:default:m2']);
  });

  it('a restart of the daemon finds the same turn', () => {
    const story = new Story().ask('m1').start('r1');
    const { id } = story.turn;
    expect(story.restart().tool('r1', 'c1').turn.id).toBe(id);
    expect(story.end('r1').turn.phase.status).toBe('done');
  });

  it('a restart while the run waits for its name, too', () => {
    expect(new Story().start('r1').restart().ask('m1').names).toEqual(['mm:-:main:default:m1']);
    const away = new Story().start('r1').restart().wait(60_000);
    expect(away.names).toEqual([]);
    expect(away.synced().wait(5_000).names).toEqual(['run:r1']);
  });

  it('on JSONL by its lock, whoever asks', () => {
    const story = new Story().start('lock:a:1', { lockName: 'lock:a:1' });
    story.ask('m1', { runId: 'lock:a:1' });
    expect(story.turn).toMatchObject({ name: 'lock:a:1', requestPostId: 'm1', requestedBy: 'ann' });
  });
});

describe('T1: a late join', () => {
  const request = (messageId: string) => ({
    type: 'request' as const,
    key: KEY,
    at: 0,
    lineId: `line-${messageId}`,
    recordedMs: 900_000,
    transport: { channel: 'mattermost', messageId },
    accountId: 'default',
    senderId: 'ann',
  });
  const joined = (story: Story, runId: string, over: object = {}) =>
    story.tell({ type: 'run.joined', key: KEY, at: story.now, run: { runId }, startedMs: 900_500, ...over });

  it('takes the request from history', () => {
    const story = joined(new Story(), 'r1', { request: request('m1') });
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', startedMs: 900_000, requestedBy: 'ann' });
    expect(story.steps).toEqual(['notice missed-beginning']);
  });

  it('waits up to 5 s for history, and says first that the beginning was missed', () => {
    const story = new Story().start('r1', { late: true }).tool('r1', 'c1').wait(4_999);
    expect(story.turns).toEqual([]);
    joined(story, 'r1', { request: request('m1') });
    expect(story.turn).toMatchObject({ name: 'mm:-:main:default:m1', startedMs: 900_000 });
    expect(story.steps).toEqual(['notice missed-beginning', 'tool exec running']);
  });

  it('without history it is named by itself, whatever message came last: that may be an answer or a steering one', () => {
    expect(new Story().start('r1', { late: true }).wait(5_000).names).toEqual(['run:r1']);
    expect(new Story().ask('m2').start('r1', { late: true }).wait(5_000).names).toEqual(['run:r1']);
  });

  it('the next message is not its request: that lies in the past', () => {
    const story = new Story().start('r1', { late: true }).ask('m2');
    joined(story, 'r1', { request: request('m1') });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
  });

  it('a line that names the run is its own, though', () => {
    expect(new Story().say('l1', { runId: 'r1', text: 'cli' }).start('r1', { late: true }).turn.requestText).toBe(
      'cli',
    );
  });

  it('its own request is no steering', () => {
    const story = new Story().start('r1', { late: true });
    joined(story, 'r1', { request: request('m1') });
    joined(story, 'r1', { request: request('m1') });
    expect(story.steps).toEqual(['notice missed-beginning']);
  });

  it('a request that another run has taken is not given twice', () => {
    const story = new Story().ask('m1').start('r1');
    joined(story, 'r2', { request: request('m1') });
    expect(story.wait(5_000).names).toEqual(['mm:-:main:default:m1', 'run:r2']);
    expect(story.named('mm:-:main:default:m1').phase.status).toBe('active');
  });

  it('a run without a transport is named by itself', () => {
    const { transport: _, ...cli } = request('m1');
    expect(joined(new Story(), 'r1', { request: { ...cli, text: 'cli' } }).names).toEqual(['run:r1']);
  });

  it('history alone opens no turn (T8)', () => {
    expect(joined(new Story(), 'r1', { request: request('m1'), over: true }).wait(10_000).turns).toEqual([]);
  });
});
