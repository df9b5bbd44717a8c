import type { Session } from '@livestatus/contract';
import { LIMITS } from '@livestatus/contract';
import { type ClockAnchor, formatDuration, formatTokens, useSince } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, type MessageDescriptor, useIntl } from 'react-intl';
import { todayFigures } from '../today/figures.ts';

const labels = defineMessages({
  figures: { id: 'dashboard.figures', defaultMessage: 'Figures of today' },
  active: { id: 'dashboard.figures.active', defaultMessage: 'active' },
  turns: { id: 'dashboard.figures.turns', defaultMessage: 'turns today' },
  median: { id: 'dashboard.figures.median', defaultMessage: 'median turn' },
  failed: { id: 'dashboard.figures.failed', defaultMessage: 'failed today' },
  tokens: { id: 'dashboard.figures.tokens', defaultMessage: 'tokens today' },
  lastTurns: { id: 'dashboard.figures.last_turns', defaultMessage: 'last turns' },
  lastFailed: { id: 'dashboard.figures.last_failed', defaultMessage: 'of them failed' },
  lastTokens: { id: 'dashboard.figures.last_tokens', defaultMessage: 'tokens of them' },
});

const MINUTE_MS = 60_000;
const NOTHING = '–';

interface FiguresProps {
  sessions: readonly Session[];
  anchor: ClockAnchor;
}

/** How the day goes. Where the page does not know the whole day, the figures say that they count the last turns. */
export function Figures({ sessions, anchor }: FiguresProps): React.ReactElement {
  const intl = useIntl();
  const nowMs = useSince(0, anchor, MINUTE_MS);
  const figures = React.useMemo(() => todayFigures(sessions, nowMs, LIMITS.listEndedDefault), [sessions, nowMs]);
  const { active, turns, medianMs, failed, tokens, isPartial } = figures;
  const rows: [MessageDescriptor, string][] = [
    [labels.active, intl.formatNumber(active)],
    [isPartial ? labels.lastTurns : labels.turns, intl.formatNumber(turns)],
    [labels.median, medianMs === undefined ? NOTHING : formatDuration(intl, medianMs)],
    [isPartial ? labels.lastFailed : labels.failed, intl.formatNumber(failed)],
    [isPartial ? labels.lastTokens : labels.tokens, formatTokens(intl, tokens)],
  ];
  return (
    <dl className="Figures" aria-label={intl.formatMessage(labels.figures)}>
      {rows.map(([label, value]) => (
        <div key={label.id} className="Figures__figure">
          <dt className="Figures__label">{intl.formatMessage(label)}</dt>
          <dd className="Figures__value">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
