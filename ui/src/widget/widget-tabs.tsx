import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { waitsForPerson } from '../actions/intent.ts';
import { describeState, stateWord } from '../session/describe.ts';
import { StateDot } from '../status-box/state-dot.tsx';

const messages = defineMessages({
  agents: { id: 'livestatus.widget.agents', defaultMessage: 'Agents' },
});

interface WidgetTabsProps {
  sessions: readonly Session[];
  selectedId: string;
  onSelect: (id: string) => void;
}

/** One tab a session; left and right arrows go from one to the next, as in every tab list. */
export function WidgetTabs({ sessions, selectedId, onSelect }: WidgetTabsProps): React.ReactElement {
  const intl = useIntl();
  const listRef = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const index = sessions.findIndex(({ id }) => id === selectedId) + step;
    const next = sessions[(index + sessions.length) % sessions.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onSelect(next.id);
    listRef.current?.querySelector<HTMLElement>(`[data-session-id="${CSS.escape(next.id)}"]`)?.focus();
  };
  return (
    <div
      ref={listRef}
      className="LiveStatusWidget__tabs"
      role="tablist"
      aria-label={intl.formatMessage(messages.agents)}
      onKeyDown={onKeyDown}
    >
      {sessions.map((session) => {
        const state = describeState(session);
        const isSelected = session.id === selectedId;
        return (
          <button
            key={session.id}
            type="button"
            role="tab"
            className={`LiveStatusWidget__tab${waitsForPerson(session) ? ' LiveStatusWidget__tab--waiting' : ''}`}
            data-session-id={session.id}
            aria-selected={isSelected}
            tabIndex={isSelected ? 0 : -1}
            onClick={() => onSelect(session.id)}
          >
            <StateDot state={state} />
            {session.agent.name}
            <span className="LiveStatusHidden">{stateWord(intl, state)}</span>
          </button>
        );
      })}
    </div>
  );
}
