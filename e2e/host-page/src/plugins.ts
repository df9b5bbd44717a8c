import type { Api } from './api.ts';
import { addPlugin, removePlugin } from './changes.ts';
import type { Manifest } from './host-state.ts';
import { PluginRegistry, type RegistryPorts } from './registry.ts';
import { change, type HostStore } from './store.ts';

/** What a bundle gives to `window.registerPlugin`. */
interface Plugin {
  initialize?(registry: PluginRegistry, store: HostStore): void;
  uninitialize?(): void;
}

declare global {
  interface Window {
    plugins: Record<string, Plugin>;
    registerPlugin(id: string, plugin: Plugin): void;
  }
}

/** Loads and unloads plugins' bundles, at the start and when an admin enables or disables one. */
export class PluginLoader {
  readonly #ports: RegistryPorts;
  readonly #api: Api;
  readonly #base: string;

  constructor(ports: RegistryPorts, api: Api, base: string) {
    this.#ports = ports;
    this.#api = api;
    this.#base = base;
    window.plugins = {};
    window.registerPlugin = (id, plugin) => {
      window.plugins[id] = plugin;
    };
  }

  /** Loads those that are enabled now and unloads those that are not. */
  async sync(): Promise<void> {
    const manifests = await this.#api.get<Manifest[]>('/plugins/webapp');
    const loaded = this.#ports.store.getState().plugins.plugins;
    for (const id of Object.keys(loaded)) if (!manifests.some((manifest) => manifest.id === id)) this.unload(id);
    for (const manifest of manifests) await this.load(manifest);
  }

  async load(manifest: Manifest): Promise<void> {
    const { store, socket } = this.#ports;
    const loaded = store.getState().plugins.plugins[manifest.id];
    const path = manifest.webapp?.bundle_path;
    if (path === undefined || loaded?.webapp?.bundle_path === path) return;
    if (loaded !== undefined) this.unload(manifest.id);
    await loadScript(`${this.#base}${servedAt(path)}`, manifest.id);
    store.dispatch(change(addPlugin(manifest)));
    window.plugins[manifest.id]?.initialize?.(new PluginRegistry(manifest.id, { ...this.#ports, socket }), store);
  }

  unload(id: string): void {
    window.plugins[id]?.uninitialize?.();
    delete window.plugins[id];
    document.getElementById(`plugin_${id}`)?.remove();
    this.#ports.socket.removePlugin(id);
    this.#ports.store.dispatch(change(removePlugin(id)));
  }
}

/** As in the web client: manifests say `/static/<id>/...`, the server has the file below `/static/plugins/`. */
function servedAt(bundlePath: string): string {
  return bundlePath.startsWith('/static/plugins/') ? bundlePath : bundlePath.replace('/static/', '/static/plugins/');
}

function loadScript(src: string, pluginId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.id = `plugin_${pluginId}`;
    script.src = src;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(`could not load ${src}`)));
    document.head.append(script);
  });
}
