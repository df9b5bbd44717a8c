import type { Routing } from '@livestatus/contract';
import type { Logger } from 'pino';
import type { MattermostConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { SinkCounters } from '../server/metrics.ts';
import type { LinkHealth } from '../server/ports.ts';
import type { Clock } from '../sources/source.ts';
import type { TurnChange } from '../turns/tracker.ts';
import { BotWay } from './bot-way.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import type { StoredDelivery } from './deliveries/delivery-row.ts';
import type { DeliveryMemory, ProjectTurn } from './deliveries/ports.ts';
import { HandOver } from './hand-over.ts';
import { type BreakingCaller, createBackoff, createCaller } from './http/caller.ts';
import type { HttpClient } from './http/client.ts';
import { BotStatus } from './mattermost/bot-status.ts';
import { ChannelBook } from './mattermost/channel-book.ts';
import { DEFAULT_ACCOUNT, type PlacementRules } from './mattermost/placement.ts';
import { PluginClient } from './mattermost-plugin/client.ts';
import { PluginLink } from './mattermost-plugin/link.ts';
import { RestLink } from './mattermost-rest/link.ts';
import type { Receipt } from './outbox/outbox.ts';
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
  /** `routing` of a turn may say something else now. */
  readonly onRouting: (id: string) => void;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: SinkCounters;
}

/** Mattermost's sinks as the rest of the daemon sees them. */
export interface MattermostSinks {
  change(change: TurnChange, isRestored: boolean): void;
  /** Why a turn is not shown in Mattermost as it should be; null = it is; undefined = nothing is known of it (any more). */
  routing(id: string): Routing | null | undefined;
  /** What the state file has to keep; undefined = forget it. */
  takeDirty(): ReadonlyMap<string, StoredDelivery | undefined>;
  health(): readonly LinkHealth[];
  onHealth(listener: () => void): () => void;
  start(): void;
  /** Bounded; what is not told yet is told by the next life. */
  stop(): Promise<void>;
}

