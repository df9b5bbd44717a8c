import type { Session } from '@livestatus/contract';
import { activeInOrder, type ClockAnchor, endedInOrder } from '@livestatus/ui';
import * as React from 'react';
import type { FeedState } from '../feed/feed-state.ts';
import { EVERYTHING, matches, type Query } from '../search/search.ts';
import { ActiveSection } from './active-section.tsx';
import { Figures } from './figures.tsx';
import { Filters } from './filters.tsx';
import { HowToConnect } from './how-to-connect.tsx';
import { RecentSection } from './recent-section.tsx';

interface OverviewProps {
  feed: FeedState;
  anchor: ClockAnchor;
  query: Query;
  onQuery: (query: Query) => void;
}

/** Figures of today, active boxes, recent turns. */
export function Overview({ feed, anchor, query, onQuery }: OverviewProps): React.ReactElement {
  const { byId } = feed.sessions;
  const all = React.useMemo(() => Object.values(byId), [byId]);
  const { active, ended } = React.useMemo(() => select(all, query), [all, query]);
  if (all.length === 0) {
    return (
      <main className="Page">
        <HowToConnect sources={feed.sources} />
      </main>
    );
  }
  const isFiltered = query.text !== '' || query.status !== EVERYTHING.status || query.agent !== EVERYTHING.agent;
  return (
    <main className="Page">
      <Figures sessions={all} anchor={anchor} />
      <ActiveSection sessions={active} anchor={anchor} isFiltered={isFiltered} />
      <RecentSection
        sessions={ended}
        anchor={anchor}
        isFiltered={isFiltered}
        filters={<Filters sessions={all} query={query} onQuery={onQuery} />}
      />
    </main>
  );
}

function select(all: readonly Session[], query: Query): { active: Session[]; ended: Session[] } {
  const found = all.filter((session) => matches(session, query));
  return { active: activeInOrder(found), ended: endedInOrder(found) };
}
