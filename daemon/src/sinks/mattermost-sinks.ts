import type { Logger } from 'pino';
import type { MattermostConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { SinkCounters } from '../server/metrics.ts';
import type { LinkHealth } from '../server/ports.ts';
import type { Clock } from '../sources/source.ts';
import type { TurnChange } from '../turns/tracker.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import type { StoredDelivery } from './deliveries/delivery-row.ts';
import type { DeliveryMemory, ProjectTurn } from './deliveries/ports.ts';
import { type Caller, createBackoff, createCaller } from './http/caller.ts';
import type { HttpClient } from './http/client.ts';
import { MattermostApi } from './mattermost/api.ts';
import { BotStatus } from './mattermost/bot-status.ts';
import { BotWatch } from './mattermost/bots.ts';
import { ChannelBook } from './mattermost/channel-book.ts';
import { DEFAULT_ACCOUNT } from './mattermost/placement.ts';
import { PluginClient } from './mattermost-plugin/client.ts';
import { PluginLink } from './mattermost-plugin/link.ts';
import { pluginReceiver } from './mattermost-plugin/receiver.ts';
import type { Backoff } from './outbox/lane.ts';
import { Lane } from './outbox/lane.ts';
import { Outbox, type Receipt } from './outbox/outbox.ts';
import { type SeqStore, Sequence } from './outbox/seq.ts';

export interface MattermostSinksOptions {
  readonly config: MattermostConfig;
  readonly showCron: boolean;
  readonly daemonId: string;
  readonly project: ProjectTurn;
  readonly memory: DeliveryMemory;
  readonly seqStore: SeqStore;
  /** Every source has reported what is in flight (D1). */
  readonly isComplete: () => boolean;
  /** Something has to be written to the state file. */
  readonly onDirty: () => void;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: SinkCounters;
}

/** Mattermost's sinks as the rest of the daemon sees them. */
export interface MattermostSinks {
  change(change: TurnChange, isRestored: boolean): void;
  /** What the state file has to keep; undefined = forget it. */
  takeDirty(): ReadonlyMap<string, StoredDelivery | undefined>;
  health(): readonly LinkHealth[];
  onHealth(listener: () => void): () => void;
  start(): void;
  /** Bounded; what is not told yet is told by the next life. */
  stop(): Promise<void>;
}

const API_TIMEOUT_MS = 10_000;
/** A batch of 8 MiB over a slow line. */
const BATCH_TIMEOUT_MS = 15_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

/** Everything that publishes to one Mattermost server; undefined without MM_BASE_URL and a token. */
export function createMattermostSinks(options: MattermostSinksOptions): MattermostSinks | undefined {
  const { baseUrl } = options.config;
  const tokens = tokensOf(options.config);
  return baseUrl === undefined || tokens.size === 0 ? undefined : new Sinks(options, baseUrl, tokens);
}

/** Account -> token. */
export function tokensOf({ botToken, accountTokens }: MattermostConfig): ReadonlyMap<string, Secret> {
  const tokens = new Map<string, Secret>();
  if (botToken !== undefined) tokens.set(DEFAULT_ACCOUNT, botToken);
  for (const [account, token] of Object.entries(accountTokens)) tokens.set(account, token);
  return tokens;
}

class Sinks implements MattermostSinks {
  readonly #options: MattermostSinksOptions;
  readonly #bots = new Map<string, BotWatch>();
  readonly #outboxes = new Map<string, Outbox>();
  readonly #lanes = new Map<string, Lane>();
  readonly #channels: ChannelBook;
  readonly #deliveries: Deliveries;
  readonly #status: BotStatus;
  readonly #plugin: PluginLink | undefined;
  readonly #sequence: Sequence;
  readonly #listeners = new Set<() => void>();
  readonly #stopped = new AbortController();

  constructor(options: MattermostSinksOptions, baseUrl: string, tokens: ReadonlyMap<string, Secret>) {
    this.#options = options;
    const { config, clock, log } = options;
    this.#sequence = new Sequence(options.seqStore);
    const apiCaller = this.#caller(API_TIMEOUT_MS, config.breakerThreshold);
    for (const [account, token] of tokens) this.#bots.set(account, this.#bot(account, token, baseUrl, apiCaller));
    this.#channels = new ChannelBook({
      bots: this.#bots,
      clock,
      backoff,
      onNews: (account, key) => this.#deliveries.channelNews(account, key),
    });
    for (const account of tokens.keys()) this.#outboxes.set(account, this.#outbox(account));
    this.#plugin = this.#pluginLink(tokens);
    this.#deliveries = this.#makeDeliveries(tokens);
    this.#status = new BotStatus({
      url: baseUrl,
      bots: this.#bots,
      active: () => this.#deliveries.activeCount,
      unrouted: () => this.#deliveries.unrouted(),
      clock,
      log,
      onChange: () => this.#tell(),
    });
    this.#deliveries.restore();
  }

  change(change: TurnChange, isRestored: boolean): void {
    this.#deliveries.change(change, isRestored);
  }

  takeDirty(): ReadonlyMap<string, StoredDelivery | undefined> {
    return this.#deliveries.takeDirty();
  }

  health(): readonly LinkHealth[] {
    return [this.#status.health(), ...(this.#plugin === undefined ? [] : [this.#plugin.health()])];
  }

  onHealth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    for (const bot of this.#bots.values()) bot.start();
    this.#plugin?.start();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const bot of this.#bots.values()) bot.stop();
    this.#channels.stop();
    this.#deliveries.stop();
    await this.#plugin?.stop();
    this.#options.http.close();
  }

  #caller(timeoutMs: number, breakerThreshold: number): Caller {
    const { config, http } = this.#options;
    return createCaller({ http, timeoutMs, breakerThreshold, breakerCooldownMs: config.breakerCooldownMs });
  }

  #bot(account: string, token: Secret, baseUrl: string, caller: Caller): BotWatch {
    const { clock } = this.#options;
    const api = new MattermostApi({ baseUrl, token, caller, signal: this.#stopped.signal });
    return new BotWatch({ account, token, api, clock, backoff: backoff(), onChange: () => this.#status.update() });
  }

  #makeDeliveries(tokens: ReadonlyMap<string, Secret>): Deliveries {
    const { config, showCron, project, memory, clock, log, onDirty } = this.#options;
    return new Deliveries({
      rules: {
        accounts: [...tokens.keys()].filter((account) => account !== DEFAULT_ACCOUNT),
        hasDefaultBot: tokens.has(DEFAULT_ACCOUNT),
        defaultChannel: config.defaultChannel,
        channelsAllow: config.channelsAllow,
        channelsDeny: config.channelsDeny,
        showCron,
      },
      maxActive: config.maxActiveSessions,
      postDelayMs: config.postDelayMs,
      project,
      outboxOf: (account) => this.#outboxes.get(account),
      channels: this.#channels,
      memory,
      clock,
      log,
      onChange: () => {
        onDirty();
        for (const lane of this.#lanes.values()) lane.poke();
        this.#status.update();
      },
    });
  }

  #pluginLink(tokens: ReadonlyMap<string, Secret>): PluginLink | undefined {
    const { config, clock, log } = this.#options;
    const { pluginUrl, pluginSecret, pluginEnabled } = config;
    if (!pluginEnabled || pluginUrl === undefined || pluginSecret === undefined) return undefined;
    const caller = this.#caller(BATCH_TIMEOUT_MS, config.breakerThreshold);
    const client = (token: Secret, through: Caller): PluginClient =>
      new PluginClient({ url: pluginUrl, secret: pluginSecret, token, caller: through, signal: this.#stopped.signal });
    const [first] = tokens.values();
    if (first === undefined) return undefined;
    const link = new PluginLink({
      client: client(first, this.#caller(API_TIMEOUT_MS, Number.MAX_SAFE_INTEGER)),
      url: pluginUrl,
      clock,
      log,
      counts: () => this.#counts(),
      onChange: () => this.#tell(),
      onState: () => {},
    });
    for (const [account, outbox] of this.#outboxes) {
      const token = tokens.get(account) ?? first;
      link.add(account, this.#lane(account, outbox, client(token, caller), link));
    }
    return link;
  }

  #outbox(account: string): Outbox {
    const { config, daemonId, isComplete } = this.#options;
    return new Outbox({
      daemonId,
      throttleMs: config.throttleMs,
      sequence: this.#sequence,
      isComplete,
      onReceipt: (receipt) => this.#receipt(account, receipt),
    });
  }

  #lane(account: string, outbox: Outbox, client: PluginClient, link: PluginLink): Lane {
    const { clock, counters } = this.#options;
    const receiver = pluginReceiver(client, (trouble) => link.news(account, trouble));
    const lane = new Lane({
      outbox,
      clock,
      backoff: backoff(),
      receiver: {
        ...receiver,
        async send(batch, signal) {
          const started = performance.now();
          const outcome = await receiver.send(batch, signal);
          counters.batch(outcome.kind, batch.sent.size, batch.body.length, performance.now() - started);
          return outcome;
        },
      },
    });
    this.#lanes.set(account, lane);
    return lane;
  }

  #receipt(account: string, receipt: Receipt): void {
    this.#options.counters.receipt(receipt.kind);
    if (receipt.kind === 'stored') {
      const { channel_id } = receipt.session;
      if (channel_id !== undefined) this.#status.channel(channel_id, account, channelCode(receipt.postCode));
    } else if (receipt.kind === 'refused') this.#refused(account, receipt.id, receipt.code);
    this.#deliveries.receipt(receipt);
  }

  #refused(account: string, id: string, code: string): void {
    this.#options.log.warn({ sink: 'mattermost-plugin', session: id, code }, 'session was refused');
    const channelId = this.#deliveries.placeOf(id)?.channelId;
    if (channelId !== undefined) this.#status.channel(channelId, account, code);
  }

  #counts(): Record<string, number> {
    let pending = 0;
    for (const outbox of this.#outboxes.values()) pending += outbox.pending;
    return { pending };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Of the reasons why a box cannot be written (P4), those that a person can do something about. */
function channelCode(postCode: string | undefined): string | undefined {
  return postCode === 'post_forbidden' ? postCode : undefined;
}

function backoff(): Backoff {
  return createBackoff(RETRY_FIRST_MS, RETRY_MAX_MS);
}
