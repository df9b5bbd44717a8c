import type { Session } from '@livestatus/contract';
import { RecentRow } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { useSelector } from 'react-redux';
import type { HostState } from '../host/host_state.ts';
import { anchorOf, selectLive } from '../live/selectors.ts';
import { OpenTurn } from './open_turn.tsx';
import { MoreButton, usePages } from './pages.tsx';

const messages = defineMessages({
  heading: { id: 'livestatus.panel.recent', defaultMessage: 'Recent' },
  more: { id: 'livestatus.panel.more', defaultMessage: 'Show older' },
});

interface RecentListProps {
  sessions: readonly Session[];
}

/** The ended turns, newest first, one line each; a line opens in place. */
export function RecentList({ sessions }: RecentListProps): React.ReactElement {
  const { shown, next, more } = usePages(sessions);
  const [openId, setOpenId] = React.useState<string | undefined>(undefined);
  const toggle = React.useCallback(({ id }: Session) => setOpenId((known) => (known === id ? undefined : id)), []);
  const anchors = useSelector((state: HostState) => selectLive(state).anchors);
  return (
    <section aria-labelledby="livestatus-recent">
      <h3 className="LiveStatusPanel__heading" id="livestatus-recent">
        <FormattedMessage {...messages.heading} />
      </h3>
      <ul className="LiveStatusPanel__rows">
        {shown.map((session) => {
          const anchor = anchorOf(anchors[session.daemon_id], session);
          const isOpen = session.id === openId;
          return (
            <li key={session.id}>
              <RecentRow session={session} anchor={anchor} expanded={isOpen} onOpen={toggle} />
              {isOpen && <OpenTurn session={session} anchor={anchor} heading="state" />}
            </li>
          );
        })}
      </ul>
      {next > 0 && (
        <MoreButton onMore={more}>
          <FormattedMessage {...messages.more} />
        </MoreButton>
      )}
    </section>
  );
}
