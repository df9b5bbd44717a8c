import type { BoxProps, Session } from '@livestatus/contract';
import type { HostPost } from '../host/host_state.ts';
import { memoised, selectLive, selectSession, selectSessionOfPost, type WithLive } from '../live/selectors.ts';
import { decodeBoxProps } from './box_props.ts';

/** What a post of our type is. */
export type ShownPost =
  /** The author is none of our bots: whatever it claims, it is a message. */
  | { readonly kind: 'foreign' }
  /** A box that can only be told in words: withdrawn, of a newer version, or not known to the server any more. */
  | { readonly kind: 'words' }
  | { readonly kind: 'box'; readonly session: Session };

const FOREIGN: ShownPost = { kind: 'foreign' };
const WORDS: ShownPost = { kind: 'words' };

/**
 * Decides, for one post, what it is; the selector remembers its last answer. The order of trust: what the server says
 * whose box this is; then the author, who must be one of the bots that the server names. A session is drawn only in its own
 * channel, so that a box that was copied elsewhere shows nothing.
 */
export function createPostSelector(): (state: WithLive, post: HostPost) => ShownPost {
  const propsOf = memoised(decodeBoxProps);
  const asBox = memoised((session: Session): ShownPost => ({ kind: 'box', session }));
  return (state, post) => {
    const own = selectSessionOfPost(state, post.id);
    if (own?.channel_id === post.channel_id) return asBox(own);
    if (!isTrusted(state, post)) return FOREIGN;
    const box = propsOf(post.props);
    if (box === undefined || box.withdrawn === true) return WORDS;
    const session = newest(selectSession(state, box.id), box);
    return session !== undefined && isAtHome(session, post) ? asBox(session) : WORDS;
  };
}

/** Whether the author is one of the bots that the server names; nobody is before the server has answered. */
export function isTrusted(state: WithLive, post: HostPost): boolean {
  return selectLive(state).config?.trusted_bot_ids.includes(post.user_id) === true;
}

/** The live session; the final state in the post where that is newer, or all there is. */
function newest(live: Session | undefined, box: BoxProps): Session | undefined {
  const { session: final } = box;
  if (live === undefined) return final;
  return final !== undefined && final.seq > live.seq ? final : live;
}

function isAtHome(session: Session, post: HostPost): boolean {
  return session.channel_id === undefined || session.channel_id === post.channel_id;
}
