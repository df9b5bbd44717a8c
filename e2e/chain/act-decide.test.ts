import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { expectEnded, expectTools } from '../openclaw/harness/expect-turn.ts';
import { shell } from '../openclaw/harness/script.ts';
import { Chain } from './harness/chain.ts';
import { approvalOf, button, tabTo, turnIn, viewOf, waitsForApproval } from './harness/clicked.ts';
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

  test('allows what waits: another person than the asker, who was called, clicks twice', async () => {
    const room = await chain.room('private', 'guard');
    await chain.play({ actAllowed: [{ calls: [shell('echo deployed')] }, { text: 'Allowed, so it is deployed.' }] });
    const turn = await turnIn(chain, room, 'actAllowed', 'to wait for an approval', waitsForApproval);
    const view = await viewOf(chain, newPage, room.other, turn);
    await view.page.locator('#sidebar-right').getByText('waits for an approval').first().waitFor();
    await button(view, 'Allow once').dblclick();
    const resolved = await turn.runtime.lifecycle('approval-resolved');
    const goesOn = await view.watched.first('state', /Working|Done/);
    figures.add('allow: no longer waiting', resolved.tsMs, goesOn.atMs);
    const done = await view.watched.first('state', /Done/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('allow: done', session.ended_ms, done.atMs);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      `other: @bot /approve ${approvalOf(turn)} allow-once`,
      `bot: ✅ Approval allow-once submitted for ${approvalOf(turn)}.`,
      'bot: Allowed, so it is deployed.',
    ]);
    expect(await view.watched.times('note', /Approving…/)).toBe(1);
    expect(await view.watched.times('state', /Done/)).toBe(1);
    turn.runtime.close();
  });

  test('denies what waits: the asker, by keyboard alone, told of each change once', async () => {
    const room = await chain.room('public', 'guard');
    await chain.play({ actDenied: [{ calls: [shell('echo deployed')] }, { text: 'Denied, so I did nothing.' }] });
    const turn = await turnIn(chain, room, 'actDenied', 'to wait for an approval', waitsForApproval);
    const view = await viewOf(chain, newPage, room.asker, turn);
    await view.page.locator('#sidebar-right').getByText('waits for an approval').first().waitFor();
    await view.page.locator('#sidebar-right').getByRole('button', { name: 'Close sidebar' }).focus();
    await tabTo(view, 'Deny');
    await view.page.keyboard.press('Enter');
    const resolved = await turn.runtime.lifecycle('approval-resolved');
    const goesOn = await view.watched.first('state', /Working|Done/);
    figures.add('deny: no longer waiting', resolved.tsMs, goesOn.atMs);
    const done = await view.watched.first('state', /Done/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('deny: done', session.ended_ms, done.atMs);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'error']]);
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      `asker: @bot /approve ${approvalOf(turn)} deny`,
      `bot: ✅ Approval deny submitted for ${approvalOf(turn)}.`,
      'bot: Denied, so I did nothing.',
    ]);
    expect(await view.watched.times('note', /Denying…/)).toBe(1);
    expect(await view.watched.times('state', /Waiting for approval/)).toBe(1);
    expect(await view.watched.times('state', /Done/)).toBe(1);
    // The keyboard is where it was: in the box.
    expect(await view.seen.evaluate((box) => box.contains(document.activeElement))).toBe(true);
    turn.runtime.close();
  });

  test('of two people at once, twice each, is one post each, and one command', async () => {
    const room = await chain.room('private', 'guard');
    await chain.play({ actBoth: [{ calls: [shell('echo once')] }, { text: 'It has run once.' }] });
    const turn = await turnIn(chain, room, 'actBoth', 'to wait for an approval', waitsForApproval);
    const views = [await viewOf(chain, newPage, room.asker, turn), await viewOf(chain, newPage, room.other, turn)];
    await views[0]?.page.locator('#sidebar-right').getByText('waits for an approval').first().waitFor();
    await Promise.all(views.map((view) => button(view, 'Allow once').dblclick()));
    const done = await Promise.all(views.map((view) => view.watched.first('state', /Done/)));

    const session = await standsRight(chain, room, turn.request, turn.box);
    for (const { atMs } of done) figures.add('two at once: done', session.ended_ms, atMs);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    const id = approvalOf(turn);
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      `asker: @bot /approve ${id} allow-once`,
      `other: @bot /approve ${id} allow-once`,
      `bot: ✅ Approval allow-once submitted for ${id}.`,
      `bot: ✅ Approval allow-once submitted for ${id}.`,
      'bot: It has run once.',
    ]);
    turn.runtime.close();
  });

  test('allows what waits in a direct message, where nobody else is', async () => {
    const room = await chain.room('direct', 'guard');
    await chain.play({ actInDirect: [{ calls: [shell('echo here')] }, { text: 'Allowed between us.' }] });
    const turn = await turnIn(chain, room, 'actInDirect', 'to wait for an approval', waitsForApproval);
    const view = await viewOf(chain, newPage, room.asker, turn);
    await view.page.locator('main').getByText('waits for an approval').first().waitFor();
    await button(view, 'Allow once').click();
    const done = await view.watched.first('state', /Done/);

    const session = await standsRight(chain, room, turn.request, turn.box);
    figures.add('allow in a direct message: done', session.ended_ms, done.atMs);
    expectTools(session, [['exec', 'done']]);
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      `asker: @bot /approve ${approvalOf(turn)} allow-once`,
      `bot: ✅ Approval allow-once submitted for ${approvalOf(turn)}.`,
      'bot: Allowed between us.',
    ]);
    turn.runtime.close();
  });

  test('and nothing more was posted than was announced', async () => {
    expect(await threads.nothingMore()).toEqual([]);
  });
});
