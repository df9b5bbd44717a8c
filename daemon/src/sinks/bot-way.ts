import type { MattermostConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { SinkCounters } from '../server/metrics.ts';
import type { Clock } from '../sources/source.ts';
import { Fanout } from './deliveries/fanout.ts';
import { type Caller, createBackoff } from './http/caller.ts';
import { MattermostApi } from './mattermost/api.ts';
import { BotWatch } from './mattermost/bots.ts';
import { PluginClient } from './mattermost-plugin/client.ts';
import type { PluginLink } from './mattermost-plugin/link.ts';
import { pluginReceiver } from './mattermost-plugin/receiver.ts';
import type { RestLink } from './mattermost-rest/link.ts';
import { waitByHeaders } from './mattermost-rest/pace.ts';
import { RestWriter } from './mattermost-rest/writer.ts';
import { Lane, type Receiver } from './outbox/lane.ts';
import { Outbox, type Receipt } from './outbox/outbox.ts';
import type { Sequence } from './outbox/seq.ts';

export interface BotWayOptions {
  readonly account: string;
  readonly token: Secret;
  readonly baseUrl: string;
  readonly config: MattermostConfig;
  readonly daemonId: string;
  readonly isComplete: () => boolean;
  readonly sequence: Sequence;
  /** Of Mattermost itself; shared by all bots, and so is its breaker. */
  readonly apiCaller: Caller;
  readonly pluginCaller: Caller;
  readonly plugin: PluginLink | undefined;
  readonly rest: RestLink;
  readonly clock: Clock;
  readonly counters: SinkCounters;
  readonly signal: AbortSignal;
  /** More or less is known about the bot. */
  readonly onBot: () => void;
  readonly onReceipt: (from: 'plugin' | 'rest', receipt: Receipt) => void;
}

/** One bot: who it is, and its two ways to Mattermost. */
export class BotWay {
  readonly bot: BotWatch;
  readonly fanout: Fanout;
  readonly #outbox: Outbox | undefined;
  readonly #lane: Lane | undefined;

  constructor(options: BotWayOptions) {
    const { account, token, baseUrl, config, apiCaller, sequence, rest, plugin, clock, signal } = options;
    const pacing: { writer?: RestWriter } = {};
    const api = new MattermostApi({
      baseUrl,
      token,
      caller: apiCaller,
      signal,
      onReply: (headers) => pacing.writer?.pause(waitByHeaders(headers)),
    });
    this.bot = new BotWatch({ account, token, api, clock, backoff: createBackoff(), onChange: options.onBot });
    const writer = new RestWriter({
      api,
      maxLines: config.maxStatusLines,
      maxChars: config.maxMessageChars,
      sequence,
      clock,
      backoff: createBackoff(),
      onReceipt: (receipt) => options.onReceipt('rest', receipt),
      onNews: (trouble) => {
        if (trouble?.kind === 'unauthorized') this.bot.doubt();
        rest.news(account, trouble);
      },
    });
    pacing.writer = writer;
    rest.add(this.bot, writer);
    if (plugin !== undefined) {
      this.#outbox = makeOutbox(options);
      this.#lane = makeLane(options, this.#outbox, plugin, this.bot);
    }
    this.fanout = new Fanout({ outbox: this.#outbox, rest: writer });
  }

  /** Sessions whose newest state the plugin does not have. */
  get pending(): number {
    return this.#outbox?.pending ?? 0;
  }

  /** Something may have to be sent. */
  poke(): void {
    this.#lane?.poke();
  }
}

function makeOutbox({ config, daemonId, isComplete, sequence, onReceipt }: BotWayOptions): Outbox {
  return new Outbox({
    daemonId,
    throttleMs: config.throttleMs,
    sequence,
    isComplete,
    onReceipt: (receipt) => onReceipt('plugin', receipt),
  });
}

function makeLane(options: BotWayOptions, outbox: Outbox, plugin: PluginLink, bot: BotWatch): Lane {
  const { account, token, config, pluginCaller, clock, signal } = options;
  const { pluginUrl, pluginSecret } = config;
  if (pluginUrl === undefined || pluginSecret === undefined) throw new TypeError('a plugin without address or secret');
  const client = new PluginClient({ url: pluginUrl, secret: pluginSecret, token, caller: pluginCaller, signal });
  const receiver = pluginReceiver(client, (trouble) => {
    if (trouble?.code === 'invalid_bot_token') bot.doubt();
    plugin.news(account, trouble);
  });
  const lane = new Lane({ outbox, clock, backoff: createBackoff(), receiver: counted(receiver, options.counters) });
  plugin.add(account, lane);
  return lane;
}

function counted(receiver: Receiver, counters: SinkCounters): Receiver {
  return {
    ...receiver,
    async send(batch, signal) {
      const started = performance.now();
      const outcome = await receiver.send(batch, signal);
      counters.batch(outcome.kind, batch.sent.size, batch.body.length, performance.now() - started);
      return outcome;
    },
  };
}
