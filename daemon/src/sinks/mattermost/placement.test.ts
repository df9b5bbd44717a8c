import { describe, expect, test } from 'vitest';
import type { Route, Turn } from '../../turns/turn.ts';
import { type PlacementRules, placementOf } from './placement.ts';

const RULES: PlacementRules = {
  accounts: [],
  hasDefaultBot: true,
  defaultChannel: undefined,
  channelsAllow: [],
  channelsDeny: [],
  showCron: true,
};

function turn(route: Route, key = 'agent:main:mattermost:channel:c'): Turn {
  return {
    id: 't',
    name: 'run:t',
    key,
    agent: { id: 'main', name: 'main', runtime: 'openclaw' },
    route,
    startedMs: 1,
    lastEventMs: 1,
    phase: { status: 'active', activity: 'thinking', stalled: false },
    steps: [],
    stepsForgotten: 0,
    toolCalls: 0,
    hidden: false,
  };
}

const channel = (more: Partial<Route> = {}): Route => ({ kind: 'public', channelId: 'c', ...more });
const direct = (more: Partial<Route> = {}): Route => ({ kind: 'direct', userId: 'u', ...more });

/** The account, or why there is none. */
function placed(route: Route, rules: Partial<PlacementRules> = {}, key?: string): string {
  const placement = placementOf(turn(route, key), { ...RULES, ...rules });
  return placement.kind === 'placed' ? placement.place.account : placement.reason;
}

describe('which bot shows a turn', () => {
  test.each([
    { name: 'the only bot', rules: {}, route: channel(), expected: 'default' },
    {
      name: 'the only bot, whatever the account is called',
      rules: {},
      route: direct({ accountId: 'work' }),
      expected: 'default',
    },
    {
      name: "the account's own",
      rules: { accounts: ['work'] },
      route: channel({ accountId: 'Work' }),
      expected: 'work',
    },
    {
      name: "the account's own, with signs that no variable can have",
      rules: { accounts: ['my_bot'] },
      route: channel({ accountId: 'my-bot' }),
      expected: 'my_bot',
    },
    {
      name: 'MM_BOT_TOKEN in a channel of an account without one',
      rules: { accounts: ['work'] },
      route: channel({ accountId: 'other' }),
      expected: 'default',
    },
    {
      name: 'nobody in a direct message with another bot',
      rules: { accounts: ['work'] },
      route: direct({ accountId: 'other' }),
      expected: 'no_bot',
    },
    {
      name: 'the only account where there is no MM_BOT_TOKEN',
      rules: { accounts: ['work'], hasDefaultBot: false },
      route: channel(),
      expected: 'work',
    },
    {
      name: 'nobody where two could be meant',
      rules: { accounts: ['a', 'b'], hasDefaultBot: false },
      route: channel(),
      expected: 'no_bot',
    },
  ])('$name', ({ rules, route, expected }) => {
    expect(placed(route, rules)).toBe(expected);
  });
});

describe('where a turn is shown', () => {
  test('a thread of a channel, a group message, a direct message', () => {
    expect(placementOf(turn(channel({ rootId: 'r' })), RULES)).toMatchObject({
      place: { channelId: 'c', rootId: 'r' },
    });
    expect(placementOf(turn({ kind: 'private', channelId: 'g' }), RULES)).toMatchObject({ place: { kind: 'private' } });
    expect(placementOf(turn(direct()), RULES)).toMatchObject({ place: { kind: 'direct', userId: 'u' } });
  });

  test('what was not asked for in Mattermost goes to DEFAULT_CHANNEL, as to a public one until it is known', () => {
    expect(placed({ kind: 'none' })).toBe('not_from_mattermost');
    const placement = placementOf(turn({ kind: 'none' }), { ...RULES, defaultChannel: 'd' });
    expect(placement).toMatchObject({ place: { kind: 'public', channelId: 'd' } });
    expect(placed({ kind: 'none' }, { defaultChannel: 'd', channelsDeny: ['d'] })).toBe('channel_denied');
  });

  test('deny wins over allow; cron by setting', () => {
    expect(placed(channel(), { channelsAllow: ['c'], channelsDeny: ['c'] })).toBe('channel_denied');
    expect(placed(channel(), { channelsAllow: ['other'] })).toBe('channel_not_allowed');
    const cron = 'agent:main:cron:job';
    expect(placed(channel(), {}, cron)).toBe('default');
    expect(placed(channel(), { showCron: false }, cron)).toBe('cron_hidden');
  });
});
