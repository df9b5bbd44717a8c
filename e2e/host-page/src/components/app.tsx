import * as React from 'react';
import { IntlProvider } from 'react-intl';
import { Provider, useSelector } from 'react-redux';
import type { Host } from '../host.ts';
import { type HostState, selectLocale, type Theme } from '../host-state.ts';
import type { PageOptions } from '../options.ts';
import { AppBar } from './app-bar.tsx';
import { ChannelView } from './channel-view.tsx';
import { Rhs } from './rhs.tsx';
import { Sidebar } from './sidebar.tsx';
import { Thread } from './thread.tsx';

/** What every part of the page needs and nobody changes. */
export interface PageContext {
  readonly host: Host;
  readonly options: PageOptions;
  readonly theme: Theme;
}

interface AppProps extends PageContext {
  readonly isPopout: boolean;
}

export function App(props: AppProps) {
  return (
    <Provider store={props.host.store}>
      <Page {...props} />
    </Provider>
  );
}

function Page({ isPopout, ...context }: AppProps) {
  const translations = useSelector((state: HostState) => state.plugins.translations);
  const locale = useSelector(selectLocale);
  const messages = React.useMemo(() => Object.assign({}, ...Object.values(translations)), [translations]);
  return (
    <IntlProvider locale={locale} messages={messages} onError={() => undefined}>
      {isPopout ? <Popout {...context} /> : <Layout {...context} />}
      <RootComponents />
    </IntlProvider>
  );
}

function Layout(context: PageContext) {
  return (
    <div className="HostPage">
      <GlobalHeader />
      <div className="HostPage__main">
        <Sidebar {...context} />
        <ChannelView {...context} />
        <Rhs {...context} />
        {context.options.appBar && <AppBar />}
      </div>
    </div>
  );
}

function GlobalHeader() {
  const me = useSelector((state: HostState) => state.entities.users.profiles[state.entities.users.currentUserId]);
  return (
    <header className="GlobalHeader">
      <i className="icon icon-products" aria-hidden="true" />
      <strong>Channels</strong>
      <span className="GlobalHeader__search">
        <i className="icon icon-magnify" aria-hidden="true" />
        Search
      </span>
      <span className="GlobalHeader__me">{me?.username}</span>
    </header>
  );
}

/** A thread in a window of its own. */
function Popout(context: PageContext) {
  const rootId = useSelector((state: HostState) => state.views.rhs.selectedPostId);
  return <div className="Popout">{rootId !== '' && <Thread {...context} rootId={rootId} />}</div>;
}

function RootComponents() {
  const components = useSelector((state: HostState) => state.plugins.components.Root);
  return (
    <>
      {(components ?? []).map(({ id, component: Component }) =>
        Component === undefined ? null : React.createElement(Component, { key: id } as never),
      )}
    </>
  );
}
