import type { Session } from '@livestatus/contract';
import { describeRoute } from '@livestatus/ui';
import { defineMessages, type IntlShape } from 'react-intl';

const messages = defineMessages({
  channel: { id: 'dashboard.place.channel', defaultMessage: 'channel {id}' },
  thread: { id: 'dashboard.place.thread', defaultMessage: 'thread in channel {id}' },
  direct: { id: 'dashboard.place.direct', defaultMessage: 'direct message' },
  none: { id: 'dashboard.place.none', defaultMessage: 'dashboard only' },
});

/** Where a turn is shown besides here. The daemon knows channels by their id only. */
export function placeOf(intl: IntlShape, session: Session): string {
  const route = describeRoute(session);
  switch (route.kind) {
    case 'direct':
      return intl.formatMessage(messages.direct);
    case 'none':
      return intl.formatMessage(messages.none);
    case 'channel':
      return intl.formatMessage(route.inThread ? messages.thread : messages.channel, { id: route.channelId });
  }
}
