import type { Session } from '@livestatus/contract';
import { describeRoute } from '@livestatus/ui';
import { defineMessages, type IntlShape } from 'react-intl';

const messages = defineMessages({
  channel: { id: 'dashboard.place.channel', defaultMessage: 'channel {id}' },
  thread: { id: 'dashboard.place.thread', defaultMessage: 'thread in channel {id}' },
  direct: { id: 'dashboard.place.direct', defaultMessage: 'direct message' },
  none: { id: 'dashboard.place.none', defaultMessage: 'dashboard only' },
});

/** So much of an id of 26 characters tells one channel from another at a glance. */
const SHORT_ID_CHARS = 6;

/**
 * Where a turn is shown besides here. The daemon knows channels by their id only; `short` gives its beginning, for lines
 * that have better things to say.
 */
export function placeOf(intl: IntlShape, session: Session, length: 'short' | 'full'): string {
  const route = describeRoute(session);
  switch (route.kind) {
    case 'direct':
      return intl.formatMessage(messages.direct);
    case 'none':
      return intl.formatMessage(messages.none);
    case 'channel': {
      const id = length === 'short' ? shorten(route.channelId) : route.channelId;
      return intl.formatMessage(route.inThread && length === 'full' ? messages.thread : messages.channel, { id });
    }
  }
}

function shorten(id: string): string {
  return id.length <= SHORT_ID_CHARS + 1 ? id : `${id.slice(0, SHORT_ID_CHARS)}…`;
}
