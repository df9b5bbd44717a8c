import * as React from 'react';
import { useSelector } from 'react-redux';
import type { HostState, PluginComponent } from '../host-state.ts';

/** Buttons of plugins. A plugin's tooltip is its name. */
export function PluginButtons(props: { readonly components: readonly PluginComponent[]; readonly className: string }) {
  const { currentChannelId, channels, myMembers } = useSelector((state: HostState) => state.entities.channels);
  return (
    <>
      {props.components.map(({ id, icon, iconUrl, tooltipText, action }) => (
        <button
          key={id}
          type="button"
          className={props.className}
          onClick={() => action?.(channels[currentChannelId], myMembers[currentChannelId])}
        >
          {iconUrl === undefined ? icon : <img src={iconUrl} alt="" width={32} height={32} />}
          <span className="Hidden">{tooltipText}</span>
        </button>
      ))}
    </>
  );
}

const NONE: readonly PluginComponent[] = [];

/** Where the App Bar is shown it has the channel header's buttons too, of plugins that have none of its own there. */
export function useAppBarComponents(): readonly PluginComponent[] {
  const own = useSelector((state: HostState) => state.plugins.components.AppBar) ?? NONE;
  const header = useHeaderComponents();
  return [...own, ...header.filter(({ pluginId }) => !own.some((component) => component.pluginId === pluginId))];
}

export function useHeaderComponents(): readonly PluginComponent[] {
  return useSelector((state: HostState) => state.plugins.components.ChannelHeaderButton) ?? NONE;
}
