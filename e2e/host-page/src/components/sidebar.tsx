import * as React from 'react';
import { useSelector } from 'react-redux';
import type { Channel, HostState } from '../host-state.ts';
import type { PageContext } from './app.tsx';
import { channelIcon, useChannelName } from './channel-name.tsx';

export function Sidebar({ host }: PageContext) {
  const { teams, currentTeamId } = useSelector((state: HostState) => state.entities.teams);
  const channels = useSelector((state: HostState) => state.entities.channels.channels);
  const shown = Object.values(channels).filter(({ team_id }) => team_id === '' || team_id === currentTeamId);
  const groups: readonly [string, readonly Channel[]][] = [
    ['Channels', shown.filter(({ type }) => type === 'O' || type === 'P')],
    ['Direct messages', shown.filter(({ type }) => type === 'D' || type === 'G')],
  ];
  return (
    <nav className="Sidebar" aria-label="Channels">
      <div className="Sidebar__team">{teams[currentTeamId]?.display_name}</div>
      {groups.map(([title, list]) => (
        <section key={title}>
          <h2>{title}</h2>
          {[...list]
            .sort((a, b) => a.display_name.localeCompare(b.display_name))
            .map((channel) => (
              <ChannelLink
                key={channel.id}
                channel={channel}
                onOpen={() => host.push(channelPath(channel, teams[currentTeamId]?.name))}
              />
            ))}
        </section>
      ))}
    </nav>
  );
}

function channelPath(channel: Channel, team = ''): string {
  return `/${team}/channels/${channel.name}`;
}

function ChannelLink({ channel, onOpen }: { readonly channel: Channel; readonly onOpen: () => void }) {
  const isCurrent = useSelector((state: HostState) => state.entities.channels.currentChannelId === channel.id);
  const name = useChannelName(channel);
  return (
    <button type="button" className="Sidebar__channel" aria-current={isCurrent ? 'page' : undefined} onClick={onOpen}>
      <i className={`icon ${channelIcon(channel)}`} aria-hidden="true" />
      {name}
    </button>
  );
}
