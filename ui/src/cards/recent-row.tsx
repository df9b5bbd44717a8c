import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { useIntl } from 'react-intl';
import { formatAgo } from '../format/format.ts';
import { Icon, type IconName } from '../icons/icon.tsx';
import { describeState, stateWord, type Tone, toneOf } from '../session/describe.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Duration } from '../time/elapsed.tsx';
import { useSince } from '../time/time-context.tsx';

const ICONS: Readonly<Record<Tone, IconName>> = {
  working: 'ring',
  waiting: 'ring',
  unknown: 'ring',
  done: 'check',
  failed: 'cross',
  ended: 'dash',
};

interface RecentRowProps {
  session: Session;
  anchor: ClockAnchor;
  /** Shown after the title where there is room. */
  place?: string | undefined;
  /** Present: the row opens details in place and says whether they are open. */
  expanded?: boolean | undefined;
  onOpen: (session: Session) => void;
}

const MINUTE_MS = 60_000;

/** An ended turn on one line: how it went, who, what was asked, how long, when. */
export const RecentRow = React.memo(function RecentRow(props: RecentRowProps): React.ReactElement {
  const { session, anchor, place, expanded, onOpen } = props;
  const intl = useIntl();
  const state = describeState(session);
  const endedMs = session.ended_ms ?? session.last_event_ms;
  const agoMs = useSince(endedMs, anchor, MINUTE_MS);
  return (
    <button
      type="button"
      className={`LiveStatusRecent LiveStatusRecent--${toneOf(state)}`}
      aria-expanded={expanded}
      onClick={() => onOpen(session)}
    >
      <span className="LiveStatusRecent__icon">
        <Icon name={ICONS[toneOf(state)]} />
        <span className="LiveStatusHidden">{stateWord(intl, state)}</span>
      </span>
      <b className="LiveStatusRecent__agent">{session.agent.name}</b>
      <span className="LiveStatusRecent__title" title={session.title}>
        {session.title ?? stateWord(intl, state)}
      </span>
      {place !== undefined && <span className="LiveStatusRecent__place">{place}</span>}
      <span className="LiveStatusRecent__took">
        <Duration ms={endedMs - session.started_ms} />
      </span>
      <span className="LiveStatusRecent__ago">{formatAgo(intl, agoMs)}</span>
    </button>
  );
});
