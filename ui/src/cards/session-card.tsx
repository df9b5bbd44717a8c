import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { useIntl } from 'react-intl';
import { type CurrentLine, currentLine } from '../session/current-line.ts';
import { describeState, stateWord } from '../session/describe.ts';
import { figuresOf } from '../session/figures.ts';
import { ActivityText } from '../status-box/activity-text.tsx';
import { StateDot } from '../status-box/state-dot.tsx';
import { Label } from '../steps/label.tsx';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { TurnTime } from '../time/turn-time.tsx';

interface SessionCardProps {
  session: Session;
  anchor: ClockAnchor;
  /** Where it is shown, in the host's words: a channel's name, "Direct message". */
  place: string;
  onOpen: (session: Session) => void;
}

/** An active turn in a narrow list: state, current step, place. The whole card opens it. */
export const SessionCard = React.memo(function SessionCard(props: SessionCardProps): React.ReactElement {
  const { session, anchor, place, onOpen } = props;
  const intl = useIntl();
  const state = describeState(session);
  const line = currentLine(session);
  const figures = figuresOf(intl, session).slice(0, 2);
  return (
    <button type="button" className="LiveStatusCard" data-state={state} onClick={() => onOpen(session)}>
      <span className="LiveStatusCard__header">
        <StateDot state={state} />
        <b className="LiveStatusCard__agent">{session.agent.name}</b>
        <span className="LiveStatusCard__state">{stateWord(intl, state)}</span>
        <span className="LiveStatusCard__time">
          <TurnTime session={session} anchor={anchor} />
        </span>
      </span>
      {line !== undefined && (
        <span className="LiveStatusCard__line">
          <CardLine session={session} line={line} />
        </span>
      )}
      <span className="LiveStatusCard__footer">
        <span className="LiveStatusCard__place">{place}</span>
        <span className="LiveStatusFigure">{figures.map((figure) => figure.text).join(' · ')}</span>
      </span>
    </button>
  );
});

function CardLine({ session, line }: { session: Session; line: CurrentLine }): React.ReactElement {
  return line.kind === 'step' ? <Label label={line.step.label} /> : <ActivityText session={session} />;
}
