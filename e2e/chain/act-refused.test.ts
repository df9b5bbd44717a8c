import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { expectEnded, expectTools } from '../openclaw/harness/expect-turn.ts';
import { shell } from '../openclaw/harness/script.ts';
import { approvalOf, button, turnIn, viewOf, waitsForApproval } from './harness/clicked.ts';
import { Figures } from './harness/figures.ts';
import { standsRight } from './harness/stands-right.ts';
import { type StrictChain, startStrictChain } from './harness/strict-chain.ts';
import { ToldThreads } from './harness/thread.ts';

const newPage = browserPages();
const figures = new Figures();
const threads = new ToldThreads();
let strict: StrictChain;

beforeAll(async () => {
  strict = await startStrictChain();
});
afterAll(async () => {
  figures.print();
  await strict.dispose();
});

test('a click of a person whom OpenClaw does not hear is not confirmed; what nobody decides comes to its end', async () => {
  const { chain, room } = strict;
  await chain.play({ actExpired: [{ calls: [shell('echo never')] }, { text: 'Nobody decided, so I did nothing.' }] });
  const turn = await turnIn(chain, room, 'actExpired', 'to wait for an approval', waitsForApproval);
  const view = await viewOf(chain, newPage, room.other, turn);
  await view.page.locator('#sidebar-right').getByText('waits for an approval').first().waitFor();
  await button(view, 'Allow once').click();
  await view.watched.first('note', /Approving…/);
  await view.watched.first('note', /Not confirmed: the agent still waits\./);
  const mine = [`asker: ${turn.request.message}`, 'box', 'call', `other: @bot /approve ${approvalOf(turn)} allow-once`];
  // Measured: OpenClaw says nothing at all to a person whom it does not hear.
  await threads.holds(chain, room, turn.request, mine);
  expect(await button(view, 'Allow once').getAttribute('aria-disabled')).toBe('false');

  const resolved = await turn.runtime.lifecycle('approval-resolved');
  const goesOn = await view.watched.first('state', /Working|Done/);
  figures.add('approval expired: no longer waiting', resolved.tsMs, goesOn.atMs);
  const done = await view.watched.first('state', /Done/);
  const session = await standsRight(chain, room, turn.request, turn.box);
  figures.add('approval expired: done', session.ended_ms, done.atMs);
  expectEnded(session, 'done');
  expectTools(session, [['exec', 'error']]);
  await view.seen.getByText(/Not confirmed/).waitFor({ state: 'detached' });
  expect(await button(view, 'Allow once').count()).toBe(0);
  await threads.holds(chain, room, turn.request, [...mine, 'bot: Nobody decided, so I did nothing.']);
  turn.runtime.close();
});
