import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config, PrivacyLevel } from '../config/config.ts';
import type { LabelOverrides } from '../publish/labels.ts';
import { levelFor, type PrivacyPolicy, stricter } from '../publish/privacy.ts';
import { projectSession } from '../publish/project.ts';
import type { SinkCounters } from '../server/metrics.ts';
import { fromRow, toRow } from '../sinks/deliveries/delivery-row.ts';
import type { ProjectTurn } from '../sinks/deliveries/ports.ts';
import { createHttpClient } from '../sinks/http/client.ts';
import type { ChannelType } from '../sinks/mattermost/api.ts';
import { createMattermostSinks, type MattermostSinks } from '../sinks/mattermost-sinks.ts';
import type { Clock, SourceHealth } from '../sources/source.ts';
import type { StateBatch } from '../state/batch.ts';
import type { LoadedState, StateStore } from '../state/store.ts';
import type { Route, Turn } from '../turns/turn.ts';

export interface MattermostOptions {
  readonly config: Config;
  readonly state: StateStore;
  readonly loaded: LoadedState;
  readonly labels: LabelOverrides | undefined;
  readonly sources: () => readonly SourceHealth[];
  readonly onDirty: () => void;
  /** Why a turn is not in Mattermost may have changed. */
  readonly onRouting: (id: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: SinkCounters;
}

/** The sinks of this configuration; undefined without Mattermost. */
export function mattermostSinks(options: MattermostOptions): MattermostSinks | undefined {
  const { config, state, loaded, clock, log, counters, onDirty, onRouting } = options;
  return createMattermostSinks({
    config: config.mattermost,
    showCron: config.display.showCron,
    daemonId: state.daemonId,
    project: mattermostProjector(config, state.daemonId, options.labels),
    memory: {
      open: loaded.deliveries.flatMap((row) => fromRow(row) ?? []),
      find: (id) => {
        const row = state.delivery(id);
        return row === undefined ? undefined : fromRow(row);
      },
    },
    seqStore: { ceiling: loaded.seqCeiling, reserve: (ceiling) => void state.reserveSeq(ceiling) },
    isComplete: completeness(options.sources, clock),
    onDirty,
    onRouting,
    http: createHttpClient(),
    clock,
    log,
    counters,
  });
}

/** What the sinks want written, as rows of the state file. */
export function deliveryRows(sinks: MattermostSinks, nowMs: number): StateBatch {
  const dirty = [...sinks.takeDirty()];
  return {
    deliveries: dirty.flatMap(([, delivery]) => (delivery === undefined ? [] : [toRow(delivery, nowMs)])),
    removedDeliveries: dirty.flatMap(([id, delivery]) => (delivery === undefined ? [id] : [])),
  };
}

/** Design §6: a level for each kind of channel. What Mattermost says of it counts more than what the runtime says. */
function mattermostProjector(config: Config, daemonId: string, labels: LabelOverrides | undefined): ProjectTurn {
  const { privacy, privacyPublic, privacyChannels } = config.display;
  const policy: PrivacyPolicy = { default: privacy, public: privacyPublic, channels: privacyChannels };
  return (turn, { channelType, post, postId, seq, asOfMs }) =>
    projectSession(turn, {
      daemonId,
      level: levelIn(turn.route, channelType, policy),
      seq,
      asOfMs,
      post,
      ...(postId !== undefined && { postId }),
      ...(labels !== undefined && { labels }),
    });
}

const KINDS = { O: 'public', P: 'private', G: 'private', D: 'direct' } as const;

/** Until Mattermost has told what the channel is, the stricter of what it may be. */
function levelIn(route: Route, type: ChannelType | undefined, policy: PrivacyPolicy): PrivacyLevel {
  if (type !== undefined) return levelFor({ ...route, kind: KINDS[type] }, policy);
  return stricter(levelFor(route, policy), levelFor({ ...route, kind: 'public' }, policy));
}

/** A source that connects reports what is in flight a moment later, and a run seen in the middle waits for its history. */
const SETTLED_MS = 10_000;

/** Once true, always true: what comes later is known by its events (D1). */
function completeness(sources: () => readonly SourceHealth[], clock: Clock): () => boolean {
  let isComplete = false;
  return () => {
    if (isComplete) return true;
    const all = sources();
    const latest = clock.now() - SETTLED_MS;
    isComplete = all.length > 0 && all.every(({ state, sinceMs }) => state === 'ok' && sinceMs <= latest);
    return isComplete;
  };
}

/** Recorded channels and people are of another server: turns go to these channels instead, one for each conversation. */
export function redirectTurns(channels: readonly string[], salt: string): (turn: Turn) => Turn {
  const chosen = new Map<string, string>();
  return (turn) => {
    const { channelId, userId, kind } = turn.route;
    if (kind === 'none') return turn;
    const conversation = channelId ?? userId ?? '';
    const target = chosen.get(conversation) ?? channels[chosen.size % channels.length] ?? '';
    chosen.set(conversation, target);
    const { requestedBy: _, requestPostId: __, ...rest } = turn;
    // A recording that is played again is another turn: its box of the last time stands in the channel.
    return { ...rest, id: saltedId(turn.id, salt), route: { kind: 'public', channelId: target } };
  };
}

function saltedId(id: string, salt: string): string {
  return createHash('sha256').update(`${salt}\0${id}`).digest('hex').slice(0, 32);
}
