import type { Session, Step } from '@livestatus/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { expectTools, toolSteps } from '../openclaw/harness/expect-turn.ts';
import { longShell, shell } from '../openclaw/harness/script.ts';
import { Chain, type RoomKind } from './harness/chain.ts';
import { openThread, seenBox, stateOf, stepIn } from './harness/seen-box.ts';
import { standsRight } from './harness/stands-right.ts';

const newPage = browserPages();

interface Place {
  readonly place: string;
  readonly kind: RoomKind;
  /** The person replies in a thread that stands already. */
  readonly inThread?: true;
  /** Where box and answer stand: under the post, in its thread, or beside it. */
  readonly under: 'the post' | 'the root' | 'nothing';
}

const PLACES: readonly Place[] = [
  { place: 'a public channel', kind: 'public', under: 'the post' },
  { place: 'a private channel', kind: 'private', under: 'the post' },
  { place: 'a thread', kind: 'public', inThread: true, under: 'the root' },
  { place: 'a group message', kind: 'group', under: 'the post' },
  // OpenClaw keeps direct messages flat unless it is told otherwise.
  { place: 'a direct message', kind: 'direct', under: 'nothing' },
];

const failedTool = (session: Session): Step | undefined => toolSteps(session).find(({ status }) => status === 'error');

/** Wherever a person asks an agent, the box stands there, before the answer, and lives in the browser until the end. */
describe('a person asks in', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.join();
  });

  test.each(PLACES)(
    '$place: the box stands there, lives, and is right at the end',
    async ({ kind, inThread, under, place }) => {
      const room = await chain.room(kind);
      const root = inThread ? await room.sayUnheard('Good morning') : undefined;
      const [first, second] = [chain.gate(), chain.gate()];
      const scenario = place.replaceAll(' ', '_');
      const answerText = `All is well in ${place}.`;
      await chain.play({
        [scenario]: [
          { text: 'I look around.', calls: [longShell(first.command)] },
          { calls: [shell('echo two; exit 3'), longShell(second.command)] },
          { text: answerText },
        ],
      });
      const page = await chain.open(newPage, room.asker, room);
      const request = await room.ask(scenario, root?.id);
      const rootId = { 'the post': request.id, 'the root': root?.id, nothing: '' }[under];

      const box = await chain.boxOf(room, request);
      expect([box.post.channel_id, box.post.root_id, box.post.user_id]).toEqual([room.channel.id, rootId, room.bot.id]);
      await openThread(page, box);
      const seen = seenBox(page, box);
      await stateOf(seen).filter({ hasText: 'Working' }).waitFor();
      await first.open();
      // The page knows what the daemon knows, without being asked.
      const later = await chain.sessionOf(room, request, 'a command to fail', (s) => failedTool(s) !== undefined);
      await stepIn(seen, failedTool(later)?.id ?? '').waitFor();
      await second.open();
      await stateOf(seen).filter({ hasText: 'Done' }).waitFor();

      const session = await standsRight(chain, room, request, box);
      expectTools(session, [
        ['exec', 'done'],
        ['exec', 'error'],
        ['exec', 'done'],
      ]);
      expect(session.requested_by).toBe(room.asker.id);
      const answer = await chain.answer(room, answerText);
      expect(answer.root_id).toBe(rootId);
      expect(answer.create_at).toBeGreaterThan(box.post.create_at);
      expect(await chain.boxesIn(room)).toHaveLength(1);
    },
  );
});
