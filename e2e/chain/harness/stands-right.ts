import type { Session } from '@livestatus/contract';
import { expect } from 'vitest';
import type { Post } from '../../mattermost/index.ts';
import { describeSession } from '../../openclaw/harness/describe.ts';
import type { Box } from '../../plugin/harness/boxes.ts';
import { list } from '../../plugin/harness/writer.ts';
import type { Chain } from './chain.ts';
import type { Room } from './room.ts';

/** First words of a box's message when the turn is over (docs/posts.md). */
const FIRST_WORDS: Readonly<Record<string, RegExp>> = {
  done: /^\*\*Done\*\* in /,
  error: /^\*\*Failed\*\* after /,
  interrupted: /^\*\*(Stopped|Interrupted)\*\* after /,
};

/** What must not differ between the daemon, the plugin and the post: the state, and every step with its outcome. */
function essence({ id, status, tool_calls, steps }: Session): unknown {
  return { id, status, tool_calls, steps: steps.map((step) => [step.kind, step.name, step.status]) };
}

/**
 * Waits for the end of the turn that a post asked for, and for the same end everywhere: daemon, plugin, and the one box, which nobody
 * has moved. Gives back the daemon's view.
 */
export async function standsRight(chain: Chain, room: Room, request: Post, box: Box): Promise<Session> {
  const session = await chain.ended(room, request);
  const final = await chain.boxOf(
    room,
    request,
    `to say that it is ${session.status}`,
    ({ props }) => props.status === session.status && props.session?.steps.length === session.steps.length,
  );
  const seen = `${describeSession(session)}\n${JSON.stringify(final)}`;
  expect(final.post.id, seen).toBe(box.post.id);
  expect(final.post.root_id, seen).toBe(box.post.root_id);
  expect(final.post.message, seen).toMatch(FIRST_WORDS[session.status] ?? /^never$/);
  expect(final.props.session && essence(final.props.session), seen).toEqual(essence(session));
  const { sessions } = await list(room.asker.rest, `?channel_id=${room.channel.id}`);
  const listed = sessions.find(({ id }) => id === session.id);
  expect(listed && essence(listed), seen).toEqual(essence(session));
  return session;
}
