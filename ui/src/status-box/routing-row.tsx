import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';

const messages = defineMessages({
  dashboard_only: { id: 'livestatus.routing.dashboard_only', defaultMessage: 'Only on this page. {reason}' },
  no_box: { id: 'livestatus.routing.no_box', defaultMessage: 'No status box in Mattermost. {reason}' },
});

/** Why the turn is not shown in Mattermost as it should be. Only the daemon's own page is told. */
export function RoutingRow({ session: { routing } }: { session: Session }): React.ReactElement | null {
  if (routing === undefined) return null;
  const { state, code, reason } = routing;
  return (
    <p className="LiveStatusReason" title={code}>
      <FormattedMessage {...messages[state]} values={{ reason }} />
    </p>
  );
}
