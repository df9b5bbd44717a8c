import type { Session } from '@livestatus/contract';
import { SessionCard } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { useSelector } from 'react-redux';
import type { HostState } from '../host/host_state.ts';
import { usePlaceOf } from '../host/use_place_of.ts';
import { anchorOf, selectLive } from '../live/selectors.ts';
import { NO_CARDS, orderCards } from './card_order.ts';
import { OpenTurn } from './open_turn.tsx';

const messages = defineMessages({
  heading: { id: 'livestatus.panel.active', defaultMessage: 'Active · {count, number}' },
});

interface ActiveListProps {
  sessions: readonly Session[];
}

/** The active turns as cards; a card opens in place. */
export function ActiveList({ sessions }: ActiveListProps): React.ReactElement {
  const order = React.useRef(NO_CARDS);
  order.current = orderCards(order.current, sessions);
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const [openId, setOpenId] = React.useState<string | undefined>(undefined);
  const open = React.useCallback((session: Session) => setOpenId(session.id), []);
  const close = React.useCallback(() => setOpenId(undefined), []);
  const placeOf = usePlaceOf();
  const anchors = useSelector((state: HostState) => selectLive(state).anchors);
  return (
    <section aria-labelledby="livestatus-active">
      <h3 className="LiveStatusPanel__heading" id="livestatus-active">
        <FormattedMessage {...messages.heading} values={{ count: sessions.length }} />
      </h3>
      <ul className="LiveStatusPanel__cards">
        {order.current.ids.map((id) => {
          const session = byId.get(id);
          if (session === undefined) return null;
          const anchor = anchorOf(anchors[session.daemon_id], session);
          const place = placeOf(session);
          return (
            <li key={id}>
              {id === openId ? (
                <OpenTurn session={session} anchor={anchor} heading="agent" place={place} onToggle={close} />
              ) : (
                <SessionCard session={session} anchor={anchor} place={place} onOpen={open} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
