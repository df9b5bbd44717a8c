import { readFile } from 'node:fs/promises';
import type { Session } from '@livestatus/contract';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { inject } from 'vitest';
import {
  type Channel,
  logIn,
  logInWithCookie,
  type Person,
  type Post,
  Rest,
  Workspace,
} from '../../mattermost/index.ts';
import { Dashboard } from '../../openclaw/harness/dashboard.ts';
import { describeSessions } from '../../openclaw/harness/describe.ts';
import { type Gate, gateIn } from '../../openclaw/harness/gate.ts';
import type { SeenRequest } from '../../openclaw/harness/provider.ts';
import type { Script } from '../../openclaw/harness/script.ts';
import { GiveUpError, waitFor } from '../../openclaw/harness/wait.ts';
import { type Box, boxOf } from '../../plugin/harness/boxes.ts';
import type { Agent } from './agents.ts';
import type { SharedChain } from './own-chain.ts';
import { Room } from './room.ts';
import { playAt, requestsAt } from './script-desk.ts';

export type NewPage = (options?: BrowserContextOptions) => Promise<Page>;
export type RoomKind = 'public' | 'private' | 'group' | 'direct';

/** How long a scripted turn of a few seconds may take on two busy cores, in ms. */
const TURN_DEADLINE_MS = 120_000;
const PAGE_DEADLINE_MS = 90_000;

/** The suite's chain (global-setup.ts), as one test file uses it. */
export class Chain {
  readonly shared: SharedChain;
  readonly workspace: Workspace;
  readonly dashboard: Dashboard;

  private constructor(shared: SharedChain, workspace: Workspace) {
    this.shared = shared;
    this.workspace = workspace;
    this.dashboard = new Dashboard(shared.daemon.dashboardUrl);
  }

  /** `shared`: another OpenClaw and daemon beside the suite's Mattermost (strict-chain.ts). */
  static async join(shared = inject('chain')): Promise<Chain> {
    const { username, password } = shared.site.admin;
    return new Chain(shared, new Workspace(await logIn(new Rest(shared.site.url), username, password)));
  }

  /** Gives the model its lines. Scenarios are named once in the whole suite. */
  play(script: Script): Promise<void> {
    return playAt(this.shared.deskUrl, script);
  }

  /** What the model was asked in one scenario. */
  async requestsFor(scenario: string): Promise<readonly SeenRequest[]> {
    const all = await requestsAt(this.shared.deskUrl);
    return all.filter(({ place }) => place?.scenario === scenario);
  }

  /** A shell command that runs until the test opens it, at most as long. */
  gate(atMostS?: number): Gate {
    return gateIn(this.shared.gateway.rootDir, atMostS);
  }

  /** A new place with new people and one agent's bot. */
  async room(kind: RoomKind, agent: Agent = 'main'): Promise<Room> {
    const { workspace, shared } = this;
    const bot = shared.bots[agent];
    const asker = await workspace.user([shared.team.id]);
    const other = await workspace.user([shared.team.id]);
    const channel = await this.#channel(kind, asker, other, bot.id);
    return new Room({ workspace, channel, asker, other, agent, bot });
  }

  /** The same place, seen as that of another agent, whose bot joins it. */
  async joined(room: Room, agent: Agent): Promise<Room> {
    const bot = this.shared.bots[agent];
    await this.workspace.join(room.channel.id, bot.id);
    return new Room({ ...room, agent, bot });
  }

