import { EmptyState, Icon } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import type { Connection } from '../feed/feed-state.ts';

const messages = defineMessages({
  lost: {
    id: 'dashboard.lost',
    defaultMessage:
      'The connection to the daemon is lost. What you see is as of then; times stand still until it is back.',
  },
  unreachable: { id: 'dashboard.unreachable', defaultMessage: 'The daemon does not answer. Trying again.' },
  outdated: { id: 'dashboard.outdated', defaultMessage: 'Live Status was updated while this page was open.' },
  reload: { id: 'dashboard.reload', defaultMessage: 'Reload' },
  token: { id: 'dashboard.token', defaultMessage: 'This dashboard needs its token' },
  tokenText: {
    id: 'dashboard.token_text',
    defaultMessage: 'It is the value of {setting} where the daemon is configured.',
  },
  tokenField: { id: 'dashboard.token_field', defaultMessage: 'Token' },
  tokenOpen: { id: 'dashboard.token_open', defaultMessage: 'Open' },
});

/** A cut that heals within a second is not worth a word. */
const GRACE_MS = 1000;

interface ConnectionBannerProps {
  connection: Connection;
  isLoaded: boolean;
}

/** Says so when what the page shows is not live. */
export function ConnectionBanner({ connection, isLoaded }: ConnectionBannerProps): React.ReactElement {
  const isLost = useLasting(connection.kind === 'lost', GRACE_MS);
  return (
    <div role="status" className="ConnectionBanner">
      {isLost && (
        <p className="LiveStatusBanner">
          <Icon name="warning" />
          <FormattedMessage {...(isLoaded ? messages.lost : messages.unreachable)} />
        </p>
      )}
      {connection.kind === 'outdated' && (
        <p className="LiveStatusBanner">
          <Icon name="warning" />
          <FormattedMessage {...messages.outdated} />
          <button type="button" className="LiveStatusLink" onClick={() => window.location.reload()}>
            <FormattedMessage {...messages.reload} />
          </button>
        </p>
      )}
    </div>
  );
}

/** True once `condition` has held for `ms`; false at once when it no longer does. */
function useLasting(condition: boolean, ms: number): boolean {
  const [hasLasted, setLasted] = React.useState(false);
  React.useEffect(() => {
    if (!condition) return undefined;
    const id = setTimeout(() => setLasted(true), ms);
    return () => {
      clearTimeout(id);
      setLasted(false);
    };
  }, [condition, ms]);
  return condition && hasLasted;
}

/** Sends the token to the daemon, which keeps the browser signed in by a cookie that no script can read. */
export function TokenPrompt(): React.ReactElement {
  const intl = useIntl();
  return (
    <EmptyState title={intl.formatMessage(messages.token)}>
      <p>
        <FormattedMessage
          {...messages.tokenText}
          values={{ setting: <code className="LiveStatusCode">DASHBOARD_TOKEN</code> }}
        />
      </p>
      <form className="TokenPrompt" method="get" action="./">
        <input
          className="TokenPrompt__field"
          type="password"
          name="token"
          required
          autoComplete="current-password"
          aria-label={intl.formatMessage(messages.tokenField)}
        />
        <button type="submit" className="TokenPrompt__button">
          <FormattedMessage {...messages.tokenOpen} />
        </button>
      </form>
    </EmptyState>
  );
}
