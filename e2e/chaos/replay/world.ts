import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DaemonHealth } from '@livestatus/contract';
import { systemClock } from '../../../daemon/src/clock.ts';
import { type FakeGateway, startFakeGateway } from '../../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { Daemon } from '../../openclaw/harness/daemon.ts';
import { pause, waitFor } from '../../openclaw/harness/wait.ts';
import type { Place } from '../../plugin/harness/told-again.ts';
import { lookAt } from '../harness/looks.ts';
import type { Site } from '../harness/site.ts';
import type { Shown, TrueTurn, Watched } from '../harness/verdict.ts';
import { RunPlayer } from './player.ts';
import { RUNS, type ToldRun, tellRun } from './told-run.ts';

/** Between the beginnings of two runs, ms: about seven go on at a time. */
const EVERY_MS = 3_000;
/** A daemon that was up for so long while a turn went on has seen it. */
const SEEN_AFTER_MS = 8_000;

export interface WorldOptions {
  readonly site: Site;
  /** Of the runs' ids and their order. */
  readonly seed: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Recorded agents at work, a real daemon, a real Mattermost with the plugin: all of it may be struck. */
export class ReplayedWorld {
  readonly site: Site;
  readonly place: Place;
  readonly daemon: Daemon;
  readonly player: RunPlayer;
  readonly #gateway: FakeGateway;
  readonly #seed: number;
  readonly #home: string;
  readonly #told: ToldRun[] = [];
  #count = 0;
  /** When a daemon answered, and until when. */
  readonly #up: { readonly from: number; to: number }[] = [];
  #feeding: Promise<void> = Promise.resolve();
  #isFed = false;

  private constructor(
    options: WorldOptions,
    parts: Pick<ReplayedWorld, 'place' | 'daemon'>,
    gateway: FakeGateway,
    home: string,
  ) {
    this.site = options.site;
    this.place = parts.place;
    this.daemon = parts.daemon;
    this.#gateway = gateway;
    this.player = new RunPlayer(gateway);
    this.#seed = options.seed;
    this.#home = home;
    this.#isUp();
  }

  static async open(options: WorldOptions): Promise<ReplayedWorld> {
    const { site, settings } = options;
    const { workspace } = site.stack;
    const bot = await workspace.bot([site.team]);
    const place: Place = { workspace, person: site.person, bot, team: site.team, channels: new Map() };
    const home = mkdtempSync(join(tmpdir(), 'livestatus-no-openclaw-'));
    const gateway = await startFakeGateway({ clock: systemClock });
    const daemon = await Daemon.start({
      openClawStateDir: home,
      settings: {
        OPENCLAW_GATEWAY_URL: gateway.url,
        OPENCLAW_GATEWAY_TOKEN: gateway.token,
        MM_BASE_URL: site.stack.url,
        MM_BOT_TOKEN: bot.token,
        PLUGIN_SECRET: site.stack.secret,
        LOG_LEVEL: 'info',
        ...settings,
      },
    });
    const world = new ReplayedWorld(options, { place, daemon }, gateway, home);
    await world.until('the daemon to be healthy', ({ status }) => status === 'healthy');
    return world;
  }

  async dispose(): Promise<void> {
    this.#isFed = false;
    await this.#feeding.catch(() => undefined);
    await this.daemon.dispose();
    await this.#gateway.stop();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** People ask beforehand for what will be done in so many ms: while Mattermost is away nobody can. */
  async prepare(ms: number): Promise<void> {
    while (this.#told.length * EVERY_MS < ms) this.#told.push(await this.#tell());
  }

  /** One run begins after the other, until `rest`. */
  work(): void {
    this.#isFed = true;
    this.#feeding = this.#feed();
  }

  /** No run begins any more; resolves when the last is over. */
  async rest(): Promise<void> {
    this.#isFed = false;
    await this.#feeding;
    await this.player.finished();
  }

  look(): Promise<Shown> {
    return lookAt(this.place.person, this.place.bot, [...this.place.channels.values()]);
  }

  /** kill -9. */
  async killDaemon(): Promise<void> {
    this.#isDown();
    await this.daemon.kill();
  }

  /** SIGTERM. */
  async stopDaemon(): Promise<void> {
    this.#isDown();
    await this.daemon.stop();
  }

  async startDaemon(): Promise<void> {
    await this.daemon.start();
    this.#isUp();
  }

  /** How much of this turn a daemon that works would have seen. */
  watched({ startedAt, endedAt }: TrueTurn): Watched {
    if (this.#up.some(({ from, to }) => from < startedAt && to > endedAt)) return 'throughout';
    const longest = Math.max(...this.#up.map(({ from, to }) => Math.min(to, endedAt) - Math.max(from, startedAt)));
    return longest > SEEN_AFTER_MS ? 'partly' : 'hardly';
  }

  /** Waits for what an operator sees in the daemon's health. */
  async until(what: string, isTrue: (health: DaemonHealth) => boolean, deadlineMs = 90_000): Promise<void> {
    await waitFor(what, async () => (isTrue(await this.daemon.dashboard.health()) ? true : undefined), {
      deadlineMs,
      seen: async () =>
        `${JSON.stringify(await this.daemon.dashboard.health().catch(String))}\n${this.daemon.tail(15)}`,
    });
  }

  /** Waits for what a person sees. */
  async untilSeen(what: string, isTrue: (shown: Shown) => boolean, deadlineMs = 90_000): Promise<void> {
    let seen: Shown | undefined;
    await waitFor(
      what,
      async () => {
        seen = await this.look();
        return isTrue(seen) ? true : undefined;
      },
      {
        deadlineMs,
        everyMs: 500,
        seen: () => `${JSON.stringify(seen?.boxes.map(({ post }) => post.message))}\n${this.daemon.tail(15)}`,
      },
    );
  }

  async #feed(): Promise<void> {
    for (let due = Date.now(); this.#isFed; due += EVERY_MS) {
      this.player.begin(this.#told.shift() ?? (await this.#tell()));
      await pause(Math.max(0, due + EVERY_MS - Date.now()));
    }
  }

  #tell(): Promise<ToldRun> {
    const name = RUNS[(this.#seed + this.#count * 5) % RUNS.length] ?? '';
    this.#count += 1;
    return tellRun(name, this.place, `chaos-${this.#seed}-${this.#count}`);
  }

  #isUp(): void {
    this.#up.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  #isDown(): void {
    const last = this.#up.at(-1);
    if (last !== undefined && last.to === Number.POSITIVE_INFINITY) last.to = Date.now();
  }
}
