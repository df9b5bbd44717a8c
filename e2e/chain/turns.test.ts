import { beforeAll, describe, expect, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { agentSteps, expectEnded, expectTools, toolSteps } from '../openclaw/harness/expect-turn.ts';
import { asks, longShell, shell, spawnAgent } from '../openclaw/harness/script.ts';
import { Chain } from './harness/chain.ts';
import { openThread, seenBox, stateOf } from './harness/seen-box.ts';
import { standsRight } from './harness/stands-right.ts';

const newPage = browserPages();

/** What can become of a turn, as people in the channel see it. */
describe('in a channel,', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.join();
  });

  test("a sub-agent's sub-agent works in the one box of the person's turn", async () => {
    const room = await chain.room('private');
    const gate = chain.gate();
    await chain.play({
      nestedRoot: [
        { text: 'I ask the coordinator.', calls: [spawnAgent(asks('nestedMiddle', 'Coordinate.'), 'coordinator')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files were found.' },
      ],
      nestedMiddle: [
        { calls: [spawnAgent(asks('nestedLeaf', 'Count.'), 'counter')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Three files were counted.' },
      ],
      nestedLeaf: [{ calls: [longShell(gate.command)] }, { text: 'There are 3.' }],
    });
    const request = await room.ask('nestedRoot');
    const box = await chain.boxOf(room, request);
    const page = await chain.open(newPage, room.asker, room);
    await openThread(page, box);
    const seen = seenBox(page, box);
    await chain.sessionOf(room, request, 'to wait while a command of the innermost runs', (session) => {
      const [running] = toolSteps(session);
      return session.waiting?.for === 'agents' && running?.status === 'running';
    });
    await stateOf(seen).filter({ hasText: 'Waiting for sub-agents' }).waitFor();
    await seen.getByText('counter').first().waitFor();
    await gate.open();
    await stateOf(seen).filter({ hasText: 'Done' }).waitFor({ timeout: 120_000 });

    const session = await standsRight(chain, room, request, box);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    const [coordinator, counter] = agentSteps(session);
    expect(agentSteps(session).map(({ name, status }) => [name, status])).toEqual([
      ['coordinator', 'done'],
      ['counter', 'done'],
    ]);
    expect(counter?.parent_id).toBe(coordinator?.id);
    expect(toolSteps(session)[0]?.parent_id).toBe(counter?.id);
    await chain.answer(room, 'Three files were found.');
    expect(await chain.boxesIn(room)).toHaveLength(1);
  });

  test('a turn that the person stops in its thread is stopped, not failed', async () => {
    const room = await chain.room('public');
    const gate = chain.gate();
    await chain.play({ stopped: [{ calls: [longShell(gate.command)] }, { text: 'Never said.' }] });
    const request = await room.ask('stopped');
    const box = await chain.boxOf(room, request);
    const page = await chain.open(newPage, room.asker, room);
    await openThread(page, box);
    const seen = seenBox(page, box);
    await stateOf(seen).filter({ hasText: 'Working' }).waitFor();
    await room.say(`@${room.bot.username} stop`, { rootId: request.id });
    await stateOf(seen).filter({ hasText: 'Stopped' }).waitFor();

    const session = await standsRight(chain, room, request, box);
    expectEnded(session, 'interrupted');
    expect(session.error?.code).toBe('aborted');
    expect((await room.posts()).filter(({ message }) => message.includes('Never said.'))).toEqual([]);
    expect(await chain.boxesIn(room)).toHaveLength(1);
  });

  test('an approval is waited for in sight of everyone; approved in the thread, the command runs', async () => {
    const room = await chain.room('private', 'guard');
    await chain.play({
      approved: [{ text: 'I need a command.', calls: [shell('echo deployed')] }, { text: 'It is deployed.' }],
    });
    const request = await room.ask('approved');
    const box = await chain.boxOf(room, request);
    const page = await chain.open(newPage, room.other, room);
    await openThread(page, box);
    const seen = seenBox(page, box);
    await stateOf(seen).filter({ hasText: 'Waiting for approval' }).waitFor();
    const waiting = await chain.sessionOf(
      room,
      request,
      'to wait for an approval',
      (session) => session.waiting?.approval_id !== undefined,
    );
    expect(waiting.steps.find(({ id }) => id === waiting.waiting?.step_id)?.name).toBe('exec');
    const command = `@${room.bot.username} /approve ${waiting.waiting?.approval_id} allow-once`;
    await room.say(command, { rootId: request.id });
    await stateOf(seen).filter({ hasText: 'Done' }).waitFor();

    const session = await standsRight(chain, room, request, box);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    await chain.answer(room, 'It is deployed.');
    expect(await chain.boxesIn(room)).toHaveLength(1);
  });

  test('a provider that fails for good is a failed turn that says why', async () => {
    const room = await chain.room('public');
    const gate = chain.gate();
    await chain.play({
      refused: [{ calls: [longShell(gate.command)] }, { http: 400, message: 'Scripted bad request' }],
    });
    const request = await room.ask('refused');
    const box = await chain.boxOf(room, request);
    const page = await chain.open(newPage, room.asker, room);
    await openThread(page, box);
    const seen = seenBox(page, box);
    await stateOf(seen).filter({ hasText: 'Working' }).waitFor();
    await gate.open();
    await stateOf(seen).filter({ hasText: 'Failed' }).waitFor({ timeout: 120_000 });

    const session = await standsRight(chain, room, request, box);
    expectEnded(session, 'error');
    expectTools(session, [['exec', 'done']]);
    expect(session.error?.message).toMatch(/provider rejected the request/);
    expect(await chain.boxesIn(room)).toHaveLength(1);
  });

  test('a provider that falls over to another model is one turn', async () => {
    const room = await chain.room('public', 'flaky');
    await chain.play({
      fellOver: [
        { byModel: { 'bad-1': { http: 400 }, 'mock-1': { calls: [shell('sleep 3; echo ok')] } } },
        { byModel: { 'bad-1': { http: 400 }, 'mock-1': { text: 'Done by the other model.' } } },
      ],
    });
    const request = await room.ask('fellOver');
    const box = await chain.boxOf(room, request);
    const session = await standsRight(chain, room, request, box);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    await chain.answer(room, 'Done by the other model.');
    expect(await chain.boxesIn(room)).toHaveLength(1);
  });
});
