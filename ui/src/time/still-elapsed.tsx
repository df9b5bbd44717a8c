import * as React from 'react';
import { useIntl } from 'react-intl';
import { formatElapsed } from '../format/format.ts';

interface StillElapsedProps {
  /** Milliseconds. */
  ms: number;
}

/** A running time that was last known as this: written like {@link Elapsed}, but it does not tick. */
export function StillElapsed({ ms }: StillElapsedProps): React.ReactElement {
  const intl = useIntl();
  return <span className="LiveStatusFigure">{formatElapsed(intl, ms)}</span>;
}
