import { LIMITS, type Session } from '@livestatus/contract';
import { SAMPLE_NOW_MS } from '@livestatus/ui/samples';
import type { BrowserContextOptions, Page } from 'playwright-core';
import {
  type Bot,
  type Channel,
  logIn,
  logInWithCookie,
  type Person,
  type Post,
  Rest,
  Workspace,
} from '../../mattermost/index.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';
import { newId } from '../../plugin/harness/sessions.ts';
import { read, Writer } from '../../plugin/harness/writer.ts';
import type { SharedSite } from './site.ts';

type NewPage = (options?: BrowserContextOptions) => Promise<Page>;

export interface OpenOptions extends BrowserContextOptions {
  /** Which libraries the web client has. */
  readonly react?: 17 | 18;
  /** More of the page's query: `theme=onyx&compact=1`. */
  readonly query?: string;
  /** Below the SiteURL; the world's channel if absent. */
  readonly path?: string;
  /** Another address of the same server: a page of the test's own. */
  readonly url?: string;
  /** Called before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** A daemon keeps to the contract's limits; the samples need not. */
const MAX_CODE_POINTS: Readonly<Record<string, number>> = {
  label: LIMITS.labelMaxCodePoints,
  detail: LIMITS.detailMaxCodePoints,
  title: LIMITS.titleMaxCodePoints,
  name: LIMITS.agentNameMaxCodePoints,
  text: LIMITS.planTextMaxCodePoints,
  message: LIMITS.errorMessageMaxCodePoints,
};

type WorldParts = Pick<
  World,
  'site' | 'workspace' | 'teamId' | 'team' | 'alice' | 'bob' | 'bot' | 'channel' | 'daemon'
>;

type WorldNames = Partial<Readonly<Record<'team' | 'alice' | 'bob' | 'bot' | 'channel', string>>>;

/** A team with two people, a bot with its daemon, and a public channel of all: one test's own corner of the server. */
export class World {
  readonly site: SharedSite;
  readonly workspace: Workspace;
  readonly teamId: string;
  /** The team's name in addresses. */
  readonly team: string;
  readonly alice: Person;
  readonly bob: Person;
  readonly bot: Bot;
  readonly channel: Channel;
  readonly daemon: Writer;

  private constructor(parts: WorldParts) {
    this.site = parts.site;
    this.workspace = parts.workspace;
    this.teamId = parts.teamId;
    this.team = parts.team;
    this.alice = parts.alice;
    this.bob = parts.bob;
    this.bot = parts.bot;
    this.channel = parts.channel;
    this.daemon = parts.daemon;
  }

  /** `names`: instead of names that no other test has, for pictures. */
  static async create(site: SharedSite, names: WorldNames = {}): Promise<World> {
    const rest = new Rest(site.url);
    const workspace = new Workspace(await logIn(rest, site.admin.username, site.admin.password));
    const team = names.team ?? newId('team').replace('-', '');
    const teamId = await workspace.team(team);
    const alice = await workspace.user([teamId], names.alice);
    const bob = await workspace.user([teamId], names.bob);
    const bot = await workspace.bot([teamId], names.bot);
    const channel = await workspace.channel(teamId, 'O', [alice.id, bob.id, bot.id], names.channel);
    const daemon = new Writer({ rest, secret: site.secret }, bot);
    return new World({ site, workspace, teamId, team, alice, bob, bot, channel, daemon });
  }

  /** A logged-in person's page, loaded and with the plugin in it. */
  async open(newPage: NewPage, person: Person, options: OpenOptions = {}): Promise<Page> {
    const { react = 18, query = '', path, url = this.site.url, prepare, ...context } = options;
    const page = await newPage(context);
    const { cookie } = await logInWithCookie(new Rest(url), person);
    const cookies = cookie.split('; ').map((pair) => pair.split('=') as [string, string]);
    await page.context().addCookies(cookies.map(([name, value]) => ({ name, value, url })));
    await prepare?.(page);
    await page.goto(`${url}${path ?? `/${this.team}/channels/${this.channel.name}`}?react=${react}&${query}`);
    await page.locator('html[data-host-ready=true]').waitFor();
    return page;
  }

  /** A request in the channel, as a person posts it. */
  ask(text = 'Please fix the login redirect'): Promise<Post> {
    return this.workspace.post(this.alice, this.channel.id, text);
  }

  /** A made-up turn of ui's samples as this world's daemon would send it: now, here, under an id of its own. */
  sample(session: Session, part: Partial<Session> = {}): Session {
    const shift = Date.now() - SAMPLE_NOW_MS;
    const moved = JSON.parse(JSON.stringify(session), (key, value: unknown) => {
      if (typeof value === 'number') return key.endsWith('_ms') ? value + shift : value;
      return typeof value === 'string' ? [...value].slice(0, MAX_CODE_POINTS[key]).join('') : value;
    }) as Session;
    const { user_id: _, ...rest } = moved;
    return {
      ...rest,
      id: newId(),
      daemon_id: this.daemon.daemonId,
      channel_id: this.channel.id,
      post: 'none',
      seq: Date.now(),
      ...part,
    };
  }

  /** The daemon tells of these sessions, which must be accepted. */
  async put(...sessions: Session[]): Promise<void> {
    const { results } = await this.daemon.batch({ changes: sessions });
    const refused = results.filter(({ status }) => status !== 'ok');
    if (refused.length > 0) throw new Error(`not accepted: ${JSON.stringify(refused)}`);
  }

  /** The session is over. */
  async end(session: Session, status: 'done' | 'error' = 'done'): Promise<Session> {
    const { activity: _a, waiting: _w, ...rest } = session;
    const seq = Date.now();
    const steps = rest.steps.map((step) =>
      step.status === 'running' ? { ...step, status: 'done' as const, ended_ms: seq } : step,
    );
    const ended: Session = { ...rest, status, steps, seq, as_of_ms: seq, last_event_ms: seq, ended_ms: seq };
    await this.put(ended);
    return ended;
  }

  /** Waits until the session's box is posted. */
  boxOf(session: Session): Promise<string> {
    return waitFor('the box', async () => (await read(this.daemon.rest, session.id))?.post_id, { deadlineMs: 15_000 });
  }
}
