import type { Session } from '@livestatus/contract';
import { type ClockAnchor, RecentRow } from '@livestatus/ui';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import { TurnDetails } from '../turn/turn-details.tsx';
import { placeOf } from './place.ts';

const messages = defineMessages({
  heading: { id: 'dashboard.recent', defaultMessage: 'Recent' },
  none: { id: 'dashboard.recent.none', defaultMessage: 'No turn has ended yet.' },
  noMatch: { id: 'dashboard.recent.no_match', defaultMessage: 'No recent turn matches.' },
});

const ROW_PX = 36;
const OVERSCAN = 8;

interface RecentSectionProps {
  sessions: readonly Session[];
  anchor: ClockAnchor;
  isFiltered: boolean;
  /** Selects among the turns; stands beside the heading. */
  filters: React.ReactNode;
}

/** The ended turns, newest first, one line each; a line opens in place. Only what is in the window is in the page. */
export function RecentSection({ sessions, anchor, isFiltered, filters }: RecentSectionProps): React.ReactElement {
  return (
    <section className="Section" aria-labelledby="recent-heading">
      <div className="Section__bar">
        <h2 className="Section__heading" id="recent-heading">
          <FormattedMessage {...messages.heading} />
          <span className="Section__count">{sessions.length > 0 && sessions.length}</span>
        </h2>
        {filters}
      </div>
      {sessions.length === 0 ? (
        <p className="Section__empty">
          <FormattedMessage {...(isFiltered ? messages.noMatch : messages.none)} />
        </p>
      ) : (
        <RecentList sessions={sessions} anchor={anchor} />
      )}
    </section>
  );
}

interface RecentListProps {
  sessions: readonly Session[];
  anchor: ClockAnchor;
}

function RecentList({ sessions, anchor }: RecentListProps): React.ReactElement {
  const intl = useIntl();
  const listRef = React.useRef<HTMLUListElement>(null);
  const [openId, setOpenId] = React.useState<string | undefined>(undefined);
  const [offsetTop, setOffsetTop] = React.useState(0);
  // What stands above grows and shrinks; the list has to know where it begins.
  React.useLayoutEffect(() => setOffsetTop(listRef.current?.offsetTop ?? 0));
  const virtualizer = useWindowVirtualizer({
    count: sessions.length,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => sessions[index]?.id ?? index,
    overscan: OVERSCAN,
    scrollMargin: offsetTop,
  });
  const toggle = React.useCallback(
    (session: Session) => setOpenId((open) => (open === session.id ? undefined : session.id)),
    [],
  );
  return (
    <ul ref={listRef} className="RecentList" style={{ height: `${virtualizer.getTotalSize()}px` }}>
      {virtualizer.getVirtualItems().map((item) => {
        const session = sessions[item.index];
        if (session === undefined) return null;
        const isOpen = session.id === openId;
        return (
          <li
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            data-turn={session.id}
            className={`RecentList__item${isOpen ? ' RecentList__item--open' : ''}`}
            style={{ transform: `translateY(${item.start - offsetTop}px)` }}
            aria-setsize={sessions.length}
            aria-posinset={item.index + 1}
          >
            <RecentRow
              session={session}
              anchor={anchor}
              place={placeOf(intl, session, 'short')}
              expanded={isOpen}
              onOpen={toggle}
            />
            {isOpen && <TurnDetails session={session} anchor={anchor} linksToPage />}
          </li>
        );
      })}
    </ul>
  );
}
