import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judgeBots, judgeChannels, judgePlugin, judgeServer } from '../cli/doctor/mattermost-checks.ts';
import { loadConfig } from '../config/load.ts';
import { FakeMattermost, SECRET, TOKEN } from '../testing/sinks/fake-mattermost.ts';
import { channelOf } from '../testing/sinks/told-daemon.ts';
import { probeMattermost } from './probe-mattermost.ts';

describe('doctor and Mattermost', () => {
  let mattermost: FakeMattermost;

  beforeEach(async () => {
    mattermost = await FakeMattermost.start();
    mattermost.headers = { 'x-version-id': '9.9.0.dev.abc.false' };
    mattermost.channels.set(channelOf('in'), 'O');
  });
  afterEach(() => mattermost.stop());

  async function doctor(env: Readonly<Record<string, string>> = {}) {
    const loaded = loadConfig({
      env: { MM_BASE_URL: mattermost.url, MM_BOT_TOKEN: TOKEN, PLUGIN_SECRET: SECRET, HEALTH_PORT: '1', ...env },
      home: '/',
      cwd: '/',
      readSecretFile: () => ({ text: '', mode: 0o600 }),
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const probe = await probeMattermost(loaded.config, new AbortController().signal);
    return {
      server: judgeServer(probe),
      bots: judgeBots(probe),
      channels: judgeChannels(probe),
      plugin: judgePlugin(probe),
    };
  }

  test('all is well: version, bot, channels and plugin, each with its latency', async () => {
    const found = await doctor({ DEFAULT_CHANNEL: channelOf('in') });
    expect(found).toMatchObject({
      server: { status: 'pass', found: `${mattermost.url}, Mattermost 9.9.0`, latency_ms: expect.any(Number) },
      bots: { status: 'pass', found: '@agent', latency_ms: expect.any(Number) },
      channels: { status: 'pass' },
      plugin: { status: 'pass', found: 'Version 5.0.0, the secret is accepted', latency_ms: expect.any(Number) },
    });
    expect(mattermost.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('a wrong token, an absent bot, a wrong secret', async () => {
    const found = await doctor({ MM_BOT_TOKEN: 'wrong', PLUGIN_SECRET: 'wrong-secret' });
    expect(found.bots).toMatchObject({
      status: 'fail',
      found: 'MM_BOT_TOKEN: Mattermost refuses the token of MM_BOT_TOKEN.',
    });
    expect(found.channels.status).toBe('skip');
    expect(found.plugin).toMatchObject({ status: 'fail', found: 'The plugin refuses PLUGIN_SECRET.' });
    for (const { status, cure } of Object.values(found)) if (status === 'fail') expect(cure).toMatch(/^[A-Z].*\.$/);
  });

  test('a channel without a bot is named', async () => {
    const { channels } = await doctor({ CHANNELS_ALLOW: `${channelOf('in')},${channelOf('out')}` });
    expect(channels).toMatchObject({ status: 'fail', found: expect.stringContaining(channelOf('out')) });
    expect(channels.found).not.toContain(channelOf('in'));
  });

  test('no plugin, no secret, not wanted', async () => {
    mattermost.isPluginThere = false;
    expect((await doctor()).plugin).toMatchObject({
      status: 'fail',
      cure: expect.stringMatching(/^Upload and enable/),
    });
    expect((await doctor({ PLUGIN_SECRET: '' })).plugin.status).toBe('warn');
    expect((await doctor({ PLUGIN_ENABLED: 'false' })).plugin.status).toBe('skip');
  });

  test('a server that is not there, and one whose clock is wrong', async () => {
    mattermost.headers = { date: new Date(Date.now() + 120_000).toUTCString() };
    expect((await doctor()).server).toMatchObject({
      status: 'warn',
      found: expect.stringMatching(/1(19|20|21) s ahead/),
    });
    await mattermost.stop();
    const found = await doctor();
    expect(found.server).toMatchObject({ status: 'fail', found: expect.stringContaining('did not answer') });
    expect([found.bots.status, found.channels.status, found.plugin.status]).toEqual(['skip', 'skip', 'skip']);
  });

  test('without MM_BASE_URL there is nothing to look at', async () => {
    const found = await doctor({ MM_BASE_URL: '', MM_BOT_TOKEN: '', PLUGIN_SECRET: '' });
    expect(Object.values(found).map(({ status }) => status)).toEqual(['skip', 'skip', 'skip', 'skip']);
  });
});