  async #channel(kind: RoomKind, asker: Person, other: Person, botId: string): Promise<Channel> {
    if (kind === 'direct') return this.workspace.directChannel(asker.id, botId);
    if (kind === 'group') return this.workspace.groupMessage(asker, [other.id, botId]);
    return this.workspace.channel(this.shared.team.id, kind === 'public' ? 'O' : 'P', [asker.id, other.id, botId]);
  }

  /** Waits until what the daemon knows of the turn in which the room's agent serves this post is so. */
  sessionOf(
    room: Room,
    request: Post,
    what: string,
    fits: (session: Session) => boolean,
    deadlineMs = TURN_DEADLINE_MS,
  ): Promise<Session> {
    return waitFor(
      `the turn of post ${request.id}: ${what}`,
      async () => (await this.#sessionsOf(room, request)).find(fits),
      { deadlineMs, seen: () => this.describe(room) },
    );
  }

  ended(room: Room, request: Post, deadlineMs?: number): Promise<Session> {
    return this.sessionOf(room, request, 'to end', ({ status }) => status !== 'active', deadlineMs);
  }

  async #sessionsOf(room: Room, request: Post): Promise<readonly Session[]> {
    const all = await this.dashboard.sessions();
    return all.filter(({ request_post_id, agent }) => request_post_id === request.id && agent.id === room.agent);
  }

  /**
   * Waits until the one box of that turn stands, wherever in its channel, and fits. A second box fails at once.
   */
  boxOf(
    room: Room,
    request: Post,
    what = 'to stand',
    fits: (box: Box) => boolean = () => true,
    deadlineMs = TURN_DEADLINE_MS,
  ): Promise<Box> {
    return waitFor(
      `the box of post ${request.id}: ${what}`,
      async () => {
        const ids = (await this.#sessionsOf(room, request)).map(({ id }) => id);
        const boxes = (await this.boxesIn(room)).filter(({ props }) => ids.includes(props.id));
        if (boxes.length > 1) throw new GiveUpError(`${boxes.length} boxes of one turn: ${JSON.stringify(boxes)}`);
        return boxes.find(fits);
      },
      { deadlineMs, seen: () => this.describe(room) },
    );
  }

  async boxesIn(room: Room): Promise<readonly Box[]> {
    return (await room.posts()).flatMap((post) => boxOf(post) ?? []);
  }

  /** Waits for OpenClaw's own answer: a post of the bot with this text. */
  answer(room: Room, text: string): Promise<Post> {
    return waitFor(
      `the answer "${text}"`,
      async () =>
        (await room.posts()).find(
          (post) => post.user_id === room.bot.id && post.type === '' && post.message.includes(text),
        ),
      { deadlineMs: TURN_DEADLINE_MS, seen: () => this.describe(room) },
    );
  }

  /** A person's browser at a channel, logged in, with the plugin loaded. `thread`: that post's thread is open too. */
  async open(newPage: NewPage, person: Person, room: Room, thread?: Post): Promise<Page> {
    const { url } = this.shared.site;
    const page = await newPage();
    // What the page is waited for comes through OpenClaw, which takes its time on two busy cores.
    page.setDefaultTimeout(PAGE_DEADLINE_MS);
    const { cookie } = await logInWithCookie(new Rest(url), person);
    const cookies = cookie.split('; ').map((pair) => pair.split('=') as [string, string]);
    await page.context().addCookies(cookies.map(([name, value]) => ({ name, value, url })));
    const { name } = this.shared.team;
    const path = thread === undefined ? `channels/${room.channel.id}` : `pl/${thread.root_id || thread.id}`;
    await page.goto(`${url}/${name}/${path}`);
    await page.locator('html[data-host-ready=true]').waitFor();
    return page;
  }

  /** Everything a person needs to understand a failure. */
  async describe(room: Room): Promise<string> {
    const sessions = await this.dashboard.sessions();
    const asked = (await requestsAt(this.shared.deskUrl)).slice(-20);
    const { gateway, daemon } = this.shared;
    return [
      `sessions:\n${describeSessions(sessions.slice(0, 6))}`,
      `posts:\n${(await room.posts()).map(describePost).join('\n')}`,
      `model was asked: ${asked.map(({ place, last }) => `${JSON.stringify(place)} ${last.slice(0, 80)}`).join('\n')}`,
      `daemon:\n${await lastLines(daemon.logFile, 15)}`,
      `gateway:\n${await lastLines(gateway.logFile, 15)}`,
    ].join('\n--- ');
  }
}

function describePost(post: Post): string {
  return `${post.id} in ${post.root_id || '(top)'} by ${post.user_id} ${post.type}: ${post.message.slice(0, 200)}`;
}

async function lastLines(file: string, lines: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '(no log)');
  return text.trimEnd().split('\n').slice(-lines).join('\n').slice(-6_000);
}
