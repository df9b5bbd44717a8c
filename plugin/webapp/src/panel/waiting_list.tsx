import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { useSelector } from 'react-redux';
import type { HostState } from '../host/host_state.ts';
import { usePlaceOf } from '../host/use_place_of.ts';
import { anchorOf, selectLive } from '../live/selectors.ts';
import { OpenTurn } from './open_turn.tsx';

const messages = defineMessages({
  heading: { id: 'livestatus.panel.waiting', defaultMessage: 'Waiting for you · {count, number}' },
});

interface WaitingListProps {
  sessions: readonly Session[];
}

/** What waits for this user, as boxes with their buttons; the steps open on demand. */
export function WaitingList({ sessions }: WaitingListProps): React.ReactElement {
  const [openId, setOpenId] = React.useState<string | undefined>(undefined);
  const placeOf = usePlaceOf();
  const anchors = useSelector((state: HostState) => selectLive(state).anchors);
  return (
    <section aria-labelledby="livestatus-waiting">
      <h3 className="LiveStatusPanel__heading" id="livestatus-waiting">
        <FormattedMessage {...messages.heading} values={{ count: sessions.length }} />
      </h3>
      <ul className="LiveStatusPanel__cards">
        {sessions.map((session) => (
          <li key={session.id}>
            <OpenTurn
              session={session}
              anchor={anchorOf(anchors[session.daemon_id], session)}
              heading="agent"
              place={placeOf(session)}
              isExpanded={session.id === openId}
              onToggle={(isOpen) => setOpenId(isOpen ? session.id : undefined)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
