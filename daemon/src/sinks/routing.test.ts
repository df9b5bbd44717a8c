import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeMattermost, SECRET, TOKEN } from '../testing/sinks/fake-mattermost.ts';
import { channelOf, ToldDaemon } from '../testing/sinks/told-daemon.ts';
import { until } from '../testing/sinks/until.ts';
import { readBox } from './mattermost-rest/box/props.ts';

/** Where a turn stands in Mattermost, and who has written it. */
interface Shown {
  readonly channel: string;
  readonly root: string;
  readonly bot: string;
}

const [A, B] = [channelOf('a'), channelOf('b')];
const KEY = 'agent:main:mattermost';
const CRON = 'agent:main:cron:nightly';
const MAIN = 'agent:main:main';

describe.each([
  {
    sink: 'mattermost-plugin',
    env: { PLUGIN_SECRET: SECRET },
    shown: ({ plugin }: FakeMattermost): readonly Shown[] =>
      [...plugin.sessions.values()].map(({ session: { channel_id = '', root_id = '' }, bot }) => ({
        channel: channel_id,
        root: root_id,
        bot,
      })),
    texts: ({ plugin }: FakeMattermost): readonly string[] =>
      [...plugin.sessions.values()].map(({ session }) => JSON.stringify(session)),
  },
  {
    sink: 'mattermost-rest',
    env: {},
    shown: ({ posts }: FakeMattermost): readonly Shown[] =>
      [...posts.values()]
        .filter((post) => readBox(post) !== undefined)
        .map(({ channel_id, root_id, user_id }) => ({ channel: channel_id, root: root_id, bot: user_id })),
    texts: ({ posts }: FakeMattermost): readonly string[] => [...posts.values()].map(({ message }) => message),
  },
])('where turns go, by $sink', { timeout: 60_000 }, ({ env, shown, texts }) => {
  let mattermost: FakeMattermost;
  let daemon: ToldDaemon;

  beforeEach(async () => {
    mattermost = await FakeMattermost.start();
    for (const channel of [A, B]) mattermost.channels.set(channel, 'P');
    mattermost.bots.set('second-token', { id: 'bot-2', username: 'second' });
    for (const root of ['root-1', 'post-x']) mattermost.addRequest(root);
    daemon = new ToldDaemon({
      MM_BASE_URL: mattermost.url,
      MM_BOT_TOKEN: TOKEN,
      THROTTLE_MS: '50',
      POST_DELAY_MS: '0',
      ...env,
    });
  });
  afterEach(async () => {
    await daemon.dispose();
    await mattermost.stop();
  });

  const stands = async (expected: Partial<Shown>): Promise<void> => {
    await until(
      'it is shown',
      () => shown(mattermost).length > 0,
      () => daemon.health(),
    );
    expect(shown(mattermost)).toEqual([{ root: '', bot: 'bot-1', ...expected }]);
  };

  /** On the dashboard, with the reason, and counted on /health; nowhere else. */
  const staysHere = async (code: string): Promise<void> => {
    await until(
      `the dashboard says ${code}`,
      async () => (await daemon.sessions()).some(({ routing }) => routing?.code === code),
      () => daemon.sessions(),
    );
    const left = (await daemon.sessions()).find(({ routing }) => routing?.code === code);
    expect(left?.routing).toEqual({ state: 'dashboard_only', code, reason: expect.stringMatching(/\.$/) });
    expect((await daemon.sink('mattermost'))?.detail?.[`dashboard_only_${code}`]).toBe(1);
    // A turn of the same kind that may be shown comes after it: nothing of the first one is on its way.
    daemon.ask('witness', { key: `${KEY}:channel:${B}` });
    await until('the witness is shown', () => shown(mattermost).some(({ channel }) => channel === B));
    expect(shown(mattermost)).toHaveLength(1);
    expect(await daemon.sessions()).toContainEqual(
      expect.not.objectContaining({ routing: expect.anything(), channel_id: A }),
    );
  };

  test.each<{ name: string; type: 'O' | 'P' | 'G'; key: string; replyToId?: string; expected: Partial<Shown> }>([
    { name: 'a public channel', type: 'O', key: `${KEY}:channel:${A}`, expected: { channel: A } },
    { name: 'a private channel', type: 'P', key: `${KEY}:channel:${A}`, expected: { channel: A } },
    { name: 'a group message', type: 'G', key: `${KEY}:group:${A}`, expected: { channel: A } },
    {
      name: 'a thread that the key names',
      type: 'P',
      key: `${KEY}:channel:${A}:thread:root-1`,
      expected: { channel: A, root: 'root-1' },
    },
    {
      name: 'a thread that the message names',
      type: 'P',
      key: `${KEY}:channel:${A}`,
      replyToId: 'root-1',
      expected: { channel: A, root: 'root-1' },
    },
    { name: 'a direct message', type: 'P', key: `${KEY}:direct:person-1`, expected: { channel: 'dm-bot-1-person-1' } },
  ])('$name', async ({ type, key, replyToId = '', expected }) => {
    mattermost.channels.set(A, type);
    await daemon.start();
    daemon.ask('x', { key, replyToId });
    await stands(expected);
  });

  test('a sub-agent works in the box of its root', async () => {
    await daemon.start();
    daemon.ask('x', { key: `${KEY}:channel:${A}` });
    daemon.begin('child', { key: 'agent:main:subagent:1', spawnedBy: `${KEY}:channel:${A}` });
    daemon.tool('child', 'call-of-the-child', 'started', 'agent:main:subagent:1');
    await until(
      'its tool is shown',
      () => texts(mattermost).some((text) => /call-of-the-child|`sub-agent`: 1 tool/.test(text)),
      () => texts(mattermost),
    );
    await stands({ channel: A });
  });

  test('each account has its own bot', async () => {
    await daemon.start({ MM_BOT_TOKEN_SECOND: 'second-token' });
    daemon.ask('x', { key: `${KEY}:channel:${A}`, accountId: 'second' });
    await stands({ channel: A, bot: 'bot-2' });
  });

  test('a direct message of an account without a bot stays here: another bot would be another conversation', async () => {
    await daemon.start({ MM_BOT_TOKEN_SECOND: 'second-token' });
    daemon.ask('x', { key: `${KEY}:direct:person-1`, accountId: 'third' });
    await staysHere('no_bot');
  });

  test('what nobody asked for in Mattermost stays here', async () => {
    await daemon.start();
    daemon.ask('x', { key: MAIN });
    await staysHere('not_from_mattermost');
  });

  test('DEFAULT_CHANNEL takes it', async () => {
    await daemon.start({ DEFAULT_CHANNEL: A });
    daemon.ask('x', { key: MAIN });
    await stands({ channel: A });
  });

  test('CHANNELS_DENY counts for DEFAULT_CHANNEL too', async () => {
    await daemon.start({ DEFAULT_CHANNEL: A, CHANNELS_DENY: A });
    daemon.ask('x', { key: MAIN });
    await staysHere('channel_denied');
  });

  test.each([
    {
      name: 'a channel of CHANNELS_DENY',
      key: `${KEY}:channel:${A}`,
      more: { CHANNELS_DENY: A },
      code: 'channel_denied',
    },
    {
      name: 'a channel that CHANNELS_ALLOW does not list',
      key: `${KEY}:channel:${A}`,
      more: { CHANNELS_ALLOW: B },
      code: 'channel_not_allowed',
    },
    {
      name: 'a direct message whose channel CHANNELS_ALLOW does not list',
      key: `${KEY}:direct:person-1`,
      more: { CHANNELS_ALLOW: B },
      code: 'channel_not_allowed',
    },
  ])('$name stays here', async ({ key, more, code }) => {
    await daemon.start(more as Record<string, string>);
    daemon.ask('x', { key });
    await staysHere(code);
  });

  test('a channel that CHANNELS_ALLOW lists is shown', async () => {
    await daemon.start({ CHANNELS_ALLOW: `${B},${A}` });
    daemon.ask('x', { key: `${KEY}:channel:${A}` });
    await stands({ channel: A });
  });

  test('SHOW_CRON: what a schedule started goes to DEFAULT_CHANNEL, or stays here', async () => {
    await daemon.start({ DEFAULT_CHANNEL: A });
    daemon.begin('job', { key: CRON });
    await stands({ channel: A });
    await daemon.stop();
    await daemon.start({ DEFAULT_CHANNEL: A, SHOW_CRON: 'false' });
    daemon.begin('next', { key: `${CRON}-again` });
    await until(
      'the dashboard says why',
      async () => (await daemon.sessions()).some(({ routing }) => routing?.code === 'cron_hidden'),
      () => daemon.sessions(),
    );
    daemon.ask('witness', { key: `${KEY}:channel:${B}` });
    await until('the witness is shown', () => shown(mattermost).some(({ channel }) => channel === B));
    expect(shown(mattermost).filter(({ channel }) => channel === A)).toHaveLength(1);
  });

  test('SHOW_HEARTBEAT off: a heartbeat is shown from its first tool call, and not at all without one', async () => {
    await daemon.start({ DEFAULT_CHANNEL: A });
    daemon.begin('idle', { key: MAIN, heartbeat: true });
    daemon.end('idle', { key: MAIN });
    daemon.begin('beat', { key: MAIN, heartbeat: true });
    daemon.ask('witness', { key: `${KEY}:channel:${B}` });
    await stands({ channel: B });
    expect(await daemon.sessions()).toHaveLength(1);
    daemon.tool('beat', 'call-of-the-beat', 'started', MAIN);
    await until('the heartbeat is shown', () => shown(mattermost).length === 2);
    expect(shown(mattermost).map(({ channel }) => channel)).toEqual([B, A]);
  });

  test('SHOW_HEARTBEAT on: a heartbeat is shown from its start', async () => {
    await daemon.start({ DEFAULT_CHANNEL: A, SHOW_HEARTBEAT: 'true' });
    daemon.begin('beat', { key: MAIN, heartbeat: true });
    await stands({ channel: A });
  });
});
