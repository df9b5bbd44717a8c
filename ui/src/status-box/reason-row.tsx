import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { describeState } from '../session/describe.ts';
import { Label } from '../steps/label.tsx';

const messages = defineMessages({
  offline: {
    id: 'livestatus.reason.offline',
    defaultMessage: 'Live Status lost the connection to this agent’s host. The agent may still be working.',
  },
  unobserved: {
    id: 'livestatus.reason.unobserved',
    defaultMessage: 'Live Status cannot see this agent at the moment. It may still be working.',
  },
});

interface ReasonRowProps {
  session: Session;
}

/** Why it failed or was interrupted, or why we do not know more. A stop that somebody asked for needs no reason. */
export function ReasonRow({ session }: ReasonRowProps): React.ReactElement | null {
  const state = describeState(session);
  if (state === 'offline' || state === 'unobserved') {
    return (
      <p className="LiveStatusReason">
        <FormattedMessage {...messages[state]} />
      </p>
    );
  }
  if (session.error === undefined || (state !== 'failed' && state !== 'interrupted')) return null;
  return (
    <p className={`LiveStatusReason${state === 'failed' ? ' LiveStatusReason--failed' : ''}`}>
      <Label label={session.error.message} />
    </p>
  );
}
