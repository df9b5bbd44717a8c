import type { Session, Waiting } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import type { BoxActions } from '../actions/box-actions.ts';
import { TypedCommands } from '../actions/typed-commands.tsx';
import { formatElapsed } from '../format/format.ts';
import { type CurrentLine, currentLine } from '../session/current-line.ts';
import { labelText } from '../session/label.ts';
import { Label } from '../steps/label.tsx';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Elapsed } from '../time/elapsed.tsx';
import { useSince } from '../time/time-context.tsx';
import { ActivityText } from './activity-text.tsx';

const messages = defineMessages({
  last: { id: 'livestatus.current.last', defaultMessage: 'Last: {step}' },
  expires: { id: 'livestatus.current.expires', defaultMessage: 'expires in {time}' },
  expired: { id: 'livestatus.current.expired', defaultMessage: 'its time is up' },
  guess: {
    id: 'livestatus.current.guess',
    defaultMessage: 'Silent for long: it may be waiting for an approval. Nobody has said so.',
  },
});

interface CurrentRowProps {
  session: Session;
  anchor: ClockAnchor;
  actions: BoxActions | undefined;
  onCopyCommand: ((command: string) => Promise<void>) | undefined;
}

/** The bold line: what the agent does now, or what it waits for and since when. Nothing once the turn has ended. */
export function CurrentRow(props: CurrentRowProps): React.ReactElement | null {
  const { session, anchor, actions, onCopyCommand } = props;
  const line = currentLine(session);
  if (line === undefined) return null;
  const isForPerson = session.activity === 'waiting' && session.waiting?.for !== 'agents';
  const sinceMs = shownSince(session, line);
  return (
    <div className={`LiveStatusCurrent${isForPerson ? ' LiveStatusCurrent--waiting' : ''}`}>
      <span className={labelClass(line)} title={line.kind === 'step' ? labelText(line.step.label) : undefined}>
        <CurrentLabel session={session} line={line} />
      </span>
      {sinceMs !== undefined && (
        <span className="LiveStatusCurrent__time">
          <Elapsed fromMs={sinceMs} anchor={anchor} />
        </span>
      )}
      {isForPerson && session.waiting !== undefined && <Expiry waiting={session.waiting} anchor={anchor} />}
      {session.waiting?.guess === true && (
        <span className="LiveStatusCurrent__hint">
          <FormattedMessage {...messages.guess} />
        </span>
      )}
      <TypedCommands session={session} actions={actions} onCopyCommand={onCopyCommand} />
    </div>
  );
}

function labelClass(line: CurrentLine): string {
  const look = line.kind === 'activity' ? 'activity' : line.as;
  return `LiveStatusCurrent__label LiveStatusCurrent__label--${look}`;
}

/** A step that is only the last one seen has no running time: nobody knows whether it still runs. */
function shownSince(session: Session, line: CurrentLine): number | undefined {
  if (line.kind === 'activity') return line.sinceMs;
  if (line.as === 'last') return undefined;
  return line.as === 'waiting' ? (session.waiting?.since_ms ?? line.step.started_ms) : line.step.started_ms;
}

interface CurrentLabelProps {
  session: Session;
  line: CurrentLine;
}

function CurrentLabel({ session, line }: CurrentLabelProps): React.ReactElement {
  if (line.kind === 'activity') return <ActivityText session={session} />;
  const step = <Label label={line.step.label} />;
  if (line.as === 'last') return <FormattedMessage {...messages.last} values={{ step }} />;
  return step;
}

/** How long somebody may still answer, where the runtime tells. What is over by the clock is over when the runtime says so. */
function Expiry({ waiting, anchor }: { waiting: Waiting; anchor: ClockAnchor }): React.ReactElement | null {
  const intl = useIntl();
  const waitedMs = useSince(waiting.since_ms, anchor);
  if (waiting.expires_ms === undefined) return null;
  const leftMs = waiting.expires_ms - waiting.since_ms - waitedMs;
  return (
    <span className="LiveStatusCurrent__expiry">
      {leftMs > 0
        ? intl.formatMessage(messages.expires, { time: formatElapsed(intl, leftMs) })
        : intl.formatMessage(messages.expired)}
    </span>
  );
}
