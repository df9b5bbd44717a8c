import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sinkSuite } from '../../testing/sinks/conformance.ts';
import { FakeMattermost, type FakePost, SECRET, TOKEN } from '../../testing/sinks/fake-mattermost.ts';
import { channelOf, ToldDaemon } from '../../testing/sinks/told-daemon.ts';
import { until } from '../../testing/sinks/until.ts';
import { readBox } from './box/props.ts';

const boxesIn = (mattermost: FakeMattermost, channelId: string): readonly FakePost[] =>
  [...mattermost.posts.values()].filter((post) => post.channel_id === channelId && readBox(post) !== undefined);

sinkSuite({
  name: 'mattermost-rest',
  env: {},
  prepare: () => {},
  shown: (mattermost, channelId) =>
    boxesIn(mattermost, channelId).map((post) => ({ status: readBox(post)?.status ?? '', text: post.message })),
  boxes: (mattermost, channelId) => boxesIn(mattermost, channelId).length,
  isTelling: ({ method, path }) => path.includes('/posts') && method !== 'GET',
});

describe('mattermost-rest sink', { timeout: 60_000 }, () => {
  let mattermost: FakeMattermost;
  let daemon: ToldDaemon;

  beforeEach(async () => {
    mattermost = await FakeMattermost.start();
    for (const name of ['a', 'b']) mattermost.channels.set(channelOf(name), 'P');
    daemon = new ToldDaemon({
      MM_BASE_URL: mattermost.url,
      MM_BOT_TOKEN: TOKEN,
      THROTTLE_MS: '50',
      POST_DELAY_MS: '0',
    });
  });
  afterEach(async () => {
    await daemon.dispose();
    await mattermost.stop();
  });

  const boxes = (name = 'a'): readonly FakePost[] => boxesIn(mattermost, channelOf(name));
  const seen = (): readonly unknown[] =>
    [...mattermost.posts.values()].map(({ id, message, props }) => ({ id, message, props }));
  const says = (text: string, name = 'a'): Promise<void> =>
    until(`a box says ${text}`, () => boxes(name).some(({ message }) => message.includes(text)), seen);
  const edits = (): number => mattermost.paths('PUT').length;

  test('a box is a typed post of the bot that says what it is', async () => {
    await daemon.start();
    daemon.ask('a');
    await says('**Working**');
    expect(boxes()[0]).toMatchObject({
      type: 'custom_livestatus',
      user_id: 'bot-1',
      pending_post_id: expect.stringMatching(/^bot-1:/),
    });
    daemon.tool('a', 'call-1');
    await says('echo call-1');
    daemon.end('a');
    await says('**Done** in');
    expect(boxes()[0]?.props).toMatchObject({ from_bot: 'true', livestatus: expect.stringContaining('"session"') });
  });

  test('P1: before POST_DELAY_MS there is no box, and a quick answer gets none', async () => {
    await daemon.start({ POST_DELAY_MS: '600000' });
    daemon.ask('a');
    daemon.tool('a', 'call-1');
    daemon.end('a');
    await until('it has ended', async () => (await daemon.sessions())[0]?.status === 'done');
    expect(mattermost.posts.size).toBe(0);
  });

  test('rate headers are obeyed before the server has to refuse', async () => {
    let told = 0;
    await daemon.start();
    mattermost.fault = ({ method }) => {
      if (method !== 'POST') return undefined;
      told = performance.now();
      return undefined;
    };
    mattermost.headers = { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '2' };
    daemon.ask('a');
    await says('**Working**');
    daemon.end('a');
    await says('**Done**');
    expect(performance.now() - told).toBeGreaterThan(1_900);
  });

  test('P2: exactly one box, when the answer to its creation is lost and the server does not remember', async () => {
    mattermost.isDeduplicating = false;
    let lost = 0;
    mattermost.fault = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/posts') || lost > 0) return undefined;
      lost += 1;
      return { kind: 'lose_answer' };
    };
    await daemon.start();
    daemon.ask('a');
    await until('the answer was lost', () => lost === 1);
    daemon.end('a');
    await says('**Done**');
    expect(boxes()).toHaveLength(1);
  });

  test('P2: the box of an earlier life is found, also when that died before it could note it', async () => {
    mattermost.isDeduplicating = false;
    await daemon.start();
    daemon.ask('a', { agoMs: 5_000 });
    await says('**Working**');
    await daemon.dispose();
    daemon = new ToldDaemon({ MM_BASE_URL: mattermost.url, MM_BOT_TOKEN: TOKEN, POST_DELAY_MS: '0' });
    await daemon.start();
    daemon.ask('a', { agoMs: 10_000 });
    daemon.end('a');
    await says('**Done**');
    expect(boxes()).toHaveLength(1);
  });

  test('P2: a post of somebody else that claims to be the box is not taken for it', async () => {
    await daemon.start();
    daemon.ask('a');
    await says('**Working**');
    const real = boxes()[0];
    if (real === undefined) throw new Error('no box');
    await daemon.stop();
    mattermost.posts.set('forged', { ...real, id: 'forged', user_id: 'evil', create_at: 1, props: { ...real.props } });
    await daemon.start();
    daemon.end('a');
    await says('**Done**');
    expect(mattermost.posts.get('forged')?.message).not.toContain('Done');
  });

  test.each([
    { name: 'a read-only channel', spoil: () => mattermost.readOnly.add(channelOf('a')), code: 'post_forbidden' },
    {
      name: 'an archived channel',
      spoil: () => mattermost.archived.add(channelOf('a')),
      code: 'post_channel_archived',
    },
    {
      name: 'a deleted thread',
      spoil: () => {},
      code: 'post_root_deleted',
      key: `agent:main:mattermost:channel:${channelOf('a')}:thread:gone`,
    },
  ])(
    'P4: $name stops posting for that session, once said in the log, and keeps the others',
    async ({ spoil, code, key }) => {
      spoil();
      await daemon.start();
      daemon.ask('a', key === undefined ? {} : { key });
      await until(
        'it is said',
        () => daemon.logged.some((line) => line.includes(code)),
        () => daemon.logged.slice(-5),
      );
      daemon.tool('a', 'call-1', 'started', key);
      daemon.ask('b');
      await says('**Working**', 'b');
      expect(daemon.logged.filter((line) => line.includes(code) && line.includes('status box'))).toHaveLength(1);
      expect(boxes('a')).toHaveLength(0);
    },
  );

  test('P4: a box that somebody deleted is never made again', async () => {
    await daemon.start();
    daemon.ask('a');
    await says('**Working**');
    const box = boxes()[0];
    if (box !== undefined) box.delete_at = Date.now();
    daemon.tool('a', 'call-1');
    await until('it is said', () => daemon.logged.some((line) => line.includes('post_deleted')));
    daemon.end('a');
    await daemon.stop();
    await daemon.start();
    daemon.ask('b');
    await says('**Working**', 'b');
    expect(boxes()).toHaveLength(1);
  });

  test('P6: when the daemon stops its boxes say "No longer observed", and go on after its start', async () => {
    await daemon.start();
    daemon.ask('a');
    await says('**Working** · as of');
    await daemon.stop();
    expect(boxes()[0]?.message).toMatch(/^\*\*No longer observed\*\*/);
    await daemon.start();
    daemon.tool('a', 'call-1');
    await says('echo call-1');
    expect(boxes()).toHaveLength(1);
  });

  test('T7: a box that stands when the turn needs no reply says so', async () => {
    await daemon.start();
    daemon.ask('a');
    await says('**Working**');
    daemon.end('a', { silent: true });
    await says('**No reply needed**');
  });

  describe('P3: who writes', () => {
    const withPlugin = (): Promise<void> => daemon.start({ PLUGIN_SECRET: SECRET });

    test('P3: the plugin if it is there: no post of ours', async () => {
      await withPlugin();
      daemon.ask('a');
      await until('the plugin has the session', () => mattermost.plugin.active().length === 1);
      daemon.end('a');
      await until('and its end', () => mattermost.plugin.active().length === 0);
      expect(mattermost.posts.size).toBe(0);
    });

    test('P3: REST at once where there is no plugin', async () => {
      mattermost.isPluginThere = false;
      await withPlugin();
      daemon.ask('a');
      await says('**Working**');
    });

    test('P3: a plugin that goes is missed for 10 s, then REST edits its very post; it hands back with what happened meanwhile', async () => {
      await withPlugin();
      daemon.ask('a');
      daemon.ask('b');
      await until('the plugin has both', () => mattermost.plugin.posts.size === 2);
      for (const [id, postId] of mattermost.plugin.posts) mattermost.adoptAsPluginPost(postId, id);
      mattermost.isPluginThere = false;
      const gone = performance.now();
      daemon.tool('a', 'call-1');
      daemon.end('b');
      await says('echo call-1');
      expect(performance.now() - gone).toBeGreaterThan(9_000);
      await says('**Done**', 'b');
      expect([boxes('a').length, boxes('b').length]).toEqual([1, 1]);
      const editsBefore = edits();
      mattermost.isPluginThere = true;
      await daemon.stop();
      await withPlugin();
      await until(
        'the plugin has the end of b',
        () => mattermost.plugin.active().length === 1,
        () => [...mattermost.plugin.sessions.values()],
      );
      daemon.end('a');
      await until('and of a', () => mattermost.plugin.active().length === 0);
      // The farewell of the daemon that stopped is the only edit since.
      expect(edits() - editsBefore).toBeLessThanOrEqual(1);
    });
  });
});
