import * as React from 'react';
import { defineMessages, FormattedMessage, useIntl } from 'react-intl';
import { useSelector } from 'react-redux';
import { selectActiveCount } from '../live/selectors.ts';

const messages = defineMessages({
  title: { id: 'livestatus.title', defaultMessage: 'Agent Status' },
  tooltip: {
    id: 'livestatus.opener.tooltip',
    defaultMessage: 'Agent Status{count, plural, =0 {} one {: # agent working} other {: # agents working}}',
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
  const count = useSelector(selectActiveCount);
  return <FormattedMessage {...messages.tooltip} values={{ count }} />;
}

/** More than this does not fit into the circle. */
const MAX_SHOWN = 99;

/** The button's icon with the number of active sessions. The host draws it in the channel header or in the App Bar. */
export function OpenerIcon(): React.ReactElement {
  const intl = useIntl();
  const count = useSelector(selectActiveCount);
  return (
    <span className="LiveStatusOpener">
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
      <span className="LiveStatusHidden">{intl.formatMessage(messages.tooltip, { count })}</span>
    </span>
  );
}
