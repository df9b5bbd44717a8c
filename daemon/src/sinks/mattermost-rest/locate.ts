import type { Session } from '@livestatus/contract';
import type { MattermostApi, MattermostPost } from '../mattermost/api.ts';
import { type Answer, passesByItself } from '../mattermost/trouble.ts';
import { readBox } from './box/props.ts';

/** How far back a channel is searched where no time is known. */
const SEARCH_POSTS = 200;

/** Whether a post is the box of this session: by our bot, in its channel, and it says so itself (P2). */
export function isBoxOf(post: MattermostPost, session: Session, botId: string): boolean {
  return post.userId === botId && post.channelId === session.channel_id && readBox(post)?.id === session.id;
}

/**
 * Looks for the session's box: in its thread, else in the channel since the request, else among the last posts (P2). A deleted
 * one counts: it is not to be created again. Undefined in the answer: there is none for certain.
 */
export async function findBox(
  api: MattermostApi,
  session: Session,
  botId: string,
): Promise<Answer<MattermostPost | undefined>> {
  const listed = await candidates(api, session);
  if (!listed.ok) return listed;
  const found = listed.value.filter((post) => isBoxOf(post, session, botId)).sort(byWorth);
  return { ok: true, value: found[0] };
}

/** Standing before deleted, then the oldest: so everybody takes the same one. */
function byWorth(a: MattermostPost, b: MattermostPost): number {
  return Number(a.deleteMs > 0) - Number(b.deleteMs > 0) || a.createMs - b.createMs || (a.id < b.id ? -1 : 1);
}

async function candidates(api: MattermostApi, session: Session): Promise<Answer<readonly MattermostPost[]>> {
  const { root_id, channel_id = '', request_post_id } = session;
  if (root_id !== undefined) return api.threadPosts(root_id);
  if (request_post_id !== undefined) {
    const request = await api.post(request_post_id);
    if (request.ok) return api.channelPosts(channel_id, { sinceMs: request.value.createMs - 1 });
    if (passesByItself(request.trouble)) return request;
  }
  return api.channelPosts(channel_id, { count: SEARCH_POSTS });
}
