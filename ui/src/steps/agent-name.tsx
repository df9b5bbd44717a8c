import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { Icon } from '../icons/icon.tsx';
import { labelText } from '../session/label.ts';
import { countTools, type StepNode } from '../session/step-tree.ts';
import { Label } from './label.tsx';
import { stepIcon, stepWord } from './step-signs.ts';

const messages = defineMessages({
  agent: { id: 'livestatus.agent.sub_agent', defaultMessage: 'sub-agent' },
  tools: { id: 'livestatus.agent.tools', defaultMessage: '· {count, plural, one {# tool} other {# tools}}' },
  failed: { id: 'livestatus.agent.failed', defaultMessage: '· failed' },
  cancelled: { id: 'livestatus.agent.cancelled', defaultMessage: '· cancelled' },
});

interface AgentNameProps {
  node: StepNode;
  /** Shown instead of how it goes where its lines can be folded. */
  chevron?: 'chevron-down' | 'chevron-right';
}

/** A sub-agent's own line: its name, how many tools it used, and how it ended if not well. */
export function AgentName({ node, chevron }: AgentNameProps): React.ReactElement {
  const intl = useIntl();
  const { step } = node;
  const tools = countTools(node);
  return (
    <>
      <span className="LiveStatusStep__icon">
        <Icon name={chevron ?? stepIcon(step)} />
        <span className="LiveStatusHidden">{stepWord(intl, step)}</span>
      </span>
      <span className="LiveStatusStep__label" title={[labelText(step.label), step.detail].filter(Boolean).join('\n')}>
        <b className="LiveStatusAgent__name">
          <Label label={step.label} />
        </b>{' '}
        <span className="LiveStatusAgent__about">
          {step.kind === 'agent' && intl.formatMessage(messages.agent)}{' '}
          {tools > 0 && intl.formatMessage(messages.tools, { count: tools })}{' '}
          {step.status === 'error' && intl.formatMessage(messages.failed)}
          {step.status === 'cancelled' && intl.formatMessage(messages.cancelled)}
        </span>
      </span>
    </>
  );
}
