import * as React from 'react';
import { hasRunning, isFoldedByItself, isSameNode, type StepNode } from '../session/step-tree.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { AgentName } from './agent-name.tsx';
import { type Entrance, StepRow } from './step-row.tsx';
import { StepTime } from './step-time.tsx';

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
        node.step.kind === 'agent' || node.children.length > 0 ? (
          <AgentRow key={node.step.id} node={node} anchor={anchor} entrance={entrance} />
        ) : (
          <StepRow key={node.step.id} step={node.step} anchor={anchor} entrance={entrance} />
        ),
      )}
    </ul>
  );
}

interface AgentRowProps {
  node: StepNode;
  anchor: ClockAnchor;
  entrance: Entrance | undefined;
}

/**
 * A sub-agent: its own line, and below it what it did, on a rail. Folds by itself when it has many lines or is done;
 * once the reader has chosen, that choice holds.
 */
const AgentRow = React.memo(function AgentRow({ node, anchor, entrance }: AgentRowProps): React.ReactElement {
  const [choice, setChoice] = React.useState<boolean | undefined>(undefined);
  const { step, children } = node;
  const isOpen = choice ?? !isFoldedByItself(node);
  return (
    <li className="LiveStatusAgent">
      <div
        className={`LiveStatusStep LiveStatusStep--agent LiveStatusStep--${step.status}`}
        data-step-id={step.id}
        tabIndex={-1}
      >
        {children.length === 0 ? (
          <AgentName node={node} />
        ) : (
          <button
            type="button"
            className="LiveStatusAgent__toggle"
            aria-expanded={isOpen}
            onClick={() => setChoice(!isOpen)}
          >
            <AgentName node={node} chevron={isOpen ? 'chevron-down' : 'chevron-right'} />
          </button>
        )}
        <StepTime step={step} anchor={anchor} />
      </div>
      {isOpen && children.length > 0 && (
        <div className="LiveStatusAgent__rail">
          <StepList nodes={children} anchor={anchor} entrance={entrance} />
        </div>
      )}
    </li>
  );
}, isSameRow);

function isSameRow(before: AgentRowProps, after: AgentRowProps): boolean {
  if (before.entrance !== after.entrance || !isSameNode(before.node, after.node)) return false;
  return before.anchor === after.anchor || !hasRunning(after.node);
}
