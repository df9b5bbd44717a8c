import * as React from 'react';
import { PluginButtons, useAppBarComponents } from './plugin-buttons.tsx';

export function AppBar() {
  const components = useAppBarComponents();
  if (components.length === 0) return null;
  return (
    <div className="AppBar" role="toolbar" aria-label="Apps" aria-orientation="vertical">
      <PluginButtons components={components} className="AppBar__button" />
    </div>
  );
}
