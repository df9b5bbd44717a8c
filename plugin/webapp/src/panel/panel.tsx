import { EmptyState, Skeleton } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import { useDispatch, useSelector } from 'react-redux';
import type { HostState } from '../host/host_state.ts';
import { liveAction } from '../live/live_action.ts';
import type { PanelScope } from '../live/live_state.ts';
import { selectLive } from '../live/selectors.ts';
import { ActiveList } from './active_list.tsx';
import { selectPanelActive, selectPanelEnded, selectPanelWaiting } from './panel_sessions.ts';
import { RecentList } from './recent_list.tsx';
import { ScopeSwitch } from './scope_switch.tsx';
import { Trouble } from './trouble.tsx';
import { WaitingList } from './waiting_list.tsx';

const messages = defineMessages({
  loading: { id: 'livestatus.panel.loading', defaultMessage: 'Loading the status of the agents' },
  quiet: { id: 'livestatus.panel.quiet', defaultMessage: 'All quiet here' },
  quietText: {
    id: 'livestatus.panel.quiet_text',
    defaultMessage: 'When an agent starts working in a channel you can read, it shows up here by itself.',
  },
});

interface PanelProps {
  /** A person asks for another try. */
  onRetry: () => void;
}

/** The panel "Agent Status": who works, and what has ended. */
export function Panel({ onRetry }: PanelProps): React.ReactElement {
  const scope = useSelector((state: HostState) => selectLive(state).scope);
  const dispatch = useDispatch();
  const choose = (next: PanelScope): void => void dispatch(liveAction({ type: 'scope_chosen', scope: next }));
  return (
    <div className="LiveStatusPanel">
      <ScopeSwitch scope={scope} onChoose={choose} />
      <PanelBody onRetry={onRetry} />
    </div>
  );
}

function PanelBody({ onRetry }: PanelProps): React.ReactElement {
  const intl = useIntl();
  const isLoaded = useSelector((state: HostState) => selectLive(state).isLoaded);
  const trouble = useSelector((state: HostState) => selectLive(state).trouble);
  const waiting = useSelector(selectPanelWaiting);
  const active = useSelector(selectPanelActive);
  const ended = useSelector(selectPanelEnded);
  const isEmpty = waiting.length + active.length + ended.length === 0;
  if (!isLoaded && isEmpty) {
    if (trouble !== undefined) return <Trouble code={trouble} onRetry={onRetry} isAlone />;
    return <Skeleton label={intl.formatMessage(messages.loading)} rows={3} shape="box" />;
  }
  return (
    <>
      {trouble !== undefined && <Trouble code={trouble} onRetry={onRetry} />}
      {isEmpty && (
        <EmptyState title={intl.formatMessage(messages.quiet)}>
          <FormattedMessage {...messages.quietText} />
        </EmptyState>
      )}
      {waiting.length > 0 && <WaitingList sessions={waiting} />}
      {active.length > 0 && <ActiveList sessions={active} />}
      {ended.length > 0 && <RecentList sessions={ended} />}
    </>
  );
}
