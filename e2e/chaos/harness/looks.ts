import type { SessionList } from '@livestatus/contract';
import { type Bot, type Channel, type Person, PLUGIN_API, type Post } from '../../mattermost/index.ts';
import { boxesOf } from '../../plugin/harness/chain.ts';
import type { Shown } from './verdict.ts';

const PAGE = 200;
/** A look at a frozen server must end. */
const LOOK_TIMEOUT_MS = 5_000;

/** What a person sees now: every box of that bot in these channels, and the plugin's list of its sessions. */
export async function lookAt(person: Person, bot: Bot, channels: readonly Channel[]): Promise<Shown> {
  const { sessions } = await get<SessionList>(person, `${PLUGIN_API}/sessions`);
  const ids = new Set(channels.map(({ id }) => id));
  const posts = await Promise.all(channels.map(({ id }) => postsOf(person, id)));
  return {
    boxes: boxesOf(posts.flat().filter(({ user_id }) => user_id === bot.id)),
    sessions: sessions.filter(({ channel_id = '' }) => ids.has(channel_id)),
  };
}

async function postsOf(person: Person, channelId: string): Promise<readonly Post[]> {
  const all: Post[] = [];
  for (let page = 0; ; page += 1) {
    const path = `/api/v4/channels/${channelId}/posts?per_page=${PAGE}&page=${page}`;
    const { posts, order } = await get<{ posts: Record<string, Post>; order: readonly string[] }>(person, path);
    all.push(...order.flatMap((id) => posts[id] ?? []));
    if (order.length < PAGE) return all;
  }
}

async function get<T>({ rest }: Person, path: string): Promise<T> {
  const answer = await rest.request('GET', path, { signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) });
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status}`);
  return answer.json<T>() as T;
}
