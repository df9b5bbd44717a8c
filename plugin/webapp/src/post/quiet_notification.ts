import type { DesktopNotification, HostPost } from '../host/host_state.ts';
import type { WithLive } from '../live/selectors.ts';
import { POST_TYPE } from '../manifest.ts';
import { isTrusted } from './shown_session.ts';

/**
 * One turn, one ping: that of the answer. The web client would ring for every post of a bot in a direct message; for our own
 * boxes it does not (the server keeps phones quiet: P6). Forged boxes ring as any post does.
 */
export function quietNotification(getState: () => WithLive) {
  return async (
    post: HostPost,
    _message: unknown,
    _channel: unknown,
    _teamId: string,
    notification: DesktopNotification,
  ): Promise<{ args: DesktopNotification }> => {
    const isBox = post.type === POST_TYPE && isTrusted(getState(), post) && !isCall(post);
    return { args: isBox ? { ...notification, notify: false } : notification };
  };
}

/** A call for somebody who is waited for (P7): the one post of our type that is meant to ring. */
function isCall({ props }: HostPost): boolean {
  return typeof (props as { livestatus_wait?: unknown } | undefined)?.livestatus_wait === 'string';
}
