import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { useIntl } from 'react-intl';
import { describeState, type StateKind, stateWord } from '../session/describe.ts';
import { figuresOf, stepsText } from '../session/figures.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { BoxTime } from './box-time.tsx';
import { StateDot } from './state-dot.tsx';

interface BoxHeaderProps {
  session: Session;
  anchor: ClockAnchor;
  heading: 'state' | 'agent';
  /** The control that stops the turn, if any. */
  stop: React.ReactNode;
  /** The control that folds the box. */
  fold: React.ReactNode;
}

/** First line of a box: is it working, for how long, at what cost. Only a change of the state is announced. */
export function BoxHeader({ session, anchor, heading, stop, fold }: BoxHeaderProps): React.ReactElement {
  const intl = useIntl();
  const state = describeState(session);
  return (
    <div className="LiveStatusBox__header">
      <StateDot state={state} />
      {heading === 'agent' && <b className="LiveStatusBox__agent">{session.agent.name}</b>}
      <StateWord session={session} state={state} heading={heading} />
      <BoxTime session={session} state={state} anchor={anchor} />
      {session.status !== 'active' && <span className="LiveStatusBox__steps">{stepsText(intl, session)}</span>}
      <span className="LiveStatusBox__figures">
        {figuresOf(intl, session).map((figure) => (
          <span key={figure.key} className={`LiveStatusFigure LiveStatusBox__figure--${figure.key}`}>
            {figure.text}
          </span>
        ))}
      </span>
      {stop}
      {fold}
    </div>
  );
}

interface StateWordProps {
  session: Session;
  state: StateKind;
  heading: 'state' | 'agent';
}

function StateWord({ session, state, heading }: StateWordProps): React.ReactElement {
  const intl = useIntl();
  return (
    <span role="status" className={`LiveStatusBox__state LiveStatusBox__state--${heading}`}>
      <span className="LiveStatusHidden">{session.agent.name}: </span>
      {stateWord(intl, state)}
    </span>
  );
}
