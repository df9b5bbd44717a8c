import * as React from 'react';
import { isPulsing, type StateKind, toneOf } from '../session/describe.ts';

interface StateDotProps {
  state: StateKind;
}

/** The coloured dot. Decoration: the state's word always stands beside it. */
export function StateDot({ state }: StateDotProps): React.ReactElement {
  const pulse = isPulsing(state) ? ' LiveStatusDot--pulsing' : '';
  return <span className={`LiveStatusDot LiveStatusDot--${toneOf(state)}${pulse}`} aria-hidden="true" />;
}
