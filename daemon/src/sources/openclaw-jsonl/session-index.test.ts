import { describe, expect, it } from 'vitest';
import { rowFacts } from './session-index.ts';

/** Entries as in testdata/recordings/jsonl/mattermost. */
const CHANNEL = {
  deliveryContext: { channel: 'mattermost', to: 'channel:chan1', accountId: 'default', threadId: 'post1' },
  origin: { provider: 'mattermost', chatType: 'channel', to: 'channel:chan1' },
  contextTokens: 128_000,
};
const DIRECT = {
  deliveryContext: { channel: 'mattermost', to: 'user:alice', accountId: 'default' },
  origin: { provider: 'mattermost', chatType: 'direct', nativeChannelId: 'dm1' },
};

describe('T10: what an entry says about its route', () => {
  it.each([
    {
      of: 'a channel',
      key: 'agent:main:mattermost:channel:chan1:thread:post1',
      entry: CHANNEL,
      route: { channelId: 'chan1', threadId: 'post1', accountId: 'default' },
    },
    {
      of: 'a direct conversation',
      key: 'agent:main:main',
      entry: DIRECT,
      route: { channelId: 'dm1', userId: 'alice', accountId: 'default' },
    },
    {
      of: 'a direct conversation that delivered to a channel last: never that channel',
      key: 'agent:main:main',
      entry: {
        ...DIRECT,
        deliveryContext: { channel: 'mattermost', to: 'channel:town-square' },
        origin: CHANNEL.origin,
      },
      route: {},
    },
    {
      of: 'another chat: its ids mean nothing here',
      key: 'agent:main:main',
      entry: { deliveryContext: { channel: 'telegram', to: 'user:7' } },
      route: {},
    },
    { of: 'the CLI', key: 'agent:main:main', entry: {}, route: {} },
    {
      of: 'a sub-agent',
      key: 'agent:main:subagent:7',
      entry: { deliveryContext: { channel: 'mattermost' }, groupId: 'chan1' },
      route: {},
    },
    {
      of: 'an entry that names only where it delivered last',
      key: 'agent:main:mattermost:direct:alice',
      entry: { lastChannel: 'mattermost', lastTo: 'user:alice', lastAccountId: 'ops' },
      route: { userId: 'alice', accountId: 'ops' },
    },
  ])('$of', ({ key, entry, route }) => {
    expect(rowFacts(key, entry).route).toEqual(route);
  });

  it('the parent, the label and the context window', () => {
    const entry = { spawnedBy: 'agent:main:main', label: 'counter', contextTokens: 128_000 };
    expect(rowFacts('agent:main:subagent:7', entry)).toEqual({
      route: {},
      spawnedBy: 'agent:main:main',
      label: 'counter',
      contextWindow: 128_000,
    });
  });
});
