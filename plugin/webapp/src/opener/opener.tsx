import * as React from 'react';
import { defineMessages, FormattedMessage, type MessageDescriptor, useIntl } from 'react-intl';
import { useSelector } from 'react-redux';
import { selectWaitingForMe } from '../actions/waiting_for_me.ts';
import type { HostState } from '../host/host_state.ts';
import { selectActiveCount } from '../live/selectors.ts';

const messages = defineMessages({
  title: { id: 'livestatus.title', defaultMessage: 'Agent Status' },
  tooltip: {
    id: 'livestatus.opener.tooltip',
    defaultMessage: 'Agent Status{count, plural, =0 {} one {: # agent working} other {: # agents working}}',
  },
  waiting: {
    id: 'livestatus.opener.waiting',
    defaultMessage: 'Agent Status: {count, plural, one {# agent waits for you} other {# agents wait for you}}',
  },
});

const PULSE = 'M3 12h4l3 7 4-14 3 7h4';

/** The icon for a web client that takes an address only. */
export const OPENER_PICTURE = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="gray" stroke-width="2"><path d="${PULSE}"/></svg>`,
)}`;

/** The panel's title. */
export function PanelTitle(): React.ReactElement {
  return <FormattedMessage {...messages.title} />;
}

/** What the button opens, and how many agents work: the tooltip, and the entry of a menu. */
export function OpenerText(): React.ReactElement {
  const { text, count } = useCount();
  return <FormattedMessage {...text} values={{ count }} />;
}

/** What the button counts: who waits for this user, else who works. */
function useCount(): { text: MessageDescriptor; count: number; isWaiting: boolean } {
  const waiting = useSelector((state: HostState) => selectWaitingForMe(state).length);
  const active = useSelector(selectActiveCount);
  const isWaiting = waiting > 0;
  return { text: isWaiting ? messages.waiting : messages.tooltip, count: isWaiting ? waiting : active, isWaiting };
}

/** More than this does not fit into the circle. */
const MAX_SHOWN = 99;

/** The button's icon with the number of sessions that wait for this user, else of the active ones. The host draws it in the channel header or in the App Bar. */
export function OpenerIcon(): React.ReactElement {
  const intl = useIntl();
  const { text, count, isWaiting } = useCount();
  return (
    <span className={`LiveStatusOpener${isWaiting ? ' LiveStatusOpener--waiting' : ''}`}>
      <svg
        viewBox="0 0 24 24"
        width="20"
        height="20"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        aria-hidden="true"
      >
        <path d={PULSE} strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      {count > 0 && (
        <span className="LiveStatusOpener__count" aria-hidden="true">
          {count > MAX_SHOWN ? `${intl.formatNumber(MAX_SHOWN)}+` : intl.formatNumber(count)}
        </span>
      )}
      <span className="LiveStatusHidden">{intl.formatMessage(text, { count })}</span>
    </span>
  );
}
