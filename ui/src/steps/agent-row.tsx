import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { Icon } from '../icons/icon.tsx';
import { labelText } from '../session/label.ts';
import { countTools, hasRunning, isFoldedByItself, isSameNode, type StepNode } from '../session/step-tree.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Label } from './label.tsx';
import { StepList } from './step-list.tsx';
import type { Entrance } from './step-row.tsx';
import { stepIcon, stepWord } from './step-signs.ts';
import { StepTime } from './step-time.tsx';

const messages = defineMessages({
  agent: { id: 'livestatus.agent.sub_agent', defaultMessage: 'sub-agent' },
  tools: { id: 'livestatus.agent.tools', defaultMessage: '· {count, plural, one {# tool} other {# tools}}' },
  failed: { id: 'livestatus.agent.failed', defaultMessage: '· failed' },
  cancelled: { id: 'livestatus.agent.cancelled', defaultMessage: '· cancelled' },
});

interface AgentRowProps {
  node: StepNode;
  anchor: ClockAnchor;
  entrance: Entrance | undefined;
}

/**
 * A sub-agent: its own line, and below it what it did, on a rail. Folds by itself when it has many lines or is done;
 * once the reader has chosen, that choice holds.
 */
export const AgentRow = React.memo(function AgentRow({ node, anchor, entrance }: AgentRowProps): React.ReactElement {
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

interface AgentNameProps {
  node: StepNode;
  chevron?: 'chevron-down' | 'chevron-right';
}

function AgentName({ node, chevron }: AgentNameProps): React.ReactElement {
  const intl = useIntl();
  const { step } = node;
  const tools = countTools(node);
  return (
    <>
      <span className="LiveStatusStep__icon">
        <Icon name={chevron ?? stepIcon(step)} />
        <span className="LiveStatusHidden">{stepWord(intl, step)}</span>
      </span>
      <span className="LiveStatusStep__label" title={labelText(step.label)}>
        <b className="LiveStatusAgent__name">
          <Label label={step.label} />
        </b>{' '}
        <span className="LiveStatusAgent__about">
          {intl.formatMessage(messages.agent)} {tools > 0 && intl.formatMessage(messages.tools, { count: tools })}{' '}
          {step.status === 'error' && intl.formatMessage(messages.failed)}
          {step.status === 'cancelled' && intl.formatMessage(messages.cancelled)}
        </span>
      </span>
    </>
  );
}
