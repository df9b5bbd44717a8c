import { type ClockAnchor, useSince } from '@livestatus/ui';
import * as React from 'react';
import type { FeedState } from '../feed/feed-state.ts';
import { EVERYTHING, matches, type Query } from '../search/search.ts';
import { ActiveSection } from './active-section.tsx';
import { Figures } from './figures.tsx';
import { Filters } from './filters.tsx';
import { HowToConnect } from './how-to-connect.tsx';
import { RecentSection } from './recent-section.tsx';
import { toSections } from './sections.ts';

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
  const found = React.useMemo(() => all.filter((session) => matches(session, query)), [all, query]);
  const nowMs = useSince(0, anchor);
  const { grid, recent } = React.useMemo(() => toSections(found, nowMs), [found, nowMs]);
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
      <ActiveSection sessions={grid} anchor={anchor} isFiltered={isFiltered} />
      <RecentSection
        sessions={recent}
        anchor={anchor}
        isFiltered={isFiltered}
        filters={<Filters sessions={all} query={query} onQuery={onQuery} />}
      />
    </main>
  );
}
