import '@mattermost/compass-icons/css/compass-icons.css';
import { renderPage } from 'host-render';
import * as React from 'react';
import { ApiError } from './api.ts';
import { App } from './components/app.tsx';
import { Login } from './components/login.tsx';
import { exposeToPlugins } from './externals.ts';
import { Host } from './host.ts';
import type { User } from './host-state.ts';
import { readOptions } from './options.ts';
import { parseRoute } from './routes.ts';
import './styles.css';
import { applyTheme, THEMES } from './themes.ts';

/** The server writes the path of the SiteURL into the page. */
const base = document.querySelector<HTMLMetaElement>('meta[name=host-base]')?.content ?? '';
const options = readOptions(location.search);
const theme = THEMES[options.theme] ?? THEMES.denim ?? {};

async function main(): Promise<void> {
  applyTheme(theme, document.documentElement.style);
  const container = document.getElementById('root');
  if (container === null) throw new Error('the page has no root');
  const host = new Host(base);
  exposeToPlugins(host);
  const me = await whoAmI(host);
  if (me === undefined) {
    renderPage(<Login host={host} />, container);
    return;
  }
  addEventListener('popstate', () => void host.follow(parseRoute(location.pathname, base)));
  const isPopout = parseRoute(location.pathname, base).kind === 'popout';
  renderPage(<App host={host} options={options} theme={theme} isPopout={isPopout} />, container);
  await host.load(me);
  // For tests and pictures: everything that comes without waiting for events is there.
  document.documentElement.dataset.hostReady = 'true';
}

async function whoAmI(host: Host): Promise<User | undefined> {
  try {
    return await host.api.get<User>('/users/me');
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

void main();
