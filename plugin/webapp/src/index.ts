import { PLUGIN_ID } from './manifest.ts';
import { Plugin } from './plugin.tsx';

declare global {
  interface Window {
    registerPlugin(id: string, plugin: Plugin): void;
  }
}

window.registerPlugin(PLUGIN_ID, new Plugin());
