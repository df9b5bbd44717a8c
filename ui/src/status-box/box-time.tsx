import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { isClockRunning, type StateKind } from '../session/describe.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Elapsed } from '../time/elapsed.tsx';
import { TurnTime } from '../time/turn-time.tsx';

const messages = defineMessages({
  quiet: { id: 'livestatus.box.quiet_for', defaultMessage: 'for {time}' },
  lastNews: { id: 'livestatus.box.last_news', defaultMessage: 'last news {time} ago' },
});

interface BoxTimeProps {
  session: Session;
  state: StateKind;
  anchor: ClockAnchor;
}

/**
 * The time beside the state: how long it took, how long it takes so far, or, when nobody sees the agent, how long it was
 * seen and when the last news came.
 */
export function BoxTime({ session, state, anchor }: BoxTimeProps): React.ReactElement {
  const news = <Elapsed fromMs={session.last_event_ms} anchor={anchor} />;
  return (
    <>
      <span className="LiveStatusBox__time">
        {state === 'stalled' && (
          <span className="LiveStatusBox__quiet">
            <FormattedMessage {...messages.quiet} values={{ time: news }} />
          </span>
        )}
        <TurnTime session={session} anchor={anchor} />
      </span>
      {session.status === 'active' && !isClockRunning(state) && (
        <span className="LiveStatusBox__news">
          <FormattedMessage {...messages.lastNews} values={{ time: news }} />
        </span>
      )}
    </>
  );
}
