import { passesByItself, type Trouble } from '../mattermost/trouble.ts';
import type { Receiver } from '../outbox/lane.ts';
import type { BatchOutcome } from '../outbox/outbox.ts';
import type { PluginClient } from './client.ts';

/** What a call said about the link itself; undefined: it works. */
export type LinkNews = (trouble: Trouble | undefined) => void;

/** The plugin as the receiver of one bot's outbox. */
export function pluginReceiver(client: PluginClient, onNews: LinkNews): Receiver {
  return {
    async send({ body }) {
      const answer = await client.batch(body);
      if (answer.ok) {
        onNews(undefined);
        return { kind: 'answered', answer: answer.value };
      }
      const { trouble } = answer;
      // A body that is refused says nothing about the link.
      onNews(trouble.kind === 'refused' ? undefined : trouble);
      return { ...outcomeOf(trouble), ...retryAfter(trouble) };
    },
    async remove(id) {
      const answer = await client.remove(id);
      if (answer.ok) return { done: true };
      const { trouble } = answer;
      const isSettled =
        trouble.code === 'session_not_found' || trouble.code === 'not_owner' || trouble.kind === 'refused';
      onNews(isSettled || trouble.code === 'channel_forbidden' ? undefined : trouble);
      return { done: isSettled || trouble.code === 'channel_forbidden', ...retryAfter(trouble) };
    },
  };
}

function outcomeOf(trouble: Trouble): BatchOutcome {
  switch (trouble.kind) {
    case 'unclear':
    case 'not_understood':
      return { kind: 'unclear' };
    case 'refused':
      return { kind: 'body_refused', code: trouble.code ?? `status_${trouble.status ?? 0}` };
    default:
      return { kind: 'not_taken' };
  }
}

function retryAfter({ retryAfterMs }: Trouble): { retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** Whether the lane should close: waiting does not help, or the plugin is not there. */
export function closesLane(trouble: Trouble): boolean {
  return !passesByItself(trouble) && trouble.kind !== 'not_understood';
}
