import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { waitsForPerson } from '../actions/intent.ts';
import { Icon } from '../icons/icon.tsx';
import { currentLine } from '../session/current-line.ts';
import { describeState, stateWord } from '../session/describe.ts';
import { ActivityText } from '../status-box/activity-text.tsx';
import { StateDot } from '../status-box/state-dot.tsx';
import { Label } from '../steps/label.tsx';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { TurnTime } from '../time/turn-time.tsx';
import { countOf, orderTabs } from './model.ts';
import type { DragHandle } from './use-drag.ts';

const messages = defineMessages({
  show: {
    id: 'livestatus.widget.show',
    defaultMessage: '{count, plural, =0 {Agent status} one {# agent working} other {# agents working}}. Show',
  },
  showWaiting: {
    id: 'livestatus.widget.show_waiting',
    defaultMessage: '{count, plural, one {# agent waits for a person} other {# agents wait for a person}}. Show',
  },
});

interface CollapsedWidgetProps {
  sessions: readonly Session[];
  /** Absent: it stays where it is. */
  handle?: DragHandle | undefined;
  onOpen: () => void;
}

/** The widget as a circle of 48 px: the worst state's dot and how many agents work. */
export function CollapsedWidget({ sessions, handle, onOpen }: CollapsedWidgetProps): React.ReactElement | null {
  const intl = useIntl();
  const [worst] = orderTabs(sessions);
  if (worst === undefined) return null;
  const { waiting, active } = countOf(sessions);
  const count = waiting > 0 ? waiting : active;
  return (
    <button
      type="button"
      className={`LiveStatusBubble${waiting > 0 ? ' LiveStatusBubble--waiting' : ''}`}
      aria-label={intl.formatMessage(waiting > 0 ? messages.showWaiting : messages.show, { count })}
      onClick={onOpen}
      {...handle}
    >
      <StateDot state={describeState(worst)} />
      {count > 0 && <span className="LiveStatusBubble__count">{intl.formatNumber(count)}</span>}
    </button>
  );
}

interface DockedWidgetProps {
  sessions: readonly Session[];
  anchorOf: (session: Session) => ClockAnchor;
  onOpen: () => void;
}

/** The widget as a bar over the composer of a phone: the worst session on one line. */
export function DockedWidget({ sessions, anchorOf, onOpen }: DockedWidgetProps): React.ReactElement | null {
  const intl = useIntl();
  const [session] = orderTabs(sessions);
  if (session === undefined) return null;
  const state = describeState(session);
  const line = currentLine(session);
  return (
    <button
      type="button"
      className={`LiveStatusDock${waitsForPerson(session) ? ' LiveStatusDock--waiting' : ''}`}
      onClick={onOpen}
    >
      <StateDot state={state} />
      <b className="LiveStatusDock__agent">{session.agent.name}</b>
      <span className="LiveStatusHidden">{stateWord(intl, state)}</span>
      <span className="LiveStatusDock__line">
        {line === undefined && stateWord(intl, state)}
        {line?.kind === 'step' && <Label label={line.step.label} />}
        {line?.kind === 'activity' && <ActivityText session={session} />}
      </span>
      <TurnTime session={session} anchor={anchorOf(session)} />
      <Icon name="chevron-up" />
    </button>
  );
}
