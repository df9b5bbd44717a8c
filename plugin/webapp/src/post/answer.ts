import type { Session } from '@livestatus/contract';
import type { HostPost, HostState } from '../host/host_state.ts';
import { memoised } from '../live/selectors.ts';
import { POST_TYPE } from '../manifest.ts';

type Posts = Readonly<Record<string, HostPost>>;

/**
 * Finds the agent's answer among the posts that the web client has loaded: its first own post after the box, in the same
 * thread. OpenClaw does not tell which it is. The selector looks again only when posts have come or gone.
 */
export function createAnswerSelector(): (state: HostState, box: HostPost, session: Session) => string | undefined {
  const find = memoised((posts: Posts | undefined, box: HostPost, requestId: string | undefined) => {
    let first: HostPost | undefined;
    for (const post of Object.values(posts ?? {})) {
      if (post.user_id !== box.user_id || post.type === POST_TYPE || post.create_at <= box.create_at) continue;
      if (post.channel_id !== box.channel_id || !isNear(post, box, requestId)) continue;
      if (first === undefined || post.create_at < first.create_at) first = post;
    }
    return first?.id;
  });
  return (state, box, session) => {
    if (session.status !== 'done') return undefined;
    return find(state.entities?.posts?.posts, box, session.request_post_id);
  };
}

/** In the box's thread; beside a box at top level the answer may stand alone, or start the request's thread. */
function isNear(post: HostPost, box: HostPost, requestId: string | undefined): boolean {
  if (box.root_id) return post.root_id === box.root_id;
  return !post.root_id || post.root_id === requestId;
}
