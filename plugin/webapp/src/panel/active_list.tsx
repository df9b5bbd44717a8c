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
import { MoreButton, usePages } from './pages.tsx';

const messages = defineMessages({
  heading: { id: 'livestatus.panel.active', defaultMessage: 'Active · {count, number}' },
  more: { id: 'livestatus.panel.more_active', defaultMessage: 'Show {count, number} more' },
});

interface ActiveListProps {
  sessions: readonly Session[];
}

/** The active turns as cards; a card opens in place, and stays while it is open. */
export function ActiveList({ sessions }: ActiveListProps): React.ReactElement {
  const order = React.useRef(NO_CARDS);
  order.current = orderCards(order.current, sessions);
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const [openId, setOpenId] = React.useState<string | undefined>(undefined);
  const { shown, next, more } = usePages(order.current.ids);
  const ids = openId === undefined || shown.includes(openId) ? shown : [...shown, openId];
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
        {ids.map((id) => {
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
      {next > 0 && (
        <MoreButton onMore={more}>
          <FormattedMessage {...messages.more} values={{ count: next }} />
        </MoreButton>
      )}
    </section>
  );
}
