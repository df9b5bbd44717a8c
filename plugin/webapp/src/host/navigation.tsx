import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { useStore } from 'react-redux';
import { basePath, type HostWindow } from './address.ts';
import { type HostState, selectChannel, selectTeamName } from './host_state.ts';

/** The web client's own history; absent in apps that embed it differently. */
interface HistoryWindow extends HostWindow {
  readonly WebappUtils?: { readonly browserHistory?: { push(path: string): void } };
}

/** Path of a post within the web client: it goes to the channel, marks the post, and opens its thread. */
export function postPath(state: HostState, channelId: string | undefined, postId: string): string {
  const team = selectTeamName(state, selectChannel(state, channelId));
  return team === undefined ? `/_redirect/pl/${postId}` : `/${team}/pl/${postId}`;
}

/** Where a turn is to be seen: its box, else what was asked, else its thread. Undefined when it is shown nowhere. */
export function turnPath(state: HostState, session: Session): string | undefined {
  const postId = session.post_id ?? session.request_post_id ?? session.root_id;
  if (postId !== undefined) return postPath(state, session.channel_id, postId);
  const channel = selectChannel(state, session.channel_id);
  const team = selectTeamName(state, channel);
  return channel === undefined || team === undefined ? undefined : `/${team}/channels/${channel.name}`;
}

/** Goes there without loading the page again, where the web client lets us. */
export function openPath(state: HostState, path: string): void {
  const host = window as HistoryWindow & Window;
  const history = host.WebappUtils?.browserHistory;
  if (history === undefined) host.location.assign(basePath(host, state) + path);
  else history.push(path);
}

interface HostLinkProps {
  /** Path within the web client. */
  path: string;
  children: React.ReactNode;
}

/** A link within the web client; with Ctrl, Shift or the middle button it opens a new tab, as any link does. */
export function HostLink({ path, children }: HostLinkProps): React.ReactElement {
  const { getState } = useStore<HostState>();
  const onClick = (event: React.MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPath(getState(), path);
  };
  return (
    <a className="LiveStatusLink" href={basePath(window, getState()) + path} onClick={onClick}>
      {children}
    </a>
  );
}
