import { runName, turnId } from '../../../daemon/src/turns/identity.ts';
import type { Bot, Channel } from '../../mattermost/index.ts';
import { Daemon } from '../../openclaw/harness/daemon.ts';
import { Gateway, openClawInstall } from '../../openclaw/harness/gateway.ts';
import { ScriptedProvider } from '../../openclaw/harness/provider.ts';
import type { GatewayRpc } from '../../openclaw/harness/rpc.ts';
import { asks, type Script, shell } from '../../openclaw/harness/script.ts';
import { pause, waitFor } from '../../openclaw/harness/wait.ts';
import { lookAt } from '../harness/looks.ts';
import type { Site } from '../harness/site.ts';
import type { Shown, TrueTurn, Watched } from '../harness/verdict.ts';

/** Between two requests, ms: two or three turns at a time. */
const EVERY_MS = 6_000;
const IDLE_DEADLINE_MS = 120_000;

/** A turn of about twelve seconds. */
const SCRIPT: Script = {
  work: [
    { text: 'First the files.', calls: [shell('sleep 3; echo files')] },
    { text: 'Now the tests.', calls: [shell('sleep 4; echo tests')] },
    { text: 'And once more.', calls: [shell('sleep 2; echo again')] },
    { text: 'All of it works.' },
  ],
};
const CALLS = 3;

interface Asked {
  readonly key: string;
  readonly runId: string;
  readonly at: number;
}

/** A real OpenClaw whose agents work in threads of a real Mattermost, and the real daemon beside it. */
export class OpenClawWorld {
  readonly gateway: Gateway;
  readonly daemon: Daemon;
  readonly #site: Site;
  readonly #provider: ScriptedProvider;
  readonly #bot: Bot;
  readonly #channel: Channel;
  readonly #asked: Asked[] = [];
  /** When the gateway told that a run had begun, and had ended, by its key. */
  readonly #starts = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  #working: Promise<void> = Promise.resolve();
  #isAsking = false;

  private constructor(parts: {
    site: Site;
    provider: ScriptedProvider;
    gateway: Gateway;
    daemon: Daemon;
    bot: Bot;
    channel: Channel;
  }) {
    this.#site = parts.site;
    this.#provider = parts.provider;
    this.gateway = parts.gateway;
    this.daemon = parts.daemon;
    this.#bot = parts.bot;
    this.#channel = parts.channel;
  }

