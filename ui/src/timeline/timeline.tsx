import type { Session, Step } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, type IntlShape, useIntl } from 'react-intl';
import { formatDuration, formatElapsed } from '../format/format.ts';
import { describeState, isClockRunning } from '../session/describe.ts';
import { labelText } from '../session/label.ts';
import { ActivityText } from '../status-box/activity-text.tsx';
import { Label } from '../steps/label.tsx';
import { stepWord } from '../steps/step-signs.ts';
import { StepTime } from '../steps/step-time.tsx';
import { type ClockAnchor, stoppedAnchor } from '../time/clock-anchor.ts';
import { Elapsed } from '../time/elapsed.tsx';
import { useSince } from '../time/time-context.tsx';
import { buildTimeline, type Stretch, type TimelineRow, type TimelineTick } from './model.ts';

const messages = defineMessages({
  timeline: { id: 'livestatus.timeline.label', defaultMessage: 'Timeline' },
  startsAt: { id: 'livestatus.timeline.starts_at', defaultMessage: 'starts at {time}' },
});

interface TimelineProps {
  session: Session;
  anchor: ClockAnchor;
}

/** When each step of a turn began and how long it took, on one axis; waits and retries are hatched and named. */
export const Timeline = React.memo(function Timeline({ session, anchor }: TimelineProps): React.ReactElement {
  const intl = useIntl();
  const isRunning = session.status === 'active' && isClockRunning(describeState(session));
  const shownAnchor = isRunning ? anchor : stoppedAnchor(session.last_event_ms);
  const nowMs = session.started_ms + useSince(session.started_ms, shownAnchor);
  const { rows, ticks, waiting, spanMs } = React.useMemo(() => buildTimeline(session, nowMs), [session, nowMs]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of rows, not of form fields
    <div className="LiveStatusTimeline" role="group" aria-label={intl.formatMessage(messages.timeline)}>
      <Axis ticks={ticks} spanMs={spanMs} />
      <ol className="LiveStatusTimeline__rows">
        {rows.map((row) => (
          <Row key={row.step.id} row={row} anchor={shownAnchor} />
        ))}
        {waiting !== undefined && (
          <li className="LiveStatusTimeline__row">
            <span className="LiveStatusTimeline__label">
              <ActivityText session={session} />
            </span>
            <Track stretch={waiting} tone="wait" />
            <span className="LiveStatusTimeline__time">
              <Elapsed fromMs={waiting.sinceMs} anchor={shownAnchor} />
            </span>
          </li>
        )}
      </ol>
    </div>
  );
});

interface AxisProps {
  ticks: readonly TimelineTick[];
  spanMs: number;
}

/** Marks and their lines behind all rows. For the eye: every row says its times in words. */
function Axis({ ticks, spanMs }: AxisProps): React.ReactElement {
  const intl = useIntl();
  return (
    <div className="LiveStatusTimeline__axis" aria-hidden="true">
      {ticks.map((tick) => (
        <span key={tick.offsetMs} className={tickClass(tick)} style={{ left: `${tick.leftPct}%` }}>
          <span className="LiveStatusFigure LiveStatusTimeline__mark">{markText(intl, tick.offsetMs, spanMs)}</span>
        </span>
      ))}
    </div>
  );
}

/** A mark past this would stand out over the end of the axis. */
const LATE_PCT = 92;

function tickClass({ leftPct }: TimelineTick): string {
  return `LiveStatusTimeline__tick${leftPct > LATE_PCT ? ' LiveStatusTimeline__tick--late' : ''}`;
}

/** Below ten seconds 0:01 would stand for several marks. */
function markText(intl: IntlShape, offsetMs: number, spanMs: number): string {
  return spanMs < 10_000 ? formatDuration(intl, offsetMs) : formatElapsed(intl, offsetMs);
}

interface RowProps {
  row: TimelineRow;
  anchor: ClockAnchor;
}

function Row({ row, anchor }: RowProps): React.ReactElement {
  const intl = useIntl();
  const { step, depth } = row;
  return (
    <li className="LiveStatusTimeline__row">
      <span className="LiveStatusHidden">{stepWord(intl, step)}</span>
      <span
        className={`LiveStatusTimeline__label LiveStatusTimeline__label--${step.kind}`}
        style={{ paddingLeft: `${depth * 12}px` }}
        title={labelText(step.label)}
      >
        <Label label={step.label} />
      </span>
      <span className="LiveStatusHidden">
        {intl.formatMessage(messages.startsAt, { time: formatElapsed(intl, row.offsetMs) })}
      </span>
      <Track stretch={row} tone={toneOf(step, depth)} />
      <span className="LiveStatusTimeline__time">
        <StepTime step={step} anchor={anchor} />
      </span>
    </li>
  );
}

type BarTone = 'own' | 'agent' | 'failed' | 'wait' | 'quiet';

function toneOf(step: Step, depth: number): BarTone {
  if (step.status === 'error') return 'failed';
  if (step.kind === 'notice') return 'wait';
  if (step.kind === 'agent' || depth > 0) return 'agent';
  return step.kind === 'text' || step.kind === 'thinking' ? 'quiet' : 'own';
}

interface TrackProps {
  stretch: Stretch;
  tone: BarTone;
}

function Track({ stretch, tone }: TrackProps): React.ReactElement {
  return (
    <span className="LiveStatusTimeline__track" aria-hidden="true">
      <span
        className={`LiveStatusTimeline__bar LiveStatusTimeline__bar--${tone}`}
        style={{ left: `${stretch.leftPct}%`, width: `${stretch.widthPct}%` }}
      />
    </span>
  );
}
