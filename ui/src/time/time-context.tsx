import * as React from 'react';
import { type ClockAnchor, daemonNow } from './clock-anchor.ts';
import { browserTime, type Time } from './ticker.ts';

const TimeContext = React.createContext<Time>(browserTime);

interface TimeProviderProps {
  time: Time;
  children: React.ReactNode;
}

/** Gives everything below another time: a frozen one while the connection is lost, a fake one in tests. */
export function TimeProvider({ time, children }: TimeProviderProps): React.ReactElement {
  return <TimeContext.Provider value={time}>{children}</TimeContext.Provider>;
}

export function useTime(): Time {
  return React.useContext(TimeContext);
}

/**
 * Milliseconds of the daemon's clock since `fromMs`, floored to `stepMs`; renders again only when that value changes.
 * Negative differences (a step that is dated after the last news) count as 0.
 */
export function useSince(fromMs: number, anchor: ClockAnchor, stepMs = 1000): number {
  const time = useTime();
  const read = (): number => {
    const elapsedMs = Math.max(0, daemonNow(anchor, time.now()) - fromMs);
    return Math.floor(elapsedMs / stepMs) * stepMs;
  };
  const [, setShown] = React.useState(read);
  const { asOfMs, receivedAtMs } = anchor;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is made of exactly these
  React.useEffect(() => time.subscribe(() => setShown(read())), [time, fromMs, asOfMs, receivedAtMs, stepMs]);
  return read();
}
