import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { ActBar } from '../actions/act-bar.tsx';
import type { BoxActions } from '../actions/box-actions.ts';
import { StopButton } from '../actions/stop-button.tsx';
import { Icon } from '../icons/icon.tsx';
import { StepLog } from '../log/step-log.tsx';
import { currentLine, stepOutsideLog } from '../session/current-line.ts';
import { describeState, isClockRunning } from '../session/describe.ts';
import { type ClockAnchor, stoppedAnchor } from '../time/clock-anchor.ts';
import { BoxFooter } from './box-footer.tsx';
import { BoxHeader } from './box-header.tsx';
import { BoxTitle } from './box-title.tsx';
import { CurrentRow } from './current-row.tsx';
import { Plan } from './plan.tsx';
import { ReasonRow } from './reason-row.tsx';

const messages = defineMessages({
  showSteps: { id: 'livestatus.box.show_steps', defaultMessage: 'Show steps' },
  hideSteps: { id: 'livestatus.box.hide_steps', defaultMessage: 'Hide steps' },
  showDetails: { id: 'livestatus.box.show_details', defaultMessage: 'Show details' },
  hideDetails: { id: 'livestatus.box.hide_details', defaultMessage: 'Hide details' },
});

export interface StatusBoxProps {
  session: Session;
  /** The daemon's clock as this browser knows it; times tick from here. */
  anchor: ClockAnchor;
  /** `state` (default): the post's author line names the agent. `agent`: the box says it, and the turn's title. */
  heading?: 'state' | 'agent';
  /** Where the turn's own page is; the title (or, without one, the agent's name) becomes a link. For `agent` headings. */
  href?: string | undefined;
  /** Where the turn is shown, in the host's words. For `agent` headings. */
  place?: string | undefined;
  /** Absent: the box decides (open while the turn is active, one line once it has ended) and remembers the reader's choice. */
  expanded?: boolean | undefined;
  onExpandedChange?: ((expanded: boolean) => void) | undefined;
  /** Offers "Copy as text"; the host owns the clipboard. A rejected promise means it was not copied. */
  onCopy?: ((session: Session) => Promise<void>) | undefined;
  /** Links of the host: jump to the request, to the answer, to the turn's page. */
  links?: React.ReactNode;
  /** What else the host knows of the turn; always shown. */
  note?: React.ReactNode;
  /** Absent: this reader may not act here, and is told what to type instead. */
  actions?: BoxActions | undefined;
  /** Offers to copy what to type instead; the host owns the clipboard. A rejected promise means it was not copied. */
  onCopyCommand?: ((command: string) => Promise<void>) | undefined;
  /** `capped` (default) scrolls the log above 300 px. */
  logHeight?: 'capped' | 'full';
}

/** One turn, live: what the agent does, for how long, and what it did. Folds to one line when the turn has ended. */
export const StatusBox = React.memo(function StatusBox(props: StatusBoxProps): React.ReactElement {
  const { session, anchor, heading = 'state', onCopy, links, actions, logHeight = 'capped' } = props;
  const isActive = session.status === 'active';
  const [isExpanded, setExpanded] = useExpanded(props, isActive);
  const state = describeState(session);
  // Nobody knows whether a step still runs in an agent that is not seen: its time stops with the news.
  const stepAnchor = isActive && !isClockRunning(state) ? stoppedAnchor(session.last_event_ms) : anchor;
  const omitted = stepOutsideLog(session, currentLine(session));
  const steps = React.useMemo(() => session.steps.filter((step) => step !== omitted), [session.steps, omitted]);
  const hasLog = steps.length > 0 || session.steps_dropped > 0;
  const canFold = props.expanded === undefined || props.onExpandedChange !== undefined;
  const hasPlan = session.plan !== undefined && session.plan.length > 0;
  return (
    <article className="LiveStatusBox" data-state={state} aria-label={session.agent.name} tabIndex={-1}>
      <BoxHeader
        session={session}
        anchor={anchor}
        heading={heading}
        stop={actions !== undefined && <StopButton session={session} actions={actions} />}
        fold={
          canFold &&
          (hasLog || hasPlan) && <FoldButton isActive={isActive} isExpanded={isExpanded} onChange={setExpanded} />
        }
      />
      {heading === 'agent' && <BoxTitle session={session} href={props.href} place={props.place} />}
      <CurrentRow session={session} anchor={anchor} actions={actions} onCopyCommand={props.onCopyCommand} />
      {actions !== undefined && (isActive || actions.act !== undefined) && (
        <ActBar session={session} actions={actions} />
      )}
      <ReasonRow session={session} />
      {props.note}
      {isExpanded && hasPlan && <Plan items={session.plan ?? []} isOpenAtFirst={heading === 'state'} />}
      {isExpanded && hasLog && (
        <StepLog
          steps={steps}
          stepsDropped={session.steps_dropped}
          anchor={stepAnchor}
          follow={isActive}
          height={logHeight}
        />
      )}
      {isExpanded && <BoxFooter session={session} onCopy={onCopy} links={links} />}
    </article>
  );
});

/** The host's word counts most, then the reader's; else open while the turn is active. */
function useExpanded(props: StatusBoxProps, isActive: boolean): [boolean, (expanded: boolean) => void] {
  const { expanded, onExpandedChange } = props;
  const [choice, setChoice] = React.useState<boolean | undefined>(undefined);
  const change = (next: boolean): void => {
    setChoice(next);
    onExpandedChange?.(next);
  };
  return [expanded ?? choice ?? isActive, change];
}

interface FoldButtonProps {
  isActive: boolean;
  isExpanded: boolean;
  onChange: (expanded: boolean) => void;
}

function FoldButton({ isActive, isExpanded, onChange }: FoldButtonProps): React.ReactElement {
  const intl = useIntl();
  const toggle = (): void => onChange(!isExpanded);
  if (isActive) {
    return (
      <button
        type="button"
        className="LiveStatusIconButton"
        aria-expanded={isExpanded}
        aria-label={intl.formatMessage(isExpanded ? messages.hideSteps : messages.showSteps)}
        onClick={toggle}
      >
        <Icon name={isExpanded ? 'chevron-up' : 'chevron-down'} />
      </button>
    );
  }
  return (
    <button type="button" className="LiveStatusLink" aria-expanded={isExpanded} onClick={toggle}>
      {intl.formatMessage(isExpanded ? messages.hideDetails : messages.showDetails)}
    </button>
  );
}
