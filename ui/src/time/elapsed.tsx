import * as React from 'react';
import { useIntl } from 'react-intl';
import { formatDuration, formatElapsed } from '../format/format.ts';
import type { ClockAnchor } from './clock-anchor.ts';
import { useSince } from './time-context.tsx';

interface ElapsedProps {
  /** Where it counts from: daemon's clock, ms. */
  fromMs: number;
  anchor: ClockAnchor;
}

/** Time that runs: 0:42. Ticks with the shared time and stands still where a frozen one is provided. */
export function Elapsed({ fromMs, anchor }: ElapsedProps): React.ReactElement {
  const intl = useIntl();
  return <span className="LiveStatusFigure">{formatElapsed(intl, useSince(fromMs, anchor))}</span>;
}

interface DurationProps {
  /** Milliseconds. */
  ms: number;
}

/** Time that is over: 48 s. */
export function Duration({ ms }: DurationProps): React.ReactElement {
  const intl = useIntl();
  return <span className="LiveStatusFigure">{formatDuration(intl, ms)}</span>;
}
