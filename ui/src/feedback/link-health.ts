import type { LinkHealth, LinkState } from '@livestatus/contract';
import { defineMessages, type IntlShape, type MessageDescriptor } from 'react-intl';
import type { StateKind } from '../session/describe.ts';

const words: Readonly<Record<LinkState, MessageDescriptor>> = defineMessages({
  ok: { id: 'livestatus.link.ok', defaultMessage: 'works' },
  connecting: { id: 'livestatus.link.connecting', defaultMessage: 'is connecting' },
  degraded: { id: 'livestatus.link.degraded', defaultMessage: 'works only in part' },
  failed: { id: 'livestatus.link.failed', defaultMessage: 'does not work' },
});

/** A source's or sink's health in words. */
export function linkWord(intl: IntlShape, state: LinkState): string {
  return intl.formatMessage(words[state]);
}

/** Names of products are not translated. Unknown names are shown as they are. */
const NAMES: Readonly<Record<string, string>> = {
  'openclaw-gateway': 'OpenClaw gateway',
  'openclaw-jsonl': 'OpenClaw transcripts',
  replay: 'Replay',
  'mattermost-plugin': 'Mattermost plugin',
  'mattermost-rest': 'Mattermost posts',
  dashboard: 'Dashboard',
  state: 'State database',
};

/** "OpenClaw gateway 2026.9.6": the name, with the version when the link knows one. */
export function linkName(link: LinkHealth): string {
  const name = NAMES[link.name] ?? link.name;
  const version = link.detail?.version;
  return version === undefined ? name : `${name} ${version}`;
}

/** The look of a link's dot, in the vocabulary of states. */
export function linkTone(state: LinkState): StateKind {
  switch (state) {
    case 'ok':
      return 'done';
    case 'connecting':
      return 'unobserved';
    case 'degraded':
      return 'stalled';
    case 'failed':
      return 'failed';
  }
}
