import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { waitsForPerson } from '../actions/intent.ts';
import { Icon } from '../icons/icon.tsx';
import { describeState, stateWord } from '../session/describe.ts';
import { StateDot } from '../status-box/state-dot.tsx';
import { StepList } from '../steps/step-list.tsx';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { TurnTime } from '../time/turn-time.tsx';
import { countOf, lastLines, orderTabs } from './model.ts';
import type { DragHandle } from './use-drag.ts';
import { WidgetTabs } from './widget-tabs.tsx';

const messages = defineMessages({
  widget: { id: 'livestatus.widget.label', defaultMessage: 'Agent status' },
  working: {
    id: 'livestatus.widget.working',
    defaultMessage: '{count, plural, =0 {All finished} one {# agent working} other {# agents working}}',
  },
  waiting: {
    id: 'livestatus.widget.waiting',
    defaultMessage: '{count, plural, one {# agent waits for a person} other {# agents wait for a person}}',
  },
  collapse: { id: 'livestatus.widget.collapse', defaultMessage: 'Collapse' },
  move: {
    id: 'livestatus.widget.move',
    defaultMessage: 'Move: arrow keys, with Shift farther, Home back to its corner',
  },
  openThread: { id: 'livestatus.widget.open_thread', defaultMessage: 'Open thread' },
});

export interface WidgetProps {
  /** At least one: the active ones, or the last that ended while it lingers. */
  sessions: readonly Session[];
  /** The tab the reader chose; absent or gone: the worst session. */
  selectedId: string | undefined;
  anchorOf: (session: Session) => ClockAnchor;
  placeOf: (session: Session) => string;
  /** Absent: it stays where it is (docked on a phone). */
  handle?: DragHandle | undefined;
  /** The last session has ended and its time is up: it fades away (200 ms). */
  isFading?: boolean;
  onSelect: (id: string) => void;
  onCollapse: () => void;
  onOpenThread: (session: Session) => void;
}

/** The floating window: who works, the last five lines, where. Its header drags it; Escape collapses it. */
export function Widget(props: WidgetProps): React.ReactElement | null {
  const { selectedId, anchorOf, placeOf, handle, isFading = false, onSelect, onCollapse, onOpenThread } = props;
  const intl = useIntl();
  const tabs = orderTabs(props.sessions);
  const session = tabs.find(({ id }) => id === selectedId) ?? tabs[0];
  if (session === undefined) return null;
  const anchor = anchorOf(session);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') onCollapse();
  };
  return (
    <section
      className={widgetClass(waitsForPerson(session), isFading)}
      aria-label={intl.formatMessage(messages.widget)}
      onKeyDown={onKeyDown}
    >
      <div className="LiveStatusWidget__header">
        {handle !== undefined && (
          // biome-ignore lint/a11y/useSemanticElements: a button may not contain what is dragged
          <div
            className="LiveStatusWidget__handle"
            role="button"
            tabIndex={0}
            aria-label={intl.formatMessage(messages.move)}
            {...handle}
          />
        )}
        {tabs.length > 1 ? <ManyHeading sessions={tabs} /> : <OneHeading session={session} anchor={anchor} />}
        <button
          type="button"
          className="LiveStatusIconButton"
          aria-label={intl.formatMessage(messages.collapse)}
          onClick={onCollapse}
        >
          <Icon name="minus" />
        </button>
      </div>
      {tabs.length > 1 && <WidgetTabs sessions={tabs} selectedId={session.id} onSelect={onSelect} />}
      <div className="LiveStatusWidget__lines">
        <StepList nodes={lastLines(session)} anchor={anchor} />
      </div>
      <div className="LiveStatusWidget__footer">
        <span className="LiveStatusWidget__place">{placeOf(session)}</span>
        <button type="button" className="LiveStatusLink" onClick={() => onOpenThread(session)}>
          {intl.formatMessage(messages.openThread)}
        </button>
      </div>
    </section>
  );
}

function widgetClass(waits: boolean, isFading: boolean): string {
  return `LiveStatusWidget${waits ? ' LiveStatusWidget--waiting' : ''}${isFading ? ' LiveStatusWidget--fading' : ''}`;
}

function OneHeading({ session, anchor }: { session: Session; anchor: ClockAnchor }): React.ReactElement {
  const intl = useIntl();
  const state = describeState(session);
  return (
    <>
      <StateDot state={state} />
      <b className="LiveStatusWidget__agent">{session.agent.name}</b>
      <span className="LiveStatusWidget__state">{stateWord(intl, state)}</span>
      <span className="LiveStatusWidget__time">
        <TurnTime session={session} anchor={anchor} />
      </span>
    </>
  );
}

function ManyHeading({ sessions }: { sessions: readonly Session[] }): React.ReactElement {
  const intl = useIntl();
  const [worst] = sessions;
  const { waiting, active } = countOf(sessions);
  return (
    <>
      {worst !== undefined && <StateDot state={describeState(worst)} />}
      <b className="LiveStatusWidget__agent">
        {waiting > 0
          ? intl.formatMessage(messages.waiting, { count: waiting })
          : intl.formatMessage(messages.working, { count: active })}
      </b>
    </>
  );
}
