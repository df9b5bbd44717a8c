import { expect, test } from 'vitest';
import { asks, longShell } from '../openclaw/harness/script.ts';
import { waitForBox } from '../plugin/harness/boxes.ts';
import { activeSession, ended, next, toolStep } from '../plugin/harness/sessions.ts';
import { Writer } from '../plugin/harness/writer.ts';
import { Chain } from './harness/chain.ts';
import { standsRight } from './harness/stands-right.ts';

test('a box of another bot starts no run of an agent that answers everything; an untyped post of that bot does', async () => {
  const chain = await Chain.join();
  const room = await chain.room('public');
  const { workspace, shared } = chain;
  const bot = await workspace.bot([shared.team.id]);
  await workspace.join(room.channel.id, bot.id);
  const daemon = new Writer({ rest: workspace.admin.rest, secret: shared.site.secret }, bot);
  await chain.play({
    byBox: [{ text: 'A box must not make me say this.' }],
    byBot: [{ text: 'The bot has asked me.' }],
  });

  // Its box names a scenario in all that is shown, and lives through creation, an edit (the change of its status) and the end.
  const part = { daemon_id: daemon.daemonId, channel_id: room.channel.id, post: 'wanted' as const };
  const step = toolStep(asks('byBox'), { status: 'done', ended_ms: Date.now() });
  const session = activeSession({ ...part, title: asks('byBox'), steps: [step] });
  await daemon.send(session);
  await waitForBox(workspace, session, 'the box to stand', ({ post }) => post.message.includes(asks('byBox')));
  const over = ended(next(session, { title: asks('byBox', 'Over.') }));
  await daemon.send(over);
  await waitForBox(workspace, over, 'the box to be done', ({ props }) => props.status === 'done');

  // What comes after it in the same channel, and is answered, is the fence: by then the box would have been.
  const poke = await workspace.post(bot, room.channel.id, asks('byBot'));
  const answer = await chain.answer(room, 'The bot has asked me.');
  expect(answer.root_id).toBe(poke.id);
  expect(await chain.requestsFor('byBox')).toEqual([]);
  const own = (await chain.dashboard.sessions()).filter(({ channel_id }) => channel_id === room.channel.id);
  expect(own.map(({ request_post_id }) => request_post_id)).toEqual([poke.id]);
});

test('two agents that one post asks have a box each, by their own bots, and neither answers the box of the other', async () => {
  const chain = await Chain.join();
  const main = await chain.room('public');
  const review = await chain.joined(main, 'review');
  const gate = chain.gate();
  await chain.play({
    // Each is asked again by the other's answer, a post like any other; this keeps them from talking for ever.
    both: [{ calls: [longShell(gate.command)] }, { text: `Both of us say this. ${asks('hush')}` }],
    hush: [{ text: 'NO_REPLY' }],
  });
  const request = await main.say(`@${review.bot.username} ${asks('both')}`);
  const [ofMain, ofReview] = [await chain.boxOf(main, request), await chain.boxOf(review, request)];
  expect([ofMain.post.user_id, ofReview.post.user_id]).toEqual([main.bot.id, review.bot.id]);
  expect([ofMain.post.root_id, ofReview.post.root_id]).toEqual([request.id, request.id]);
  await gate.open();
  await standsRight(chain, main, request, ofMain);
  await standsRight(chain, review, request, ofReview);
  await chain.answer(main, 'Both of us say this.');
  await chain.answer(review, 'Both of us say this.');
  const boxes = (await chain.boxesIn(main)).map(({ post }) => post.id);
  const asked = (await chain.dashboard.sessions()).flatMap(({ request_post_id }) => request_post_id ?? []);
  expect(asked.filter((id) => boxes.includes(id))).toEqual([]);
});
