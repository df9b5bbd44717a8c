import type { Session } from '@livestatus/contract';
import type { Bot, Post } from '../../e2e/mattermost/index.ts';
import type { RunPlace } from '../live/simulated-run.ts';

/** As many lines as the daemon's own posts have (MAX_STATUS_LINES). */
const LINES = 20;
const MARKS: Readonly<Record<string, string>> = { running: '...', done: 'ok', error: 'failed' };

/** The baseline without a plugin: one post in the thread, edited with its whole text, as OpenClaw's progress drafts are. */
export class DraftPost {
  readonly #bot: Bot;
  readonly #post: Post;

  private constructor(bot: Bot, post: Post) {
    this.#bot = bot;
    this.#post = post;
  }

  static async create(bot: Bot, place: RunPlace, session: Session): Promise<DraftPost> {
    const body = { channel_id: place.channelId, root_id: place.rootId, message: textOf(session) };
    return new DraftPost(bot, await bot.rest.ok<Post>('POST', '/api/v4/posts', body));
  }

  async edit(session: Session): Promise<void> {
    await this.#bot.rest.ok('PUT', `/api/v4/posts/${this.#post.id}/patch`, { message: textOf(session) });
  }
}

function textOf({ status, steps, tool_calls }: Session): string {
  const lines = steps.slice(-LINES).map(({ label, status: step }) => `- ${label} (${MARKS[step] ?? step})`);
  return [`**${status}**, ${tool_calls} tool calls`, ...lines].join('\n');
}
