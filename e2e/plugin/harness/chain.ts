import type { Session } from '@livestatus/contract';
import { expect } from 'vitest';
import { systemClock } from '../../../daemon/src/clock.ts';
import { startFakeGateway } from '../../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { readRecording } from '../../../daemon/src/testing/fake-gateway/recording.ts';
import { type Pair, pairWith } from '../../daemon/fixture.ts';
import type { Post } from '../../mattermost/index.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';
import { type Place, toldAgain } from './told-again.ts';

/** Recorded agents that play as they did, and a real daemon that publishes them to a real Mattermost. */
export type Chain = Pair;

export interface ChainOptions {
  readonly place: Place;
  /** A name under testdata/recordings, without `.jsonl`. */
  readonly recording: string;
  readonly url: string;
  /** The plugin's; undefined: the daemon does without it. */
  readonly secret: string | undefined;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Settings of a daemon that publishes to that Mattermost, by the shortest delays that are allowed. */
export function mattermostSettings({ url, secret, place, settings }: ChainOptions): Record<string, string> {
  return {
    MM_BASE_URL: url,
    MM_BOT_TOKEN: place.bot.token,
    ...(secret !== undefined && { PLUGIN_SECRET: secret }),
    THROTTLE_MS: '50',
    POST_DELAY_MS: '0',
    // What is shown must not depend on the moment at which the kind of a channel was learnt.
    PRIVACY_PUBLIC: 'full',
    ...settings,
  };
}

export async function startChain(options: ChainOptions): Promise<Chain> {
  const gateway = await startFakeGateway({
    recordings: [readRecording(await toldAgain(options.recording, options.place))],
    clock: systemClock,
    outages: false,
    speed: 1,
  });
  return pairWith(gateway, mattermostSettings(options));
}

/** What must not depend on faults. Interim texts may be told by another id, so they are left out. */
export function essence(session: Session): string {
  const tools = session.steps.filter((step) => step.kind === 'tool' || step.kind === 'agent');
  return JSON.stringify([
    session.id,
    session.status,
    session.tool_calls,
    tools.map((step) => [step.kind, step.name, step.label, step.status]),
  ]);
}

/** The daemon's own sessions once every turn has ended. */
export async function allEnded({ gateway, daemon }: Chain, atLeast: number): Promise<readonly Session[]> {
  return waitFor(
    'every turn to end',
    async () => {
      if (!gateway.done) return undefined;
      const sessions = await daemon.dashboard.sessions();
      return sessions.length >= atLeast && sessions.every(({ status }) => status !== 'active') ? sessions : undefined;
    },
    { deadlineMs: 120_000, seen: async () => (await daemon.dashboard.sessions()).map(essence).join('\n') },
  );
}

export interface SeenBox {
  readonly post: Post;
  readonly id: string;
  readonly status: string;
  readonly session?: Session;
}

/** The boxes among some posts, by what they say of themselves. */
export function boxesOf(posts: readonly Post[]): readonly SeenBox[] {
  return posts.flatMap((post) => {
    const text = post.props.livestatus;
    if (post.type !== 'custom_livestatus' || typeof text !== 'string') return [];
    const { id, status, session } = JSON.parse(text) as { id: string; status: string; session?: Session };
    return [{ post, id, status, ...(session !== undefined && { session }) }];
  });
}

export async function connected({ daemon }: Chain): Promise<void> {
  await waitFor(
    'the source to be ok',
    async () => ((await daemon.dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
    { deadlineMs: 30_000, seen: () => daemon.tail() },
  );
}

/** Every box of the test's bot, wherever it may stand. */
export async function boxes(place: Place): Promise<readonly SeenBox[]> {
  const channels = [...place.channels.values()].map(({ id }) => id);
  const direct = await place.workspace.directChannel(place.bot.id, place.person.id);
  const posts = await Promise.all([...channels, direct.id].map((id) => botPosts(place, id)));
  return boxesOf(posts.flat());
}

async function botPosts(place: Place, channelId: string): Promise<readonly Post[]> {
  const answer = await place.bot.rest.ok<{ posts: Record<string, Post> }>(
    'GET',
    `/api/v4/channels/${channelId}/posts?per_page=200`,
  );
  return Object.values(answer.posts).filter(({ user_id }) => user_id === place.bot.id);
}

/**
 * Waits until what stands in Mattermost is what the daemon knows: never two boxes for a turn, each with its last state, and at
 * least so many. (A turn whose beginning nobody saw, because the daemon was dead, has none: P1.)
 */
export async function standsRight(
  { daemon }: Chain,
  place: Place,
  told: readonly { readonly id: string; readonly status: string }[],
  atLeast: number,
): Promise<void> {
  const expected = told.map(({ id, status }) => `${id} ${status}`).sort();
  let seen: string[] = [];
  await waitFor(
    'every box to have its last state',
    async () => {
      seen = (await boxes(place)).map(({ id, status }) => `${id} ${status}`).sort();
      return seen.length >= atLeast && seen.every((line) => expected.includes(line)) ? true : undefined;
    },
    {
      deadlineMs: 60_000,
      seen: () => `expected ${expected.join('; ')}\nseen ${seen.join('; ')}\n${daemon.tail(15)}`,
    },
  );
  expect(new Set(seen).size, 'one box a turn').toBe(seen.length);
}
