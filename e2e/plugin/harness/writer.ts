import { randomUUID } from 'node:crypto';
import type {
  BatchAnswer,
  BatchRequest,
  Change,
  ChangeResult,
  HeldEntry,
  Session,
  SessionList,
} from '@livestatus/contract';
import { type Answer, type Bot, PLUGIN_API, type Rest } from '../../mattermost/index.ts';
import type { Stack } from './stack.ts';

export const SECRET_HEADER = 'x-live-status-secret';

/** A daemon as the plugin sees it: an id, a bot with its token, and the secret. It does only what it is told. */
export class Writer {
  readonly daemonId: string;
  readonly bot: Bot;
  readonly rest: Rest;

  constructor(stack: Pick<Stack, 'rest' | 'secret'>, bot: Bot, daemonId: string = randomUUID()) {
    this.bot = bot;
    this.daemonId = daemonId;
    this.rest = stack.rest.as({ authorization: `Bearer ${bot.token}`, [SECRET_HEADER]: stack.secret });
  }

  /** Sends a batch and gives back the answer as it came. */
  request(part: Partial<BatchRequest>): Promise<Answer> {
    const body = { daemon_id: this.daemonId, as_of_ms: Date.now(), changes: [], complete: false, ...part };
    return this.rest.request('POST', `${PLUGIN_API}/sessions/batch`, { body });
  }

  /** Sends a batch that must be answered with 200. */
  async batch(part: Partial<BatchRequest>): Promise<BatchAnswer> {
    const answer = await this.request(part);
    if (answer.status !== 200) throw new Error(`batch: ${answer.status} ${answer.text.slice(0, 500)}`);
    return answer.json<BatchAnswer>() as BatchAnswer;
  }

  /** Sends one change; what became of it. */
  async send(change: Change): Promise<ChangeResult> {
    const { results } = await this.batch({ changes: [change] });
    const [result] = results;
    if (result === undefined) throw new Error('a batch of one change has no result');
    return result;
  }

  /** A heartbeat with these sessions as held. */
  heartbeat(held: readonly Session[], complete: boolean): Promise<BatchAnswer> {
    return this.batch({ held: held.map(({ id, seq }): HeldEntry => [id, seq]), complete });
  }
}

/** The list as this person, bot or program sees it. */
export async function list(rest: Rest, query = ''): Promise<SessionList> {
  return rest.ok<SessionList>('GET', `${PLUGIN_API}/sessions${query}`);
}

/** One session as this person, bot or program sees it; undefined = it does not exist for him. */
export async function read(rest: Rest, id: string): Promise<Session | undefined> {
  const answer = await rest.request('GET', `${PLUGIN_API}/sessions/${id}`);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new Error(`GET ${id}: ${answer.status} ${answer.text.slice(0, 300)}`);
  return answer.json<Session>();
}
