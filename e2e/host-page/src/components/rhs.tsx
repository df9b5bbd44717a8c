import * as React from 'react';
import { useSelector } from 'react-redux';
import type { HostState } from '../host-state.ts';
import type { PageContext } from './app.tsx';
import { Thread } from './thread.tsx';

/** The right-hand sidebar: a plugin's panel or a thread. */
export function Rhs(context: PageContext) {
  const rhs = useSelector((state: HostState) => state.views.rhs);
  const panels = useSelector((state: HostState) => state.plugins.components.RightHandSidebarComponent) ?? [];
  if (!rhs.isSidebarOpen) return null;
  const panel = panels.find(({ id }) => id === rhs.pluggableId);
  const Component = panel?.component;
  return (
    <aside className="Rhs" id="sidebar-right" aria-label="Right sidebar">
      <div className="Rhs__header">
        <strong>{panel === undefined ? 'Thread' : panel.title}</strong>
        <button type="button" aria-label="Close sidebar" onClick={() => context.host.closeRhs()}>
          <i className="icon icon-close" aria-hidden="true" />
        </button>
      </div>
      <div className="Rhs__body">
        {Component !== undefined && React.createElement(Component, { theme: context.theme } as never)}
        {panel === undefined && rhs.selectedPostId !== '' && <Thread {...context} rootId={rhs.selectedPostId} />}
      </div>
    </aside>
  );
}
