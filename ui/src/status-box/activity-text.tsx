import type { Activity, Session, Waiting } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage, type MessageDescriptor } from 'react-intl';

const activities: Readonly<Record<Activity, MessageDescriptor>> = defineMessages({
  thinking: { id: 'livestatus.activity.thinking', defaultMessage: 'Thinking' },
  tool: { id: 'livestatus.activity.tool', defaultMessage: 'Using a tool' },
  writing: { id: 'livestatus.activity.writing', defaultMessage: 'Writing the answer' },
  waiting: { id: 'livestatus.activity.waiting', defaultMessage: 'Waiting' },
  retrying: {
    id: 'livestatus.activity.retrying',
    defaultMessage: 'The model provider failed; the agent will try again',
  },
  compacting: { id: 'livestatus.activity.compacting', defaultMessage: 'Shortening its memory of the conversation' },
  unobserved: { id: 'livestatus.activity.unobserved', defaultMessage: 'Nothing was seen yet' },
});

const waitingFor: Readonly<Record<Waiting['for'], MessageDescriptor>> = defineMessages({
  approval: { id: 'livestatus.waiting.approval', defaultMessage: 'Somebody has to approve the next step' },
  answer: { id: 'livestatus.waiting.answer', defaultMessage: 'Somebody has to answer its question' },
  agents: { id: 'livestatus.waiting.agents', defaultMessage: 'Its sub-agents are still working' },
  provider: {
    id: 'livestatus.waiting.provider',
    defaultMessage: 'The model provider failed; the agent will try again',
  },
});

interface ActivityTextProps {
  session: Session;
}

/** What the agent does when no step says it. */
export function ActivityText({ session }: ActivityTextProps): React.ReactElement {
  const reason = session.activity === 'waiting' ? session.waiting?.for : undefined;
  const message = reason === undefined ? activities[session.activity ?? 'thinking'] : waitingFor[reason];
  return <FormattedMessage {...message} />;
}
