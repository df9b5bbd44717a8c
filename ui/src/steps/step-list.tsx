import * as React from 'react';
import type { StepNode } from '../session/step-tree.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { AgentRow } from './agent-row.tsx';
import { type Entrance, StepRow } from './step-row.tsx';

interface StepListProps {
  nodes: readonly StepNode[];
  anchor: ClockAnchor;
  /** Absent: lines never slide in. */
  entrance?: Entrance | undefined;
}

/** Lines of a log, sub-agents with theirs below them. */
export function StepList({ nodes, anchor, entrance }: StepListProps): React.ReactElement {
  return (
    <ul className="LiveStatusSteps">
      {nodes.map((node) =>
        node.step.kind === 'agent' ? (
          <AgentRow key={node.step.id} node={node} anchor={anchor} entrance={entrance} />
        ) : (
          <StepRow key={node.step.id} step={node.step} anchor={anchor} entrance={entrance} />
        ),
      )}
    </ul>
  );
}
