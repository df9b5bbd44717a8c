import { PLUGIN_ID } from '../manifest.ts';
import type { HostState } from './host_state.ts';

/** What the web client leaves in the window. */
export interface HostWindow {
  readonly basename?: string;
  readonly location: Pick<Location, 'pathname'>;
}

/** The path under which Mattermost is installed, without a slash at its end: `` or `/chat`. */
export function basePath(host: HostWindow, state: HostState): string {
  const path = host.basename ?? sitePath(state.entities?.general?.config?.SiteURL);
  return path.replace(/\/+$/, '');
}

function sitePath(siteUrl: string | undefined): string {
  try {
    return new URL(siteUrl ?? '').pathname;
  } catch {
    return '';
  }
}

/** The address of our server's API. */
export function apiRoot(host: HostWindow, state: HostState): string {
  return `${basePath(host, state)}/plugins/${PLUGIN_ID}/api/v1`;
}

/** Whether this window is a thread or a panel that was popped out: the host draws root components there too. */
export function isPopout(host: HostWindow, state: HostState): boolean {
  return host.location.pathname.startsWith(`${basePath(host, state)}/_popout/`);
}
