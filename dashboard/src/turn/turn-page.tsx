import type { Session } from '@livestatus/contract';
import { type ClockAnchor, EmptyState, Icon, Skeleton } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import { placeOf } from '../page/place.ts';
import { TurnDetails } from './turn-details.tsx';

const messages = defineMessages({
  back: { id: 'dashboard.turn.back', defaultMessage: 'All turns' },
  loading: { id: 'dashboard.turn.loading', defaultMessage: 'Loading the turn' },
  untitled: { id: 'dashboard.turn.untitled', defaultMessage: 'A turn of {agent}' },
  gone: { id: 'dashboard.turn.gone', defaultMessage: 'This turn is not here (any more)' },
  goneText: {
    id: 'dashboard.turn.gone_text',
    defaultMessage:
      'The daemon keeps ended turns for 7 days. A turn of another machine is in the dashboard of that machine.',
  },
  agent: { id: 'dashboard.turn.agent', defaultMessage: 'Agent' },
  started: { id: 'dashboard.turn.started', defaultMessage: 'Started' },
  place: { id: 'dashboard.turn.place', defaultMessage: 'Shown in' },
  key: { id: 'dashboard.turn.key', defaultMessage: 'Session key' },
});

interface TurnPageProps {
  id: string;
  session: Session | undefined;
  anchor: ClockAnchor | undefined;
  /** Fetches a turn that is not listed; see `Feed.request`. */
  onRequest: (id: string) => Promise<'found' | 'gone' | 'unreachable'>;
}

/** One turn on a page of its own, whose address can be sent to somebody else. */
export function TurnPage({ id, session, anchor, onRequest }: TurnPageProps): React.ReactElement {
  const intl = useIntl();
  const isMissing = useMissing(id, session !== undefined || anchor === undefined, onRequest);
  return (
    <main className="Page TurnPage">
      <a className="LiveStatusLink TurnPage__back" href="#/">
        <Icon name="arrow-left" />
        <FormattedMessage {...messages.back} />
      </a>
      {session !== undefined && anchor !== undefined && (
        <>
          <h2 className="TurnPage__title">
            {session.title ?? intl.formatMessage(messages.untitled, { agent: session.agent.name })}
          </h2>
          <Facts session={session} />
          <TurnDetails session={session} anchor={anchor} />
        </>
      )}
      {session === undefined && isMissing && (
        <EmptyState title={intl.formatMessage(messages.gone)}>
          <FormattedMessage {...messages.goneText} />
        </EmptyState>
      )}
      {session === undefined && !isMissing && (
        <Skeleton label={intl.formatMessage(messages.loading)} rows={2} shape="box" />
      )}
    </main>
  );
}

/** Asks once for a turn that the list does not have, when the list is there. */
function useMissing(id: string, isKnown: boolean, onRequest: TurnPageProps['onRequest']): boolean {
  const [missingId, setMissingId] = React.useState<string | undefined>(undefined);
  React.useEffect(() => {
    if (isKnown) return undefined;
    let isCurrent = true;
    void onRequest(id).then((outcome) => {
      if (isCurrent && outcome === 'gone') setMissingId(id);
    });
    return () => {
      isCurrent = false;
    };
  }, [id, isKnown, onRequest]);
  return missingId === id;
}

const DATE = { dateStyle: 'medium', timeStyle: 'medium' } as const;

function Facts({ session }: { session: Session }): React.ReactElement {
  const intl = useIntl();
  return (
    <dl className="TurnPage__facts">
      <Fact name={intl.formatMessage(messages.agent)}>{session.agent.name}</Fact>
      <Fact name={intl.formatMessage(messages.started)}>{intl.formatDate(session.started_ms, DATE)}</Fact>
      <Fact name={intl.formatMessage(messages.place)}>{placeOf(intl, session, 'full')}</Fact>
      <Fact name={intl.formatMessage(messages.key)}>
        <code className="LiveStatusCode">{session.session_key}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }): React.ReactElement {
  return (
    <div className="TurnPage__fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
