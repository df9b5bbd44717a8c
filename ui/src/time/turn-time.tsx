import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { describeState, isClockRunning } from '../session/describe.ts';
import type { ClockAnchor } from './clock-anchor.ts';
import { Duration, Elapsed } from './elapsed.tsx';
import { StillElapsed } from './still-elapsed.tsx';

interface TurnTimeProps {
  session: Session;
  anchor: ClockAnchor;
}

/** How long a turn took; how long it takes so far; or how long it was seen, while nobody sees it. */
export function TurnTime({ session, anchor }: TurnTimeProps): React.ReactElement {
  const { started_ms: startedMs, last_event_ms: lastEventMs } = session;
  if (session.status !== 'active') return <Duration ms={(session.ended_ms ?? lastEventMs) - startedMs} />;
  if (isClockRunning(describeState(session))) return <Elapsed fromMs={startedMs} anchor={anchor} />;
  return <StillElapsed ms={lastEventMs - startedMs} />;
}
