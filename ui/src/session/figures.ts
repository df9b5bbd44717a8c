import type { Session } from '@livestatus/contract';
import { defineMessages, type IntlShape } from 'react-intl';
import { formatCost, formatPercent, formatTokens } from '../format/format.ts';

const messages = defineMessages({
  tools: { id: 'livestatus.figures.tools', defaultMessage: '{count, plural, one {# tool} other {# tools}}' },
  tokens: { id: 'livestatus.figures.tokens', defaultMessage: '{count} tokens' },
  context: { id: 'livestatus.figures.context', defaultMessage: '{percent} context' },
  steps: { id: 'livestatus.figures.steps', defaultMessage: '{count, plural, one {# step} other {# steps}}' },
  dropped: {
    id: 'livestatus.log.dropped',
    defaultMessage: '+ {count, plural, one {# earlier step} other {# earlier steps}}',
  },
});

/** `key` names the figure, so that a narrow box can leave the lesser ones out. */
export interface Figure {
  readonly key: 'tools' | 'tokens' | 'cost' | 'context';
  readonly text: string;
}

/** The figures of a turn, weightiest first. What is unknown or nothing is left out rather than shown as 0. */
export function figuresOf(intl: IntlShape, session: Session): Figure[] {
  const { tool_calls: tools, usage } = session;
  const figures: Figure[] = [];
  if (tools > 0) figures.push({ key: 'tools', text: intl.formatMessage(messages.tools, { count: tools }) });
  if (usage === undefined) return figures;
  if (usage.total > 0) figures.push({ key: 'tokens', text: tokensText(intl, usage.total) });
  if (usage.cost_usd !== undefined && usage.cost_usd > 0) {
    figures.push({ key: 'cost', text: formatCost(intl, usage.cost_usd) });
  }
  if (usage.context_used !== undefined && usage.context_window !== undefined && usage.context_window > 0) {
    const percent = formatPercent(intl, usage.context_used, usage.context_window);
    figures.push({ key: 'context', text: intl.formatMessage(messages.context, { percent }) });
  }
  return figures;
}

function tokensText(intl: IntlShape, total: number): string {
  return intl.formatMessage(messages.tokens, { count: formatTokens(intl, total) });
}

/** All steps of the turn, those that are no longer listed included: "12 steps". */
export function stepsText(intl: IntlShape, session: Session): string {
  return intl.formatMessage(messages.steps, { count: session.steps.length + session.steps_dropped });
}

/** "+ 37 earlier steps". */
export function droppedText(intl: IntlShape, dropped: number): string {
  return intl.formatMessage(messages.dropped, { count: dropped });
}
