import { expect, test } from 'vitest';
import { draftingAccounts } from './openclaw-drafts.ts';

const off = { mode: 'off' };

test.each<[string, unknown, string]>([
  ['no Mattermost channel', { channels: { slack: {} } }, ''],
  ['one that is switched off', { channels: { mattermost: { enabled: false } } }, ''],
  ['nothing said: OpenClaw drafts', { channels: { mattermost: { botToken: 'x' } } }, 'default partial'],
  ['off', { channels: { mattermost: { streaming: off } } }, ''],
  ['another mode', { channels: { mattermost: { streaming: { mode: ' Progress ' } } } }, 'default progress'],
  ['the older word', { channels: { mattermost: { streaming: 'off' } } }, ''],
  ['the older yes', { channels: { mattermost: { streaming: true } } }, 'default partial'],
  ['the older no', { channels: { mattermost: { streaming: false } } }, ''],
  [
    'an account says more than the channel',
    { channels: { mattermost: { streaming: off, accounts: { a: {}, b: { streaming: { mode: 'block' } } } } } },
    'b block',
  ],
  [
    'an account that is off, one that is disabled, one that says nothing',
    { channels: { mattermost: { accounts: { a: { streaming: off }, b: { enabled: false }, c: {} } } } },
    'c partial',
  ],
  ['no configuration at all', undefined, ''],
  ['nonsense', { channels: { mattermost: 'yes' } }, 'default partial'],
])('%s', (_name, config, expected) => {
  const found = draftingAccounts(config).map(({ account, mode }) => `${account} ${mode}`);
  expect(found.join()).toBe(expected);
});
