import type { BoxProps, Session } from '@livestatus/contract';
import type { Post, Workspace } from '../../mattermost/index.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';

/** A status box as it stands in its channel. */
export interface Box {
  readonly post: Post;
  readonly props: BoxProps;
}

/** What a post says of itself, if it is a box. */
export function boxOf(post: Post): Box | undefined {
  const text = post.props.livestatus;
  if (post.type !== 'custom_livestatus' || typeof text !== 'string') return undefined;
  return { post, props: JSON.parse(text) as BoxProps };
}

/** All boxes of a session that stand in its channel. */
export async function boxesOf(workspace: Workspace, session: Session): Promise<Box[]> {
  const posts = await workspace.posts(session.channel_id ?? '');
  return posts.flatMap((post) => boxOf(post) ?? []).filter(({ props }) => props.id === session.id);
}

/** Waits until the session's one box fits. A second box fails at once. */
export async function waitForBox(
  workspace: Workspace,
  session: Session,
  what: string,
  fits: (box: Box) => boolean = () => true,
  deadlineMs = 20_000,
): Promise<Box> {
  let seen: readonly Box[] = [];
  const box = await waitFor(
    what,
    async () => {
      seen = await boxesOf(workspace, session);
      const [only] = seen;
      return only !== undefined && fits(only) ? only : undefined;
    },
    { deadlineMs, everyMs: 50, seen: () => JSON.stringify(seen, undefined, 1) },
  );
  if (seen.length !== 1) throw new Error(`${seen.length} boxes of one session: ${JSON.stringify(seen)}`);
  return box;
}

/** Waits until the box shows this very state. */
export function waitForState(workspace: Workspace, session: Session, deadlineMs?: number): Promise<Box> {
  const what = `the box to show seq ${session.seq}, ${session.status}`;
  const fits = ({ props }: Box) => props.seq === session.seq && props.status === session.status;
  return waitForBox(workspace, session, what, fits, deadlineMs);
}
