import type { Session } from '@livestatus/contract';
import { type ClockAnchor, ErrorBoundary, RoutingRow, StatusBox } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import { copyCommand } from '../turn/copy-command.ts';
import { useDecision } from '../turn/decide.ts';
import { turnHref } from './hash-route.ts';
import { placeOf } from './place.ts';

const messages = defineMessages({
  heading: { id: 'dashboard.active', defaultMessage: 'Active' },
  none: { id: 'dashboard.active.none', defaultMessage: 'No agent is working at the moment.' },
  noMatch: { id: 'dashboard.active.no_match', defaultMessage: 'No active turn matches.' },
  more: { id: 'dashboard.active.more', defaultMessage: 'Show {count, number} more' },
  broken: { id: 'dashboard.broken_box', defaultMessage: 'This turn cannot be drawn.' },
});

/** A page of boxes; drawing hundreds at once would make the page slow and nobody reads them. */
const PAGE_SIZE = 48;

interface ActiveSectionProps {
  sessions: readonly Session[];
  anchor: ClockAnchor;
  /** Something is searched for: an empty grid then says so. */
  isFiltered: boolean;
}

/** Boxes of the active turns (and of those that ended a moment ago), in an order that never changes: a new one joins at the end. */
export function ActiveSection({ sessions, anchor, isFiltered }: ActiveSectionProps): React.ReactElement {
  const [pages, setPages] = React.useState(1);
  const shown = sessions.slice(0, pages * PAGE_SIZE);
  const active = sessions.filter((session) => session.status === 'active').length;
  const hidden = sessions.length - shown.length;
  return (
    <section className="Section" aria-labelledby="active-heading">
      <h2 className="Section__heading" id="active-heading">
        <FormattedMessage {...messages.heading} />
        <span className="Section__count">{active > 0 && active}</span>
      </h2>
      {sessions.length === 0 && (
        <p className="Section__empty">
          <FormattedMessage {...(isFiltered ? messages.noMatch : messages.none)} />
        </p>
      )}
      <div className="ActiveGrid">
        {shown.map((session) => (
          <ActiveBox key={session.id} session={session} anchor={anchor} />
        ))}
      </div>
      {hidden > 0 && (
        <button type="button" className="LiveStatusLink Section__more" onClick={() => setPages(pages + 1)}>
          <FormattedMessage {...messages.more} values={{ count: hidden }} />
        </button>
      )}
    </section>
  );
}

interface ActiveBoxProps {
  session: Session;
  anchor: ClockAnchor;
}

/** Stays as open as the reader left it when its turn ends: nothing jumps while the result is shown. */
const ActiveBox = React.memo(function ActiveBox({ session, anchor }: ActiveBoxProps): React.ReactElement {
  const intl = useIntl();
  const [isExpanded, setExpanded] = React.useState(true);
  const actions = useDecision(session);
  return (
    <div className="ActiveGrid__cell" data-turn={session.id}>
      <ErrorBoundary
        resetKey={session}
        fallback={<p className="Section__empty">{intl.formatMessage(messages.broken)}</p>}
      >
        <StatusBox
          session={session}
          anchor={anchor}
          heading="agent"
          expanded={isExpanded}
          onExpandedChange={setExpanded}
          href={turnHref(session.id)}
          place={placeOf(intl, session, 'short')}
          onCopyCommand={copyCommand}
          note={<RoutingRow session={session} />}
          actions={actions}
        />
      </ErrorBoundary>
    </div>
  );
});