const API_TIMEOUT_MS = 10_000;
/** Boxes say good-bye within this, or not at all. */
const FAREWELL_MS = 4_000;

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
  readonly #ways = new Map<string, BotWay>();
  readonly #channels: ChannelBook;
  readonly #deliveries: Deliveries;
  readonly #status: BotStatus;
  /** Of what is told to the plugin; shared by all bots, and so is its breaker. */
  readonly #pluginCaller: BreakingCaller;
  readonly #plugin: PluginLink | undefined;
  readonly #rest: RestLink;
  readonly #handOver: HandOver;
  readonly #listeners = new Set<() => void>();
  readonly #stopped = new AbortController();

  constructor(options: MattermostSinksOptions, baseUrl: string, tokens: ReadonlyMap<string, Secret>) {
    this.#options = options;
    const { config, clock, log } = options;
    const onChange = (): void => this.#tell();
    this.#rest = new RestLink({ clock, log, onChange });
    const { breakerThreshold, breakerCooldownMs } = config;
    const breaking = { http: options.http, timeoutMs: API_TIMEOUT_MS, breakerThreshold, breakerCooldownMs };
    this.#pluginCaller = createCaller(breaking);
    this.#plugin = this.#pluginLink(tokens);
    this.#handOver = new HandOver({
      plugin: this.#plugin,
      rest: this.#rest,
      clock,
      onChange: () => {
        log.info({ writer: this.#handOver.writer }, 'who writes the status boxes');
        onChange();
      },
    });
    this.#makeWays(baseUrl, tokens);
    const bots = new Map([...this.#ways].map(([account, { bot }]) => [account, bot]));
    this.#channels = new ChannelBook({
      bots,
      clock,
      backoff: () => createBackoff(),
      onNews: (account, key) => this.#deliveries.channelNews(account, key),
    });
    this.#deliveries = this.#makeDeliveries(rulesOf(options, tokens));
    this.#status = new BotStatus({
      url: baseUrl,
      bots,
      active: () => this.#deliveries.activeCount,
      unrouted: () => this.#deliveries.unrouted,
      hasPlugin: this.#plugin !== undefined || !config.pluginEnabled,
      clock,
      log,
      onChange,
    });
    this.#deliveries.restore();
  }

  change(change: TurnChange, isRestored: boolean): void {
    this.#deliveries.change(change, isRestored);
  }

  routing(id: string): Routing | null | undefined {
    return this.#deliveries.routing(id);
  }

  takeDirty(): ReadonlyMap<string, StoredDelivery | undefined> {
    return this.#deliveries.takeDirty();
  }

  health(): readonly LinkHealth[] {
    const links = [this.#status.health()];
    if (this.#plugin !== undefined) links.push(this.#plugin.health());
    if (this.#rest.isOpen) links.push(this.#rest.health());
    return links;
  }

  onHealth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    for (const { bot } of this.#ways.values()) bot.start();
    this.#handOver.start();
    this.#plugin?.start();
  }

  async stop(): Promise<void> {
    this.#handOver.stop();
    for (const { bot } of this.#ways.values()) bot.stop();
    this.#channels.stop();
    this.#deliveries.stop();
    const tooLong = setTimeout(() => this.#stopped.abort(), FAREWELL_MS);
    await this.#rest.stop();
    clearTimeout(tooLong);
    this.#stopped.abort();
    await this.#plugin?.stop();
    this.#options.http.close();
  }

  #makeWays(baseUrl: string, tokens: ReadonlyMap<string, Secret>): void {
    const { config, http, daemonId, isComplete, clock, counters } = this.#options;
    const { breakerThreshold, breakerCooldownMs } = config;
    const sequence = new Sequence(this.#options.seqStore);
    const apiCaller = createCaller({ http, timeoutMs: API_TIMEOUT_MS, breakerThreshold, breakerCooldownMs });
    const pluginCaller = this.#pluginCaller;
    for (const [account, token] of tokens) {
      const way = new BotWay({
        account,
        token,
        baseUrl,
        config,
        daemonId,
        isComplete,
        sequence,
        apiCaller,
        pluginCaller,
        plugin: this.#plugin,
        rest: this.#rest,
        clock,
        counters,
        signal: this.#stopped.signal,
        onBot: () => this.#botChanged(),
        onReceipt: (from, receipt) => this.#receipt(account, from, receipt),
      });
      this.#ways.set(account, way);
    }
  }

  #pluginLink(tokens: ReadonlyMap<string, Secret>): PluginLink | undefined {
    const { config, http, clock, log } = this.#options;
    const { pluginUrl, pluginSecret, pluginEnabled, breakerCooldownMs } = config;
    const [token] = tokens.values();
    if (!pluginEnabled || pluginUrl === undefined || pluginSecret === undefined || token === undefined)
      return undefined;
    // Looks must not be paused: they are how we learn that it is back.
    const caller = createCaller({
      http,
      timeoutMs: API_TIMEOUT_MS,
      breakerThreshold: Number.MAX_SAFE_INTEGER,
      breakerCooldownMs,
    });
    return new PluginLink({
      client: new PluginClient({ url: pluginUrl, secret: pluginSecret, token, caller, signal: this.#stopped.signal }),
      url: pluginUrl,
      clock,
      log,
      counts: () => ({ pending: [...this.#ways.values()].reduce((sum, way) => sum + way.pending, 0) }),
      onChange: () => this.#tell(),
      onUp: () => {
        this.#pluginCaller.reset();
        this.#handOver.pluginIsUp();
      },
      onDown: (isMissing) => this.#handOver.pluginIsDown(isMissing),
      onWorks: () => this.#handOver.pluginWorks(),
    });
  }

  #makeDeliveries(rules: PlacementRules): Deliveries {
    const { config, project, memory, clock, log, onDirty, onRouting } = this.#options;
    return new Deliveries({
      rules,
      maxActive: config.maxActiveSessions,
      postDelayMs: config.postDelayMs,
      project,
      outboxOf: (account) => this.#ways.get(account)?.fanout,
      channels: this.#channels,
      memory,
      clock,
      log,
      onChange: () => {
        onDirty();
        for (const way of this.#ways.values()) way.poke();
      },
      onUnrouted: () => this.#status.update(),
      onRouting,
      onPostCode: (code) => this.#status.boxRefused(code),
    });
  }

  #botChanged(): void {
    this.#status.update();
    this.#rest.botsChanged();
  }

  #receipt(account: string, from: 'plugin' | 'rest', receipt: Receipt): void {
    this.#options.counters.receipt(from, receipt.kind);
    if (receipt.kind === 'stored') {
      const { channel_id } = receipt.session;
      if (channel_id !== undefined) this.#status.channel(channel_id, account, channelCode(receipt.postCode));
    } else if (receipt.kind === 'refused') this.#refused(account, receipt.id, receipt.code);
    this.#deliveries.receipt(from, receipt);
  }

  #refused(account: string, id: string, code: string): void {
    this.#options.log.warn({ sink: 'mattermost-plugin', session: id, code }, 'session was refused');
    const channelId = this.#deliveries.placeOf(id)?.channelId;
    if (channelId !== undefined) this.#status.channel(channelId, account, code);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function rulesOf({ config, showCron }: MattermostSinksOptions, tokens: ReadonlyMap<string, Secret>): PlacementRules {
  return {
    accounts: [...tokens.keys()].filter((account) => account !== DEFAULT_ACCOUNT),
    hasDefaultBot: tokens.has(DEFAULT_ACCOUNT),
    defaultChannel: config.defaultChannel,
    channelsAllow: config.channelsAllow,
    channelsDeny: config.channelsDeny,
    showCron,
  };
}

/** Of the reasons why a box cannot be written (P4), those that a person can do something about. */
function channelCode(postCode: string | undefined): string | undefined {
  return postCode === 'post_forbidden' ? postCode : undefined;
}
