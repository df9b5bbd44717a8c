import * as React from 'react';
import { useSelector } from 'react-redux';
import type { HostState, Post } from '../host-state.ts';
import type { PageContext } from './app.tsx';
import { useChannelName } from './channel-name.tsx';
import { Composer } from './composer.tsx';
import { PluginButtons, useHeaderComponents } from './plugin-buttons.tsx';
import { PostRow } from './post-row.tsx';
import { UserSettingsDialog } from './user-settings.tsx';

export function ChannelView(context: PageContext) {
  const { currentChannelId, channels } = useSelector((state: HostState) => state.entities.channels);
  const posts = useSelector((state: HostState) => state.entities.posts.posts);
  const threads = useSelector((state: HostState) => state.entities.posts.postsInThread);
  const name = useChannelName(channels[currentChannelId]);
  const isShown = (post: Post): boolean =>
    post.channel_id === currentChannelId && (!context.options.collapsedThreads || post.root_id === '');
  const shown = Object.values(posts).filter(isShown).sort(byTime);
  return (
    <main className="ChannelView">
      <ChannelHeader {...context} name={name} />
      <PostList count={shown.length} channelId={currentChannelId}>
        {shown.map((post) => (
          <PostRow
            key={post.id}
            {...context}
            post={post}
            isRhs={false}
            replies={context.options.collapsedThreads ? (threads[post.id]?.length ?? 0) : 0}
          />
        ))}
      </PostList>
      {currentChannelId !== '' && (
        <Composer label={`Write to ${name}`} onSend={(text) => context.host.send(currentChannelId, text, '')} />
      )}
    </main>
  );
}

export function byTime(a: Post, b: Post): number {
  return a.create_at - b.create_at;
}

function ChannelHeader({ name, options, host }: PageContext & { readonly name: string }) {
  const buttons = useHeaderComponents();
  return (
    <div className="ChannelHeader">
      <strong>{name}</strong>
      <i className="icon icon-chevron-down" aria-hidden="true" />
      <span className="ChannelHeader__buttons">
        {!options.appBar && <PluginButtons components={buttons} className="ChannelHeader__button" />}
        <UserSettingsDialog host={host} />
      </span>
    </div>
  );
}

/** Scrolls to its end when the channel changes or a post is added, unless the reader has scrolled up. */
function PostList(props: { readonly count: number; readonly channelId: string; readonly children: React.ReactNode }) {
  const list = React.useRef<HTMLDivElement>(null);
  const isAtEnd = React.useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is observed changes with the posts and the channel
  React.useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const follow = (): void => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    };
    isAtEnd.current = true;
    follow();
    const observer = new ResizeObserver(follow);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [props.count, props.channelId]);
  const onScroll = (): void => {
    const element = list.current;
    if (element !== null) isAtEnd.current = element.scrollHeight - element.clientHeight - element.scrollTop < 40;
  };
  return (
    <div className="PostList" ref={list} onScroll={onScroll}>
      {props.children}
    </div>
  );
}
