import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { agentSteps, expectEnded, toolSteps } from '../openclaw/harness/expect-turn.ts';
import { asks, longShell, shell, spawnAgent } from '../openclaw/harness/script.ts';
import { Chain } from './harness/chain.ts';
import { button, turnIn, viewOf, waitsForApproval } from './harness/clicked.ts';
import { Figures } from './harness/figures.ts';
import { standsRight } from './harness/stands-right.ts';
import { ToldThreads } from './harness/thread.ts';

const newPage = browserPages();
const figures = new Figures();
const threads = new ToldThreads();

/** Issue 6: one click, as the person who made it, and then what really happened. */
describe('one click in the box', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.join();
  });
  afterAll(() => figures.print());

  test('stops a running command: another person than the asker', async () => {
    const room = await chain.room('public');
    const gate = chain.gate();
    await chain.play({ actStopByOther: [{ calls: [longShell(gate.command)] }, { text: 'Never said.' }] });
    const turn = await turnIn(chain, room, 'actStopByOther', 'to run a command', ({ activity }) => activity === 'tool');
    const view = await viewOf(chain, newPage, room.other, turn);
    await button(view, 'Stop').click();
    const stopped = await view.watched.first('state', /Stopped/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('stop while a command runs', session.ended_ms, stopped.atMs);
    expectEnded(session, 'interrupted');
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'other: @bot stop',
      'bot: ⚙️ Agent was aborted.',
    ]);
    expect(await view.watched.times('note', /Stopping…/)).toBe(1);
    turn.runtime.close();
  });

  test('stops an agent that waits for an approval: the asker', async () => {
    const room = await chain.room('private', 'guard');
    await chain.play({ actStopWaiting: [{ calls: [shell('echo deployed')] }, { text: 'Never said.' }] });
    const turn = await turnIn(chain, room, 'actStopWaiting', 'to wait for an approval', waitsForApproval);
    const view = await viewOf(chain, newPage, room.asker, turn);
    await view.page.locator('#sidebar-right').getByText('waits for an approval').first().waitFor();
    await button(view, 'Stop').click();
    const stopped = await view.watched.first('state', /Stopped/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('stop while waiting for an approval', session.ended_ms, stopped.atMs);
    expectEnded(session, 'interrupted');
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      'asker: @bot stop',
      'bot: ⚙️ Agent was aborted.',
    ]);
    turn.runtime.close();
  });

  test('stops an agent that waits for its sub-agent, and the sub-agent', async () => {
    const room = await chain.room('private');
    const gate = chain.gate();
    await chain.play({
      actStopYield: [
        { text: 'I ask a helper.', calls: [spawnAgent(asks('actStopChild', 'Help.'), 'helper')] },
        { calls: [['sessions_yield', { message: 'waiting' }]] },
        { text: 'Never said.' },
      ],
      actStopChild: [{ calls: [longShell(gate.command)] }, { text: 'Never said either.' }],
    });
    const turn = await turnIn(
      chain,
      room,
      'actStopYield',
      'to wait for its sub-agent',
      (session) => session.waiting?.for === 'agents' && toolSteps(session)[0]?.status === 'running',
    );
    const view = await viewOf(chain, newPage, room.asker, turn);
    await chain.answer(room, 'I’m continuing this work and will send the result');
    await button(view, 'Stop').click();
    const stopped = await view.watched.first('state', /Stopped/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('stop during a yield', session.ended_ms, stopped.atMs);
    expectEnded(session, 'interrupted');
    expect(agentSteps(session).map(({ name, status }) => [name, status])).toEqual([['helper', 'cancelled']]);
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'bot: I’m continuing this work and will send the result when it is ready.',
      'asker: @bot stop',
      'bot: ⚙️ Agent was aborted. Stopped 1 sub-agent.',
    ]);
    turn.runtime.close();
  });

  test('stops an agent that writes its answer', async () => {
    const room = await chain.room('public');
    const words = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');
    await chain.play({ actStopWriting: [{ calls: [shell('echo begun')] }, { text: words, wordMs: 200 }] });
    const turn = await turnIn(chain, room, 'actStopWriting', 'to write', ({ activity }) => activity === 'writing');
    const view = await viewOf(chain, newPage, room.other, turn);
    await button(view, 'Stop').click();
    const stopped = await view.watched.first('state', /Stopped/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('stop while it writes', session.ended_ms, stopped.atMs);
    expectEnded(session, 'interrupted');
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'other: @bot stop',
      'bot: ⚙️ Agent was aborted.',
    ]);
    turn.runtime.close();
  });

  test('and nothing more was posted than was announced', async () => {
    expect(await threads.nothingMore()).toEqual([]);
  });
});
