import { EmptyState, Icon } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, type MessageDescriptor, useIntl } from 'react-intl';

const messages = defineMessages({
  title: { id: 'livestatus.trouble.title', defaultMessage: 'The agents’ status could not be loaded' },
  stale: { id: 'livestatus.trouble.stale', defaultMessage: 'This may be out of date.' },
  retry: { id: 'livestatus.trouble.retry', defaultMessage: 'Try again' },
  unreachable: {
    id: 'livestatus.trouble.unreachable',
    defaultMessage: 'There is no connection to the server. It is tried again by itself.',
  },
  unauthorized: { id: 'livestatus.trouble.unauthorized', defaultMessage: 'You are no longer logged in.' },
  busy: { id: 'livestatus.trouble.busy', defaultMessage: 'The server is busy. It is tried again in a moment.' },
  other: { id: 'livestatus.trouble.other', defaultMessage: 'The plugin did not answer as it should ({code}).' },
});

const REASONS: Readonly<Record<string, MessageDescriptor>> = {
  unreachable: messages.unreachable,
  timeout: messages.unreachable,
  unauthorized: messages.unauthorized,
  rate_limited: messages.busy,
};

interface TroubleProps {
  code: string;
  onRetry: () => void;
  /** There is nothing else to show. */
  isAlone?: boolean;
}

/** The list did not come: why, and what one can do. */
export function Trouble({ code, onRetry, isAlone = false }: TroubleProps): React.ReactElement {
  const intl = useIntl();
  const reason = <FormattedMessage {...(REASONS[code] ?? messages.other)} values={{ code }} />;
  if (isAlone) {
    return (
      <EmptyState title={intl.formatMessage(messages.title)}>
        <p className="LiveStatusTrouble__reason">{reason}</p>
        <button type="button" className="LiveStatusButton" onClick={onRetry}>
          {intl.formatMessage(messages.retry)}
        </button>
      </EmptyState>
    );
  }
  return (
    <div className="LiveStatusTrouble" role="status">
      <Icon name="warning" />
      <span className="LiveStatusTrouble__text">
        <FormattedMessage {...messages.stale} /> {reason}
      </span>
      <button type="button" className="LiveStatusLink" onClick={onRetry}>
        {intl.formatMessage(messages.retry)}
      </button>
    </div>
  );
}
