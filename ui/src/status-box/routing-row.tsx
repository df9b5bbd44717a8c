import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';

const messages = defineMessages({
  dashboard_only: { id: 'dashboard.routing.dashboard_only', defaultMessage: 'Only on this page. {reason}' },
  no_box: { id: 'dashboard.routing.no_box', defaultMessage: 'No status box in Mattermost. {reason}' },
});

/** Why the turn is not shown in Mattermost as it should be: a note for boxes of the daemon's own page, which alone is told. */
export function RoutingRow({ session: { routing } }: { session: Session }): React.ReactElement | null {
  if (routing === undefined) return null;
  const { state, code, reason } = routing;
  return (
    <p className="LiveStatusReason" title={code}>
      <FormattedMessage {...messages[state]} values={{ reason }} />
    </p>
  );
}
