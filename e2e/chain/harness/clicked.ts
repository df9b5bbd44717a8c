import type { Session } from '@livestatus/contract';
import type { Locator, Page } from 'playwright-core';
import type { Person, Post } from '../../mattermost/index.ts';
import type { Box } from '../../plugin/harness/boxes.ts';
import type { Chain, NewPage } from './chain.ts';
import type { Room } from './room.ts';
import { RuntimeTap } from './runtime-tap.ts';
import { openThread, seenBox } from './seen-box.ts';
import { WatchedBox } from './watched-box.ts';

/** A turn with its box, before anybody has clicked. */
export interface Turn {
  readonly room: Room;
  readonly request: Post;
  readonly box: Box;
  readonly session: Session;
  /** The second witness. The test closes it. */
  readonly runtime: RuntimeTap;
}

/** One person's view of a turn's box. */
export interface View {
  readonly page: Page;
  readonly seen: Locator;
  readonly watched: WatchedBox;
}

/** Asks for a scenario and waits until the turn is in a state and has its box. */
export async function turnIn(
  chain: Chain,
  room: Room,
  scenario: string,
  what: string,
  fits: (session: Session) => boolean,
): Promise<Turn> {
  const request = await room.ask(scenario);
  const box = await chain.boxOf(room, request);
  const session = await chain.sessionOf(room, request, what, fits);
  const runtime = await RuntimeTap.listen(chain.shared.gateway, session.session_key);
  return { room, request, box, session, runtime };
}

export function waitsForApproval({ waiting }: Session): boolean {
  return waiting?.approval_id !== undefined;
}

export function approvalOf({ session }: Turn): string {
  return session.waiting?.approval_id ?? '(none)';
}

/** A person's browser at the box of a turn, with everything written down that it tells. */
export async function viewOf(chain: Chain, newPage: NewPage, person: Person, { room, box }: Turn): Promise<View> {
  const page = await chain.open(newPage, person, room);
  await openThread(page, box);
  const seen = seenBox(page, box);
  return { page, seen, watched: await WatchedBox.watch(seen) };
}

export function button({ seen }: View, name: string): Locator {
  return seen.getByRole('button', { name, exact: true });
}

/** Presses Tab until the keyboard is on a button of the box, as who has no mouse does. */
export async function tabTo(view: View, name: string): Promise<void> {
  const target = button(view, name);
  for (let press = 0; press < 60; press += 1) {
    await view.page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`"${name}" is not reached by 60 presses of Tab`);
}
