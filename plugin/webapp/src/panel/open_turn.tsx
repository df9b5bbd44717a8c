import type { Session } from '@livestatus/contract';
import { type ClockAnchor, ErrorBoundary, StatusBox } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { useSelector } from 'react-redux';
import { useBoxActions } from '../actions/use_box_actions.ts';
import { useCopy } from '../host/clipboard.ts';
import type { HostState } from '../host/host_state.ts';
import { HostLink, turnPath } from '../host/navigation.tsx';

const messages = defineMessages({
  openThread: { id: 'livestatus.panel.open_thread', defaultMessage: 'Open thread' },
  broken: { id: 'livestatus.panel.broken', defaultMessage: 'This turn cannot be drawn.' },
});

interface OpenTurnProps {
  session: Session;
  anchor: ClockAnchor;
  heading: 'state' | 'agent';
  place?: string;
  isExpanded?: boolean;
  /** Present: the box has a button that shows and hides its steps. */
  onToggle?: (isExpanded: boolean) => void;
}

/** A turn of the panel, opened in place: its box, and the way to its thread. */
export function OpenTurn({
  session,
  anchor,
  heading,
  place,
  isExpanded = true,
  onToggle,
}: OpenTurnProps): React.ReactElement {
  const copy = useCopy();
  const actions = useBoxActions(session);
  const path = useSelector((state: HostState) => turnPath(state, session));
  const links = path !== undefined && (
    <HostLink path={path}>
      <FormattedMessage {...messages.openThread} />
    </HostLink>
  );
  return (
    <ErrorBoundary resetKey={session.seq} fallback={<FormattedMessage {...messages.broken} />}>
      <div className="LiveStatusPanel__turn">
        <StatusBox
          session={session}
          anchor={anchor}
          heading={heading}
          place={place}
          expanded={isExpanded}
          onExpandedChange={onToggle}
          onCopy={copy}
          links={links}
          actions={actions}
        />
      </div>
    </ErrorBoundary>
  );
}
