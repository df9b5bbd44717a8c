import { LIMITS } from '@livestatus/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../state/testing/fake-clock.ts';
import { sinkSuite } from '../../testing/sinks/conformance.ts';
import { FakeMattermost, SECRET, TOKEN } from '../../testing/sinks/fake-mattermost.ts';
import { channelOf, ToldDaemon } from '../../testing/sinks/told-daemon.ts';
import { until } from '../../testing/sinks/until.ts';

sinkSuite({
  name: 'mattermost-plugin',
  env: { PLUGIN_SECRET: SECRET },
  prepare: () => {},
  shown: ({ plugin }, channelId) =>
    [...plugin.sessions.values()]
      .filter(({ session }) => session.channel_id === channelId)
      .map(({ session }) => ({ status: session.status, text: JSON.stringify(session.steps) })),
  boxes: ({ plugin }, channelId) =>
    [...plugin.posts.keys()].filter((id) => plugin.session(id)?.channel_id === channelId).length,
  isTelling: ({ path }) => path.endsWith('/sessions/batch'),
});

describe('mattermost-plugin sink', { timeout: 60_000 }, () => {
  let mattermost: FakeMattermost;
  let daemon: ToldDaemon;

  beforeEach(async () => {
    mattermost = await FakeMattermost.start();
    mattermost.channels.set(channelOf('a'), 'O');
    daemon = new ToldDaemon({
      MM_BASE_URL: mattermost.url,
      MM_BOT_TOKEN: TOKEN,
      PLUGIN_SECRET: SECRET,
      THROTTLE_MS: '50',
    });
  });
  afterEach(async () => {
    await daemon.dispose();
    await mattermost.stop();
  });

  const onDashboard = async (name: string) =>
    (await daemon.sessions()).find(({ channel_id }) => channel_id === channelOf(name));
  const sessions = () => [...mattermost.plugin.sessions.values()].map(({ session }) => session);

  test('authenticates with the secret in a header of its own and the bot token as Bearer', async () => {
    await daemon.start();
    await until('a batch came', () => mattermost.batches.length > 0);
    const batch = mattermost.requests.find(({ path }) => path.endsWith('/batch'));
    expect(batch?.headers).toMatchObject({ 'x-live-status-secret': SECRET, authorization: `Bearer ${TOKEN}` });
    const health = mattermost.requests.find(({ path }) => path.endsWith('/health'));
    expect(health?.headers.authorization).toBeUndefined();
  });

  test('P1: a session exists at once, its box is wanted after POST_DELAY_MS', async () => {
    await daemon.start({ POST_DELAY_MS: '400' });
    daemon.ask('a');
    await until('the session is there', () => sessions().length === 1);
    expect(sessions()[0]).toMatchObject({ status: 'active', post: 'none' });
    const since = performance.now();
    await until('the box is wanted', () => sessions()[0]?.post === 'wanted');
    expect(performance.now() - since).toBeGreaterThan(200);
  });

  test('P1: a quick answer gets no box', async () => {
    await daemon.start({ POST_DELAY_MS: '600000' });
    daemon.ask('a');
    daemon.end('a');
    await until('it has ended', () => sessions()[0]?.status === 'done');
    expect(mattermost.plugin.posts.size).toBe(0);
  });

  test('P1: a turn seen late wants its box at once', async () => {
    await daemon.start({ POST_DELAY_MS: '60000' });
    daemon.ask('a', { agoMs: 120_000 });
    await until('the box is wanted', () => sessions()[0]?.post === 'wanted');
  });

  test('T7: a turn that was taken back is deleted there', async () => {
    await daemon.start();
    daemon.ask('a');
    await until('the session is there', () => sessions().length === 1);
    daemon.end('a', { silent: true });
    await until('it is gone', () => sessions().length === 0);
    expect(mattermost.paths('DELETE')).toHaveLength(1);
  });

  test('privacy: a public channel gets summaries, a private one all, whatever the key says; the stricter one until it is known', async () => {
    mattermost.channels.set(channelOf('b'), 'P');
    let release = false;
    mattermost.fault = ({ path }) =>
      path.includes('/channels/') && !release ? { kind: 'status', status: 503 } : undefined;
    await daemon.start();
    for (const name of ['a', 'b']) {
      daemon.ask(name);
      daemon.tool(name, 'call-1');
    }
    const text = (channel: string) => JSON.stringify(sessions().filter(({ channel_id }) => channel_id === channel));
    await until(
      'both are there',
      () => text(channelOf('a')).includes('exec') && text(channelOf('b')).includes('exec'),
      sessions,
    );
    expect(text(channelOf('b'))).not.toContain('echo');
    release = true;
    await until('the private channel sees it', () => text(channelOf('b')).includes('echo call-1'), sessions);
    expect(text(channelOf('a'))).not.toMatch(/echo|please do/);
    expect(text(channelOf('b'))).toContain('please do b');
  });

  test('a direct message goes to the channel of bot and person, asked for once', async () => {
    await daemon.start();
    for (const name of ['a', 'b']) daemon.ask(name, { key: `agent:main:mattermost:direct:person-1:thread:${name}` });
    await until('both are there', () => sessions().length === 2, sessions);
    expect(sessions().map(({ channel_id, user_id }) => [channel_id, user_id])).toEqual([
      ['dm-bot-1-person-1', 'person-1'],
      ['dm-bot-1-person-1', 'person-1'],
    ]);
    expect(mattermost.paths('POST').filter((path) => path.endsWith('/direct'))).toHaveLength(1);
  });

  test('each account has its bot, its own batches and heartbeat', async () => {
    mattermost.bots.set('second-token', { id: 'bot-2', username: 'second' });
    await daemon.start({ MM_BOT_TOKEN_SECOND: 'second-token' });
    daemon.ask('a');
    daemon.ask('b', { accountId: 'second' });
    await until('both are there', () => sessions().length === 2, sessions);
    expect([...mattermost.plugin.sessions.values()].map(({ session, bot }) => [session.channel_id, bot])).toEqual(
      expect.arrayContaining([
        [channelOf('a'), 'bot-1'],
        [channelOf('b'), 'bot-2'],
      ]),
    );
  });

  test.each([
    { name: 'a channel of CHANNELS_DENY', env: { CHANNELS_DENY: channelOf('a') }, reason: 'channel_denied' },
    {
      name: 'a channel that CHANNELS_ALLOW does not list',
      env: { CHANNELS_ALLOW: channelOf('other') },
      reason: 'channel_not_allowed',
    },
    {
      name: 'a turn above MAX_ACTIVE_SESSIONS',
      env: { MAX_ACTIVE_SESSIONS: '1' },
      reason: 'too_many_active',
      first: 'b',
    },
    {
      name: 'a cron turn without SHOW_CRON',
      env: { SHOW_CRON: 'false' },
      reason: 'cron_hidden',
      key: 'agent:main:cron:job',
    },
    { name: 'a turn from elsewhere', env: {}, reason: 'not_from_mattermost', key: 'agent:main:main' },
  ])('$name stays on the dashboard and is counted', async ({ env, reason, first, key }) => {
    await daemon.start(env as Record<string, string>);
    if (first !== undefined) daemon.ask(first);
    daemon.ask('a', key === undefined ? {} : { key });
    await until('the dashboard has it', async () => (await daemon.sessions()).length === (first === undefined ? 1 : 2));
    await until(
      'it is counted',
      async () => {
        const detail = (await daemon.sink('mattermost'))?.detail;
        return detail?.[`dashboard_only_${reason}`] === 1;
      },
      () => daemon.health(),
    );
    expect(sessions().some(({ channel_id }) => channel_id === channelOf('a'))).toBe(false);
  });

  test('DEFAULT_CHANNEL takes what nobody asked for in Mattermost', async () => {
    await daemon.start({ DEFAULT_CHANNEL: channelOf('a') });
    daemon.ask('x', { key: 'agent:main:main' });
    await until('it is there', () => sessions()[0]?.channel_id === channelOf('a'), sessions);
  });

  test.each([
    { name: 'a wrong secret', spoil: (fake: FakeMattermost) => (fake.secret = 'another'), code: 'plugin_secret_wrong' },
    { name: 'no plugin', spoil: (fake: FakeMattermost) => (fake.isPluginThere = false), code: 'plugin_missing' },
    {
      name: 'a plugin without a secret',
      spoil: (fake: FakeMattermost) => {
        fake.fault = ({ path }) =>
          path.includes('/plugins/')
            ? { kind: 'status', status: 401, body: { code: 'secret_not_configured' } }
            : undefined;
      },
      code: 'plugin_secret_not_set',
    },
    {
      name: 'a redirect',
      spoil: (fake: FakeMattermost) => {
        fake.fault = ({ path }) =>
          path.includes('/plugins/')
            ? { kind: 'status', status: 301, headers: { location: 'https://chat.example.org/x' } }
            : undefined;
      },
      code: 'plugin_redirected',
    },
  ])('$name is said on /health with what to do, once in the log, and sends nothing', async ({ spoil, code }) => {
    spoil(mattermost);
    await daemon.start();
    daemon.ask('a');
    await until(
      'it is said',
      async () => (await daemon.sink('mattermost-plugin'))?.code === code,
      () => daemon.health(),
    );
    expect((await daemon.sink('mattermost-plugin'))?.reason).toMatch(/\. /);
    expect(mattermost.requests.filter(({ path }) => path.endsWith('/batch'))).toHaveLength(0);
    expect(daemon.logged.filter((line) => line.includes(code))).toHaveLength(1);
  });

  test('a plugin that is disabled in the middle is noticed at once, and a channel that refuses names itself', async () => {
    await daemon.start();
    daemon.ask('a');
    await until('the session is there', () => sessions().length === 1);
    mattermost.plugin.forbidden.add(channelOf('b'));
    daemon.ask('b');
    await until(
      'the refusal is said',
      async () => (await daemon.sink('mattermost'))?.code === 'channel_forbidden',
      () => daemon.health(),
    );
    expect(await daemon.sink('mattermost')).toMatchObject({
      reason: expect.stringContaining(channelOf('b')),
      detail: { channels_channel_forbidden: 1 },
    });
    expect((await onDashboard('b'))?.routing).toMatchObject({ state: 'dashboard_only', code: 'channel_forbidden' });
    mattermost.plugin.forbidden.delete(channelOf('b'));
    daemon.end('b');
    await until('b is taken', async () => (await onDashboard('b'))?.status === 'done' && sessions().length === 2);
    await until('and nothing is in its way', async () => (await onDashboard('b'))?.routing === undefined);
    mattermost.isPluginThere = false;
    daemon.tool('a', 'call-1');
    await until(
      'it is missed',
      async () => (await daemon.sink('mattermost-plugin'))?.code === 'plugin_missing',
      () => daemon.health(),
    );
  });

  test('D7: a server that was away is told again as soon as it is found, however long the breaker would pause', async () => {
    const clock = new FakeClock(Date.now());
    daemon = new ToldDaemon(
      {
        MM_BASE_URL: mattermost.url,
        MM_BOT_TOKEN: TOKEN,
        PLUGIN_SECRET: SECRET,
        CIRCUIT_BREAKER_THRESHOLD: '1',
        CIRCUIT_BREAKER_COOLDOWN_S: '3600',
      },
      clock,
    );
    await daemon.start();
    const state = async () => (await daemon.sink('mattermost-plugin'))?.state;
    /** The daemon's time passes faster than ours; the breaker's is ours. */
    const passing = (isTrue: () => boolean | Promise<boolean>) => async () => {
      clock.advance(200);
      return isTrue();
    };
    daemon.ask('a');
    await until(
      'the session is there',
      passing(() => sessions().length === 1),
    );
    mattermost.fault = () => ({ kind: 'cut' });
    daemon.tool('a', 'call-1');
    await until(
      'the other way is tried',
      passing(async () => (await daemon.sink('mattermost-rest')) !== undefined),
    );
    mattermost.fault = () => undefined;
    daemon.end('a');
    await until(
      'it is told',
      passing(() => sessions()[0]?.status === 'done'),
      () => daemon.health(),
    );
    await until(
      'all is well',
      passing(async () => (await state()) === 'ok'),
    );
  });

  test('P4: a box that the plugin cannot write is said once in the log, and on /health; the session goes on', async () => {
    mattermost.plugin.postCode = 'post_deleted';
    await daemon.start();
    daemon.ask('a');
    await until(
      'it is said',
      async () => (await daemon.sink('mattermost'))?.detail?.boxes_post_deleted === 1,
      () => daemon.health(),
    );
    const noBox = { state: 'no_box', code: 'post_deleted', reason: expect.stringContaining('deleted') };
    expect((await onDashboard('a'))?.routing).toEqual(noBox);
    daemon.tool('a', 'call-1');
    daemon.end('a');
    await until('it has ended', () => sessions()[0]?.status === 'done', sessions);
    expect(sessions()[0]).not.toHaveProperty('routing');
    expect(daemon.logged.filter((line) => line.includes('post_deleted') && line.includes('status box'))).toHaveLength(
      1,
    );
    await daemon.stop();
    mattermost.plugin.postCode = undefined;
    await daemon.start();
    expect((await onDashboard('a'))?.routing, 'an ended turn keeps the reason that it had').toEqual(noBox);
  });

  test('an answer that asks for a resync, a duplicated and a huge request change nothing in the end', async () => {
    await daemon.start();
    daemon.ask('a');
    await until('the session is there', () => sessions().length === 1);
    const stored = [...mattermost.plugin.sessions.values()][0];
    if (stored) stored.session = { ...stored.session, seq: stored.session.seq + LIMITS.leaseMs };
    mattermost.fault = ({ path }) => (path.endsWith('/batch') ? { kind: 'duplicate' } : undefined);
    daemon.tool('a', 'call-1');
    daemon.end('a');
    await until('it has ended', () => sessions()[0]?.status === 'done', sessions);
    expect(sessions()[0]?.steps).toHaveLength(1);
  });

  test('the post id of the answer is kept over a restart and sent again', async () => {
    await daemon.start({ POST_DELAY_MS: '0' });
    daemon.ask('a');
    await until('the box is there', () => sessions()[0]?.post_id !== undefined);
    const postId = sessions()[0]?.post_id;
    await daemon.stop();
    mattermost.plugin.forgetSessions();
    mattermost.plugin.posts.clear();
    await daemon.start();
    await until('the session is there again', () => sessions().length === 1);
    expect(sessions()[0]?.post_id).toBe(postId);
  });

  test.each([
    { name: 'by the same daemon', restart: async () => {} },
    {
      name: 'by its next life',
      restart: async () => {
        await daemon.stop();
        await daemon.start({ POST_DELAY_MS: '0' });
      },
    },
  ])(
    'D5: an ended entry that is sent again $name after its deletion is what it was, in the same box',
    async ({ restart }) => {
      await daemon.start({ POST_DELAY_MS: '0' });
      daemon.ask('a');
      daemon.tool('a', 'call-1');
      await until('the box is there', () => sessions()[0]?.post_id !== undefined, sessions);
      const before = sessions()[0];
      let isLosing = true;
      mattermost.fault = ({ body }) =>
        isLosing && body.includes('"status":"done"') ? { kind: 'lose_answer' } : undefined;
      daemon.end('a');
      await until('the plugin has its end', () => sessions()[0]?.status === 'done', sessions);
      mattermost.plugin.forgetSessions();
      await restart();
      isLosing = false;
      await until('the plugin has its end again', () => sessions()[0]?.status === 'done', sessions);
      expect(sessions()[0]).toMatchObject({ id: before?.id, post_id: before?.post_id, tool_calls: 1 });
      expect(mattermost.plugin.posts.size).toBe(1);
      await until(
        'the daemon knows that it was told',
        async () => (await daemon.sink('mattermost-plugin'))?.detail?.pending === 0,
        () => daemon.health(),
      );
      expect(mattermost.plugin.active()).toEqual([]);
    },
  );

  test('metrics tell of batches and sessions', async () => {
    await daemon.start();
    daemon.ask('a');
    await until('the session is there', () => sessions().length === 1);
    const text = await (await fetch(`${daemon.url}/metrics`)).text();
    expect(text).toMatch(/livestatus_sink_batch_seconds_count\{result="answered"\} [1-9]/);
    expect(text).toMatch(/livestatus_sink_sessions_total\{sink="plugin",receipt="stored"\} 1/);
    expect(text).toMatch(/livestatus_sink_state\{name="mattermost-plugin",state="ok"\} 1/);
  });
});