  static async open(site: Site): Promise<OpenClawWorld> {
    const { workspace, url, secret } = site.stack;
    const bot = await workspace.bot([site.team]);
    const channel = await workspace.channel(site.team, 'O', [site.person.id, bot.id]);
    const provider = await ScriptedProvider.start(SCRIPT);
    const started: (() => Promise<void>)[] = [() => provider.stop()];
    try {
      const gateway = await Gateway.start({ install: openClawInstall(process.env), providerUrl: provider.baseUrl });
      started.push(() => gateway.dispose());
      const settings = { MM_BASE_URL: url, MM_BOT_TOKEN: bot.token, PLUGIN_SECRET: secret, LOG_LEVEL: 'info' };
      const daemon = await Daemon.start({ openClawStateDir: gateway.stateDir, settings });
      started.push(() => daemon.dispose());
      const world = new OpenClawWorld({ site, provider, gateway, daemon, bot, channel });
      await world.untilObserved();
      await world.#listen();
      return world;
    } catch (error) {
      for (const end of started.reverse()) await end();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    this.#isAsking = false;
    await this.#working.catch(() => undefined);
    await this.daemon.dispose();
    await this.gateway.dispose();
    await this.#provider.stop();
  }

  /** Somebody asks again and again, each time in a thread of its own, until `rest`. */
  work(): void {
    this.#isAsking = true;
    this.#working = this.#ask();
  }

  /** Nobody asks any more; resolves when OpenClaw itself says that nothing runs. */
  async rest(): Promise<void> {
    this.#isAsking = false;
    await this.#working;
    await waitFor('OpenClaw to be idle', async () => ((await this.#isIdle()) ? true : undefined), {
      deadlineMs: IDLE_DEADLINE_MS,
      seen: () => this.gateway.tail(15),
    });
  }

  look(): Promise<Shown> {
    return lookAt(this.#site.person, this.#bot, [this.#channel]);
  }

  /** Of every turn that was asked for, by OpenClaw's own word. When it is idle. */
  async truth(): Promise<readonly TrueTurn[]> {
    return Promise.all(
      this.#asked.map(async ({ key, runId, at }) => {
        const isDone = await this.#isAnswered(key);
        const id = turnId(runName(runId));
        const startedAt = this.#starts.get(key) ?? at;
        const times = { startedAt, endedAt: this.#ends.get(key) ?? startedAt };
        return isDone
          ? { id, status: 'done' as const, toolCalls: CALLS, ...times }
          : { id, status: 'interrupted' as const, ...times };
      }),
    );
  }

  /** What died with OpenClaw before it told that it had begun may have been seen, or not. */
  watched({ id }: TrueTurn): Watched {
    const asked = this.#asked.find(({ runId }) => turnId(runName(runId)) === id);
    return asked !== undefined && this.#starts.has(asked.key) ? 'partly' : 'hardly';
  }

  /** kill -9, and boots it again. */
  async killGateway(): Promise<void> {
    await this.gateway.kill();
    const cut = Date.now();
    // What it was doing has ended here, unless it takes it up again.
    for (const { key } of this.#asked) if (!this.#ends.has(key)) this.#ends.set(key, cut);
    await this.gateway.boot();
    await this.#listen();
  }

  /** Resolves when people see that an agent uses a tool: the fault then strikes in the middle of a turn. */
  async untilAtWork(): Promise<void> {
    await waitFor(
      'people to see an agent at work',
      async () => {
        const { boxes, sessions } = await this.look();
        const isAtWork = sessions.some(({ status, tool_calls }) => status === 'active' && tool_calls > 0);
        return isAtWork && boxes.some(({ status }) => status === 'active') ? true : undefined;
      },
      { deadlineMs: 90_000, seen: () => `${this.daemon.tail(10)}\n${this.gateway.tail(10)}` },
    );
  }

  async untilObserved(): Promise<void> {
    await waitFor(
      'the daemon to observe OpenClaw',
      async () => ((await this.daemon.dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
      { deadlineMs: 90_000, seen: () => this.daemon.tail(15) },
    );
  }

  async #listen(): Promise<void> {
    const rpc: GatewayRpc = await this.gateway.observe(() => undefined);
    rpc.onEvent((event, payload) => {
      const { sessionKey, phase } = payload as { readonly sessionKey?: string; readonly phase?: string };
      if (event !== 'sessions.changed' || sessionKey === undefined) return;
      if (phase === 'start' && !this.#starts.has(sessionKey)) this.#starts.set(sessionKey, Date.now());
      if (phase === 'end') this.#ends.set(sessionKey, Date.now());
    });
    await rpc.call('sessions.subscribe', { limit: 200 });
  }

  async #ask(): Promise<void> {
    while (this.#isAsking) {
      // While the gateway is away nobody can ask.
      await this.#askOnce().catch(() => undefined);
      await pause(EVERY_MS);
    }
  }

  async #askOnce(): Promise<void> {
    const { workspace } = this.#site.stack;
    const { id: root } = await workspace.post(this.#site.person, this.#channel.id, 'Please work.');
    const key = `agent:main:mattermost:channel:${this.#channel.id}:thread:${root}`;
    const at = Date.now();
    const runId = await this.gateway.person.send('main', asks('work'), key);
    this.#asked.push({ key, runId, at });
  }

  async #isIdle(): Promise<boolean> {
    const { sessions } = await this.gateway.person.call<{ sessions: readonly { hasActiveRun?: boolean }[] }>(
      'sessions.list',
      { limit: 200 },
    );
    return sessions.every(({ hasActiveRun }) => hasActiveRun !== true);
  }

  /** Whether the last thing in its history is the answer. */
  async #isAnswered(sessionKey: string): Promise<boolean> {
    const { messages } = await this.gateway.person.call<{ messages: readonly unknown[] }>('chat.history', {
      sessionKey,
      limit: 50,
    });
    const last = messages.at(-1) as { readonly role?: string } | undefined;
    return last?.role === 'assistant' && JSON.stringify(last).includes('All of it works.');
  }
}
