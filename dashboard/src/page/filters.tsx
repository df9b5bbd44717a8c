import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, type MessageDescriptor, useIntl } from 'react-intl';
import { agentsOf, type Query } from '../search/search.ts';

const messages = defineMessages({
  status: { id: 'dashboard.filter.status', defaultMessage: 'State' },
  agent: { id: 'dashboard.filter.agent', defaultMessage: 'Agent' },
  allAgents: { id: 'dashboard.filter.all_agents', defaultMessage: 'All agents' },
});

const STATUSES: readonly Query['status'][] = ['all', 'active', 'done', 'error', 'interrupted'];

const words: Readonly<Record<Query['status'], MessageDescriptor>> = defineMessages({
  all: { id: 'dashboard.filter.all', defaultMessage: 'All states' },
  active: { id: 'dashboard.filter.active', defaultMessage: 'Active' },
  done: { id: 'dashboard.filter.done', defaultMessage: 'Done' },
  error: { id: 'dashboard.filter.failed', defaultMessage: 'Failed' },
  interrupted: { id: 'dashboard.filter.interrupted', defaultMessage: 'Stopped or interrupted' },
});

interface FiltersProps {
  sessions: readonly Session[];
  query: Query;
  onQuery: (query: Query) => void;
}

/** Which turns to show: by state and by agent. */
export function Filters({ sessions, query, onQuery }: FiltersProps): React.ReactElement {
  const intl = useIntl();
  const agents = React.useMemo(() => agentsOf(sessions), [sessions]);
  return (
    <div className="Filters">
      <select
        className="Filters__select"
        aria-label={intl.formatMessage(messages.status)}
        value={query.status}
        onChange={(event) => onQuery({ ...query, status: event.target.value as Query['status'] })}
      >
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {intl.formatMessage(words[status])}
          </option>
        ))}
      </select>
      <select
        className="Filters__select"
        aria-label={intl.formatMessage(messages.agent)}
        value={query.agent}
        onChange={(event) => onQuery({ ...query, agent: event.target.value })}
      >
        <option value="all">{intl.formatMessage(messages.allAgents)}</option>
        {agents.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
