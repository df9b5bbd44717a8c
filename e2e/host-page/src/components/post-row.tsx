import * as React from 'react';
import { useSelector } from 'react-redux';
import type { HostState, Post } from '../host-state.ts';
import { toHtml } from '../markdown.ts';
import type { PageContext } from './app.tsx';

interface PostRowProps extends PageContext {
  readonly post: Post;
  readonly isRhs: boolean;
  /** Replies to show under it; 0 = none, or they stand in the list themselves. */
  readonly replies: number;
}

export function PostRow({ post, isRhs, replies, host, options, theme }: PostRowProps) {
  const author = useSelector((state: HostState) => state.entities.users.profiles[post.user_id]);
  const name = author?.username ?? post.user_id;
  return (
    <article
      className={`PostRow${options.compact ? ' PostRow--compact' : ''}`}
      id={`${isRhs ? 'rhsPost' : 'post'}_${post.id}`}
      aria-label={`Post of ${name}`}
    >
      <span className="PostRow__avatar" aria-hidden="true">
        {name.slice(0, 1).toUpperCase()}
      </span>
      <div className="PostRow__content">
        <div className="PostRow__header">
          <strong>{name}</strong>
          {author?.is_bot === true && <span className="PostRow__bot">BOT</span>}
          <time dateTime={new Date(post.create_at).toISOString()}>{formatTime(post.create_at)}</time>
          {!isRhs && (
            <button
              type="button"
              className="PostRow__reply"
              aria-label="Reply"
              onClick={() => void host.openThread(post)}
            >
              <i className="icon icon-reply-outline" aria-hidden="true" />
            </button>
          )}
        </div>
        <div className="PostRow__body">
          <PostBody post={post} isRhs={isRhs} compact={options.compact} theme={theme} />
        </div>
        {replies > 0 && !isRhs && (
          <button type="button" className="PostRow__replies" onClick={() => void host.openThread(post)}>
            {replies === 1 ? '1 reply' : `${replies} replies`}
          </button>
        )}
      </div>
    </article>
  );
}

interface PostBodyProps {
  readonly post: Post;
  readonly isRhs: boolean;
  readonly compact: boolean;
  readonly theme: PageContext['theme'];
}

/**
 * A plugin's component for the post's type (or `props.type`, which anybody can set), else its markdown and whether it was edited.
 * There is no error boundary, as in the web client.
 */
function PostBody({ post, isRhs, compact, theme }: PostBodyProps) {
  const name = typeof post.props.type === 'string' ? post.props.type : post.type;
  const type = useSelector((state: HostState) => state.plugins.postTypes[name]);
  if (type !== undefined && post.delete_at === 0) {
    const Component = type.component;
    return <Component post={post} compactDisplay={compact} isRHS={isRhs} theme={theme} />;
  }
  return (
    <>
      {/* Escaped by toHtml; the web client sets its formatted messages the same way. */}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: see above */}
      <div className="post-message__text" dangerouslySetInnerHTML={{ __html: toHtml(post.message) }} />
      {post.edit_at > 0 && <span className="PostRow__edited">Edited</span>}
    </>
  );
}

function formatTime(ms: number): string {
  return new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(ms);
}
