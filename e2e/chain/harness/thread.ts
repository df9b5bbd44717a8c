import type { Post } from '../../mattermost/index.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';
import { boxOf } from '../../plugin/harness/boxes.ts';
import type { Chain } from './chain.ts';
import type { Room } from './room.ts';

/** A post as a test expects it: `who: words`; a box and a call (P7) by what they are. */
function lineOf(room: Room, post: Post): string {
  if (post.type === 'custom_livestatus' && post.user_id === room.bot.id) {
    if (boxOf(post) !== undefined) return 'box';
    if (typeof post.props.livestatus_wait === 'string') return 'call';
  }
  const names: Record<string, string> = { [room.asker.id]: 'asker', [room.other.id]: 'other', [room.bot.id]: 'bot' };
  const name = names[post.user_id] ?? post.user_id;
  return `${name}${post.type === '' ? '' : ` (${post.type})`}: ${post.message.replaceAll(`@${room.bot.username}`, '@bot')}`;
}

/** Threads whose posts have been told by a test: nothing may come after. */
export class ToldThreads {
  readonly #threads: { readonly room: Room; readonly rootId: string; readonly lines: readonly string[] }[] = [];

  /** Waits until a thread (in a direct message: all) holds exactly these posts, in whatever order. */
  async holds(chain: Chain, room: Room, request: Post, expected: readonly string[]): Promise<void> {
    const thread = { room, rootId: request.root_id || request.id, lines: [...expected].sort() };
    let seen: readonly string[] = [];
    await waitFor(
      `the thread to hold ${JSON.stringify(thread.lines)}`,
      async () => {
        seen = await linesIn(room, thread.rootId);
        return JSON.stringify(seen) === JSON.stringify(thread.lines) ? true : undefined;
      },
      { deadlineMs: 30_000, seen: async () => `${JSON.stringify(seen)}\n${await chain.describe(room)}` },
    );
    this.#threads.push(thread);
  }

  /** What stands in them now beside what was told. */
  async nothingMore(): Promise<{ readonly now: readonly string[]; readonly told: readonly string[] }[]> {
    const all = this.#threads.map(async ({ room, rootId, lines }) => ({
      told: lines,
      now: await linesIn(room, rootId),
    }));
    return (await Promise.all(all)).filter(({ now, told }) => JSON.stringify(now) !== JSON.stringify(told));
  }
}

async function linesIn(room: Room, rootId: string): Promise<readonly string[]> {
  const posts = await room.posts();
  const isFlat = room.channel.name.includes('__');
  const thread = posts.filter(({ id, root_id, type }) =>
    isFlat ? !type.startsWith('system_') : id === rootId || root_id === rootId,
  );
  return thread.map((post) => lineOf(room, post)).sort();
}
