import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { isClockRunning, type StateKind } from '../session/describe.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Duration, Elapsed } from '../time/elapsed.tsx';
import { StillElapsed } from '../time/still-elapsed.tsx';

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
  const { started_ms: startedMs, ended_ms: endedMs, last_event_ms: lastEventMs } = session;
  if (session.status !== 'active') {
    return (
      <span className="LiveStatusBox__time">
        <Duration ms={(endedMs ?? lastEventMs) - startedMs} />
      </span>
    );
  }
  if (!isClockRunning(state)) {
    return (
      <span className="LiveStatusBox__time">
        <StillElapsed ms={lastEventMs - startedMs} />
        <span className="LiveStatusBox__news">
          <FormattedMessage
            {...messages.lastNews}
            values={{ time: <Elapsed fromMs={lastEventMs} anchor={anchor} /> }}
          />
        </span>
      </span>
    );
  }
  return (
    <span className="LiveStatusBox__time">
      {state === 'stalled' ? (
        <>
          <span className="LiveStatusBox__quiet">
            <FormattedMessage {...messages.quiet} values={{ time: <Elapsed fromMs={lastEventMs} anchor={anchor} /> }} />
          </span>
          <Elapsed fromMs={startedMs} anchor={anchor} />
        </>
      ) : (
        <Elapsed fromMs={startedMs} anchor={anchor} />
      )}
    </span>
  );
}
