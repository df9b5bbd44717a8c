import type { Session } from '@livestatus/contract';
import { ErrorBoundary, StatusBox } from '@livestatus/ui';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { useBoxActions } from '../actions/use_box_actions.ts';
import { useCopy } from '../host/clipboard.ts';
import type { HostPost, HostState } from '../host/host_state.ts';
import { HostTime } from '../host/host_time.tsx';
import { anchorOf, selectLive } from '../live/selectors.ts';
import { PostLinks } from './post_links.tsx';
import { BoxMessage, PlainMessage } from './post_message.tsx';
import { createPostSelector } from './shown_session.ts';

interface StatusPostProps {
  post: HostPost;
  compactDisplay?: boolean;
}

/** The body of a post of our type, in the center, in a thread, in the panel: the live box, or what the post says. */
export function StatusPost({ post, compactDisplay = false }: StatusPostProps): React.ReactElement {
  return (
    <ErrorBoundary resetKey={post.message} fallback={<PlainMessage text={post.message} />}>
      <ShownPost post={post} isCompact={compactDisplay} />
    </ErrorBoundary>
  );
}

function ShownPost({ post, isCompact }: { post: HostPost; isCompact: boolean }): React.ReactElement {
  const selectShown = React.useMemo(createPostSelector, []);
  const shown = useSelector((state: HostState) => selectShown(state, post));
  switch (shown.kind) {
    case 'foreign':
      return <PlainMessage text={post.message} />;
    case 'words':
      return <BoxMessage text={post.message} />;
    case 'box':
      return (
        <div className={`LiveStatusPost${isCompact ? ' LiveStatusPost--compact' : ''}`}>
          <ErrorBoundary resetKey={shown.session.seq} fallback={<BoxMessage text={post.message} />}>
            <HostTime>
              <PostBox post={post} session={shown.session} />
            </HostTime>
          </ErrorBoundary>
        </div>
      );
  }
}

/** While the agent works its box is quiet: the links come when there is something to go back to, or to pass on. */
function PostBox({ post, session }: { post: HostPost; session: Session }): React.ReactElement {
  const anchor = useSelector((state: HostState) => selectLive(state).anchors[session.daemon_id]);
  const copy = useCopy();
  const actions = useBoxActions(session);
  const hasEnded = session.status !== 'active';
  const links = React.useMemo(() => hasEnded && <PostLinks post={post} session={session} />, [hasEnded, post, session]);
  return (
    <StatusBox
      session={session}
      anchor={anchorOf(anchor, session)}
      onCopy={hasEnded ? copy : undefined}
      links={links}
      actions={actions}
    />
  );
}
