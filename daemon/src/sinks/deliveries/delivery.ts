import type { Session } from '@livestatus/contract';
import type { Turn } from '../../turns/turn.ts';
import type { Place } from '../mattermost/placement.ts';
import type { StoredDelivery } from './delivery-row.ts';

/** One turn on its way to Mattermost. */
export interface Delivery {
  readonly id: string;
  readonly place: Place;
  /** Undefined: of an earlier life, only its last state is known (`pending`). */
  turn: Turn | undefined;
  post: 'none' | 'wanted';
  postId: string | undefined;
  state: StoredDelivery['state'];
  pending: Session | undefined;
  isActive: boolean;
  knownToPlugin: boolean;
  /** Why its box cannot be written. */
  postCode?: string | undefined;
  /** Why the plugin does not take it, as long as it does not. */
  refusal?: string | undefined;
}

/** The turn's route as it is published: where it is really shown. */
export function routeOf({ kind, channelId, userId, rootId }: Place): Turn['route'] {
  return {
    kind,
    ...(channelId !== undefined && { channelId }),
    ...(userId !== undefined && { userId }),
    ...(rootId !== undefined && { rootId }),
  };
}

export function fromStored(stored: StoredDelivery): Delivery {
  const { id, place, post, postId, postCode, state, pending, knownToPlugin = false } = stored;
  return { id, place, post, postId, postCode, state, pending, knownToPlugin, turn: undefined, isActive: false };
}

export function toStored({
  id,
  place,
  post,
  postId,
  postCode,
  state,
  pending,
  knownToPlugin,
}: Delivery): StoredDelivery {
  return {
    id,
    place,
    post,
    state,
    ...(postId !== undefined && { postId }),
    ...(postCode !== undefined && { postCode }),
    ...(pending !== undefined && { pending }),
    ...(knownToPlugin && { knownToPlugin }),
  };
}

/** Since when the turn waits for a person; a guess waits for nobody (T12). */
export function personWaitsSince({ turn }: Delivery): number | undefined {
  const waiting = turn?.phase.status === 'active' ? turn.phase.waiting : undefined;
  const isForPerson = waiting?.for === 'approval' || waiting?.for === 'answer';
  return isForPerson && waiting.guess !== true ? waiting.sinceMs : undefined;
}
