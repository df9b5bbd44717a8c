import * as React from 'react';
import { useSelector } from 'react-redux';
import type { HostState } from '../host-state.ts';
import type { PageContext } from './app.tsx';
import { byTime } from './channel-view.tsx';
import { Composer } from './composer.tsx';
import { PostRow } from './post-row.tsx';

export function Thread({ rootId, ...context }: PageContext & { readonly rootId: string }) {
  const posts = useSelector((state: HostState) => state.entities.posts.posts);
  const root = posts[rootId];
  const shown = Object.values(posts)
    .filter((post) => post.id === rootId || post.root_id === rootId)
    .sort(byTime);
  return (
    <>
      <div className="Thread__posts">
        {shown.map((post) => (
          <PostRow key={post.id} {...context} post={post} isRhs={true} replies={0} />
        ))}
      </div>
      {root !== undefined && (
        <Composer label="Reply to this thread" onSend={(text) => context.host.send(root.channel_id, text, rootId)} />
      )}
    </>
  );
}
