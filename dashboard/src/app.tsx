import { frozenTime, HealthBanner, Skeleton, type Time, TimeProvider } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import type { Feed } from './feed/feed.ts';
import type { FeedState } from './feed/feed-state.ts';
import { useFeed } from './feed/use-feed.ts';
import { KeysDialog } from './keys/keys-dialog.tsx';
import { focusTurn, type Shortcut, useShortcuts } from './keys/shortcuts.ts';
import { useRoute } from './page/hash-route.ts';
import { ConnectionBanner, TokenPrompt } from './page/notices.tsx';
import { Overview } from './page/overview.tsx';
import { TopBar } from './page/top-bar.tsx';
import { EVERYTHING, type Query } from './search/search.ts';
import { nextTheme, useTheme } from './theme/theme.ts';
import { type Decide, DecideContext } from './turn/decide.ts';
import { TurnPage } from './turn/turn-page.tsx';

const messages = defineMessages({
  loading: { id: 'dashboard.loading', defaultMessage: 'Loading' },
});

interface AppProps {
  feed: Feed;
  /** Used where the daemon says that this page may. */
  decide?: Decide;
  /** The running time; stands still while the connection is lost. */
  time: Time;
}

export function App({ feed, decide, time }: AppProps): React.ReactElement {
  const state = useFeed(feed);
  const route = useRoute();
  const [query, setQuery] = React.useState<Query>(EVERYTHING);
  const [theme, setTheme] = useTheme();
  const [isKeysOpen, setKeysOpen] = React.useState(false);
  const searchRef = React.useRef<HTMLInputElement>(null);
  const shownTime = useStoppedWhileLost(time, state.connection);

  const onShortcut = (shortcut: Shortcut): boolean => {
    switch (shortcut) {
      case 'search':
        searchRef.current?.focus();
        return true;
      case 'keys':
        setKeysOpen(true);
        return true;
      case 'theme':
        setTheme(nextTheme(theme));
        return true;
      case 'next':
        return focusTurn(1);
      case 'previous':
        return focusTurn(-1);
      case 'back':
        return goBack();
    }
  };

  /** Escape takes back one thing at a time: the search first, then the turn. The dialog closes by itself. */
  const goBack = (): boolean => {
    if (isKeysOpen) return false;
    if (query.text !== '' || document.activeElement === searchRef.current) {
      setQuery({ ...query, text: '' });
      searchRef.current?.blur();
      return true;
    }
    if (route.page === 'overview') return false;
    window.location.hash = '#/';
    return true;
  };
  useShortcuts(onShortcut);

  /** Searching from a turn's page shows what was found. */
  const onSearch = (text: string): void => {
    setQuery({ ...query, text });
    if (route.page !== 'overview') window.location.hash = '#/';
  };

  return (
    <TimeProvider time={shownTime}>
      <div className={state.connection.kind === 'live' ? 'App' : 'App App--lost'}>
        <TopBar
          links={[...state.sources, ...state.sinks]}
          isLive={state.connection.kind === 'live'}
          search={query.text}
          onSearch={onSearch}
          searchRef={searchRef}
          theme={theme}
          onTheme={setTheme}
          onKeys={() => setKeysOpen(true)}
        />
        <div className="Notices">
          <ConnectionBanner connection={state.connection} isLoaded={state.isLoaded} />
          <HealthBanner links={[...state.sources, ...state.sinks]} />
        </div>
        <DecideContext.Provider value={state.mayDecide && state.connection.kind === 'live' ? decide : undefined}>
          <Content state={state} route={route} query={query} onQuery={setQuery} feed={feed} />
        </DecideContext.Provider>
        {isKeysOpen && <KeysDialog onClose={() => setKeysOpen(false)} />}
      </div>
    </TimeProvider>
  );
}

interface ContentProps {
  state: FeedState;
  route: ReturnType<typeof useRoute>;
  query: Query;
  onQuery: (query: Query) => void;
  feed: Feed;
}

function Content({ state, route, query, onQuery, feed }: ContentProps): React.ReactElement {
  const intl = useIntl();
  if (state.connection.kind === 'unauthorized') {
    return (
      <main className="Page">
        <TokenPrompt />
      </main>
    );
  }
  if (!state.isLoaded || state.anchor === undefined) {
    return (
      <main className="Page Page--loading">
        <Skeleton label={intl.formatMessage(messages.loading)} rows={2} shape="box" />
      </main>
    );
  }
  if (route.page === 'turn') {
    const session = state.sessions.byId[route.id];
    return <TurnPage key={route.id} id={route.id} session={session} anchor={state.anchor} onRequest={feed.request} />;
  }
  return <Overview feed={state} anchor={state.anchor} query={query} onQuery={onQuery} />;
}

function useStoppedWhileLost(time: Time, connection: FeedState['connection']): Time {
  const lostAtMs = connection.kind === 'lost' ? connection.sinceMs : undefined;
  return React.useMemo(() => (lostAtMs === undefined ? time : frozenTime(lostAtMs)), [time, lostAtMs]);
}
