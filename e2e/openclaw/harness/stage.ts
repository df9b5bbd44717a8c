import type { Session } from '@livestatus/contract';
import { Daemon } from './daemon.ts';
import type { Dashboard } from './dashboard.ts';
import { describeSessions } from './describe.ts';
import { type Gate, gateIn } from './gate.ts';
import { Gateway, openClawInstall } from './gateway.ts';
import type { ConfigObject } from './gateway-config.ts';
import { ScriptedProvider } from './provider.ts';
import { asks, type Script } from './script.ts';
import { StreamFollower } from './stream.ts';
import { waitFor } from './wait.ts';

export interface StageOptions {
  readonly overrides?: ConfigObject;
  /** Daemon settings by environment name. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Start the daemon later with `startDaemon` (a late join). */
  readonly withoutDaemon?: boolean;
}

/** How long a scripted turn of a few seconds may take on two busy cores, in ms. */
const TURN_DEADLINE_MS = 60_000;

/** A real gateway, its scripted model, the real daemon beside it, and what a person sees of it. */
export class Stage {
  readonly provider: ScriptedProvider;
  readonly gateway: Gateway;
  #options: StageOptions;
  #daemon: Daemon | undefined;
  #stream: StreamFollower | undefined;
  #conversations = 0;

  private constructor(provider: ScriptedProvider, gateway: Gateway, options: StageOptions) {
    this.provider = provider;
    this.gateway = gateway;
    this.#options = options;
  }

  static async set(options: StageOptions = {}): Promise<Stage> {
    const provider = await ScriptedProvider.start({});
    const overrides = options.overrides === undefined ? {} : { overrides: options.overrides };
    const gateway = await Gateway.start({
      install: openClawInstall(process.env),
      providerUrl: provider.baseUrl,
      ...overrides,
    }).catch(async (error: unknown) => {
      await provider.stop();
      throw error;
    });
    const stage = new Stage(provider, gateway, options);
    if (options.withoutDaemon !== true) {
      await stage.startDaemon().catch(async (error: unknown) => {
        await stage.strike();
        throw error;
      });
    }
    return stage;
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error('stage: the daemon has not been started');
    return this.#daemon;
  }

  get dashboard(): Dashboard {
    return this.daemon.dashboard;
  }

  get stream(): StreamFollower {
    if (this.#stream === undefined) throw new Error('stage: the daemon has not been started');
    return this.#stream;
  }

  /** Starts the daemon for the first time and waits until its source sees the gateway. */
  async startDaemon(): Promise<void> {
    const settings = this.#options.settings === undefined ? {} : { settings: this.#options.settings };
    this.#daemon = await Daemon.start({ openClawStateDir: this.gateway.stateDir, ...settings });
    this.#stream = new StreamFollower(this.dashboard.baseUrl);
    await this.waitForSource('ok');
  }

  /** Ends everything that was started. Idempotent. */
  async strike(): Promise<void> {
    await this.#stream?.close();
    await this.#daemon?.dispose();
    await this.gateway.dispose();
    await this.provider.stop();
  }

  /** Gives the model its lines for the next messages. */
  play(script: Script): void {
    this.provider.play(script);
  }

  /** A session key that no test has used, so that tests do not see each other's turns. */
  freshKey(agent = 'main'): string {
    this.#conversations += 1;
    return `agent:${agent}:conversation-${this.#conversations}`;
  }

  /** A person asks an agent for a scenario, in a conversation of its own; resolves with its key. */
  async ask(scenario: string, options: { readonly agent?: string; readonly key?: string } = {}): Promise<string> {
    const agent = options.agent ?? 'main';
    const key = options.key ?? this.freshKey(agent);
    await this.gateway.person.send(agent, asks(scenario), key);
    return key;
  }

  gate(): Gate {
    return gateIn(this.gateway.rootDir);
  }

  waitForSource(state: string, deadlineMs = 60_000): Promise<void> {
    return this.waitFor(`the gateway source to be ${state}`, deadlineMs, async () => {
      const { sources } = await this.dashboard.health();
      return sources.some((source) => source.state === state) ? undefined : 'not yet';
    });
  }

  /** Waits until the one session of that key satisfies `isRight`, and returns it. */
  async waitForSession(
    key: string,
    what: string,
    isRight: (session: Session) => boolean,
    deadlineMs = TURN_DEADLINE_MS,
  ): Promise<Session> {
    return waitFor(
      `${key}: ${what}`,
      async () => {
        const sessions = await this.dashboard.ofKey(key);
        return sessions.findLast(isRight);
      },
      { deadlineMs, seen: () => this.describe() },
    );
  }

  waitForEnd(key: string, deadlineMs = TURN_DEADLINE_MS): Promise<Session> {
    return this.waitForSession(key, 'to end', (session) => session.status !== 'active', deadlineMs);
  }

  /** Waits until `problem` answers undefined; whatever else it says is a reason to look again. */
  async waitFor(what: string, deadlineMs: number, problem: () => Promise<string | undefined>): Promise<void> {
    await waitFor(what, async () => ((await problem()) === undefined ? true : undefined), {
      deadlineMs,
      seen: () => this.describe(),
    });
  }

  /** Everything a person needs to understand a failure. */
  async describe(): Promise<string> {
    const sessions = await this.dashboard.sessions().then(describeSessions, (error: unknown) => String(error));
    const health = await this.dashboard.health().then(
      (value) => JSON.stringify(value.sources),
      (error: unknown) => String(error),
    );
    const asked = this.provider.requests.map((request) => JSON.stringify(request.place)).join(' ');
    return [
      `sessions:\n${sessions}`,
      `sources: ${health}`,
      `model was asked: ${asked}`,
      `daemon:\n${this.#daemon?.tail(25) ?? ''}`,
      `gateway:\n${this.gateway.tail(15)}`,
    ].join('\n--- ');
  }
}
