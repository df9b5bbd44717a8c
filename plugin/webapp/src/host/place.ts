import { defineMessages, type IntlShape } from 'react-intl';
import type { HostChannel } from './host_state.ts';

const messages = defineMessages({
  direct: { id: 'livestatus.place.direct', defaultMessage: 'Direct message' },
  group: { id: 'livestatus.place.group', defaultMessage: 'Group message' },
  private: { id: 'livestatus.place.private', defaultMessage: '{name} (private)' },
  unknown: { id: 'livestatus.place.unknown', defaultMessage: 'Another channel' },
});

/** A channel in words. Undefined = the web client has not loaded it (another team, say). */
export function placeText(intl: IntlShape, channel: HostChannel | undefined): string {
  switch (channel?.type) {
    case 'O':
      return `~${channel.name}`;
    case 'P':
      return intl.formatMessage(messages.private, { name: channel.display_name });
    case 'D':
      return intl.formatMessage(messages.direct);
    case 'G':
      return intl.formatMessage(messages.group);
    default:
      return intl.formatMessage(messages.unknown);
  }
}
