import type { Session } from '@livestatus/contract';
import { type ClockAnchor, ErrorBoundary, RoutingRow, StatusBox, sessionAsText, Timeline } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import { turnHref } from '../page/hash-route.ts';
import { copyCommand } from './copy-command.ts';
import { useDecision } from './decide.ts';

const messages = defineMessages({
  timeline: { id: 'dashboard.turn.timeline', defaultMessage: 'Timeline' },
  open: { id: 'dashboard.turn.open', defaultMessage: 'Open turn' },
  broken: { id: 'dashboard.broken_box', defaultMessage: 'This turn cannot be drawn.' },
});

interface TurnDetailsProps {
  session: Session;
  anchor: ClockAnchor;
  /** Offers the turn's own page, whose address can be sent to somebody. */
  linksToPage?: boolean;
}

/** A turn in full: its box with every step, and its timeline. */
export function TurnDetails({ session, anchor, linksToPage = false }: TurnDetailsProps): React.ReactElement {
  const intl = useIntl();
  const actions = useDecision(session);
  const copy = React.useCallback(
    (copied: Session) => navigator.clipboard.writeText(sessionAsText(intl, copied)),
    [intl],
  );
  return (
    <ErrorBoundary
      resetKey={session}
      fallback={<p className="Section__empty">{intl.formatMessage(messages.broken)}</p>}
    >
      <div className="TurnDetails">
        <StatusBox
          session={session}
          anchor={anchor}
          expanded
          logHeight="full"
          onCopy={copy}
          onCopyCommand={copyCommand}
          note={<RoutingRow session={session} />}
          actions={actions}
          links={
            linksToPage && (
              <a className="LiveStatusLink" href={turnHref(session.id)}>
                {intl.formatMessage(messages.open)}
              </a>
            )
          }
        />
        {session.steps.length > 0 && (
          <div className="TurnDetails__timeline">
            <h3 className="TurnDetails__heading">
              <FormattedMessage {...messages.timeline} />
            </h3>
            <Timeline session={session} anchor={anchor} />
          </div>
        )}
      </div>
    </ErrorBoundary>
  );
}
