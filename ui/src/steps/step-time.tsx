import type { Step } from '@livestatus/contract';
import * as React from 'react';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Duration, Elapsed } from '../time/elapsed.tsx';

interface StepTimeProps {
  step: Step;
  anchor: ClockAnchor;
}

/** The right edge of a line: ticking while the step runs, its duration afterwards, nothing where time means nothing. */
export function StepTime({ step, anchor }: StepTimeProps): React.ReactElement | null {
  if (step.status === 'running') {
    return (
      <span className="LiveStatusStep__time">
        <Elapsed fromMs={step.started_ms} anchor={anchor} />
      </span>
    );
  }
  if (step.kind === 'text' || step.ended_ms === undefined) return null;
  const ms = step.ended_ms - step.started_ms;
  if (step.kind === 'notice' && ms === 0) return null;
  return (
    <span className="LiveStatusStep__time">
      <Duration ms={ms} />
    </span>
  );
}
