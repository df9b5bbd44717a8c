import type { LinkHealth } from '@livestatus/contract';
import { EmptyState } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';

const messages = defineMessages({
  quiet: { id: 'dashboard.empty.quiet', defaultMessage: 'All quiet here' },
  quietText: {
    id: 'dashboard.empty.quiet_text',
    defaultMessage: 'Live Status is connected. When an agent starts working, it shows up here by itself.',
  },
  unconnected: { id: 'dashboard.empty.unconnected', defaultMessage: 'No OpenClaw is connected' },
  unconnectedText: {
    id: 'dashboard.empty.unconnected_text',
    defaultMessage:
      'Live Status watches the OpenClaw of this machine. Start OpenClaw, then run {doctor}: it checks each link and says what to do about each failure.',
  },
});

interface HowToConnectProps {
  sources: readonly LinkHealth[];
}

/** The page of a daemon that has seen no turn yet: all is well and quiet, or what to do to connect it. */
export function HowToConnect({ sources }: HowToConnectProps): React.ReactElement {
  const intl = useIntl();
  const isConnected = sources.some((source) => source.state === 'ok');
  if (isConnected) {
    return (
      <EmptyState title={intl.formatMessage(messages.quiet)}>
        <FormattedMessage {...messages.quietText} />
      </EmptyState>
    );
  }
  return (
    <EmptyState title={intl.formatMessage(messages.unconnected)}>
      <FormattedMessage
        {...messages.unconnectedText}
        values={{ doctor: <code className="LiveStatusCode">livestatus doctor</code> }}
      />
    </EmptyState>
  );
}
