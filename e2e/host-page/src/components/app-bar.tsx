import * as React from 'react';
import { useSelector } from 'react-redux';
import type { HostState } from '../host-state.ts';

export function AppBar() {
  const buttons = useSelector((state: HostState) => state.plugins.components.AppBar) ?? [];
  const { currentChannelId, channels, myMembers } = useSelector((state: HostState) => state.entities.channels);
  if (buttons.length === 0) return null;
  return (
    <div className="AppBar" role="toolbar" aria-label="Apps">
      {buttons.map(({ id, iconUrl, tooltipText, action }) => (
        <button
          key={id}
          type="button"
          className="AppBar__button"
          aria-label={typeof tooltipText === 'string' ? tooltipText : 'Plugin'}
          onClick={() => action?.(channels[currentChannelId], myMembers[currentChannelId])}
        >
          <img src={iconUrl} alt="" width={32} height={32} />
        </button>
      ))}
    </div>
  );
}
