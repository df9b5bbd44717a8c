import type { Logger } from 'pino';
import { type Config, configSecrets } from '../config/config.ts';
import { CursorLedger } from '../pipeline/cursors.ts';
import { showHeartbeat } from '../pipeline/heartbeats.ts';
import { LiveSessions } from '../pipeline/live-sessions.ts';
import { OldRuns, Pipeline } from '../pipeline/pipeline.ts';
import type { LabelOverrides } from '../publish/labels.ts';
import { createRedactor } from '../publish/redact.ts';
import { redactEvent } from '../publish/redact-event.ts';
import type { Decide } from '../server/decision-route.ts';
import { createMetrics, type Metrics } from '../server/metrics.ts';
import { type DashboardServer, startServer } from '../server/server.ts';
import type { MattermostSinks } from '../sinks/mattermost-sinks.ts';
import { APPROVALS_SCOPE } from '../sources/openclaw-gateway/subscriptions.ts';
import type { Clock, Source } from '../sources/source.ts';
import { openState, type StateStore } from '../state/store.ts';
import type { Family } from '../turns/state.ts';
import { type TurnChange, TurnTracker } from '../turns/tracker.ts';
import type { Turn } from '../turns/turn.ts';
import { deliveryRows, mattermostSinks } from './mattermost.ts';
import { projector } from './projector.ts';

export interface DaemonOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Absolute path of the built page. */
  readonly dashboardDir: string;
  readonly labels?: LabelOverrides;
  /** Secrets beside those of the configuration: the token found in OpenClaw's own. */
  readonly ownSecrets?: readonly string[];
  /** Sends turns to Mattermost elsewhere than they belong (`replay --into`). */
  readonly redirect?: (turn: Turn) => Turn;
  /** Makes the source once the parts that it needs exist. */
  readonly makeSource: (parts: SourceParts) => Source;
}

export interface SourceParts {
  /** Session keys with an open turn: their history is read after a reconnect. */
  readonly openKeys: () => readonly string[];
  /** Kept with the turns, in one transaction. */
  readonly cursors: CursorLedger;
  /** Tells when the state directory was made again after somebody had removed it; returns the end of telling. */
  readonly onStateMadeAgain: (listener: () => void) => () => void;
}

export interface RunningDaemon {
  readonly url: string;
  readonly port: number;
  /** Writes what is pending and lets go of everything. Ends no turn (T9). Idempotent, bounded. */
  stop(): Promise<void>;
}

/** Cursors of transcripts are stored under this name. */
const CURSORS = 'openclaw-jsonl';

/** State, machine, server, source, in this order. Rejects with `Failure` (`state_locked`, `port_taken`, `address_unusable`). */
export async function startDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  const { config, clock, log, version } = options;
  const state = openState({ dir: config.state.dir, retentionMs: config.state.retentionMs, clock, log });
  try {
    return await startWith(options, state, version);
  } catch (error) {
    state.close();
    throw error;
  }
}

async function startWith(options: DaemonOptions, state: StateStore, version: string): Promise<RunningDaemon> {
  const { config, clock, log } = options;
  const metrics = createMetrics(version);
  const { pipeline, live, tracker, cursors, mattermost } = assemble(options, state, metrics);
  const health = {
    sources: () => pipeline.sources(),
    sinks: () => [state.health(), ...(mattermost?.health() ?? [])],
    subscribe: (listener: () => void) => {
      const unsubscribe = [pipeline.onHealth(listener), state.onHealth(listener)];
      if (mattermost !== undefined) unsubscribe.push(mattermost.onHealth(listener));
      return () => {
        for (const end of unsubscribe) end();
      };
    },
  };
  let source: Source | undefined;
  // Only with the right to approve, and (in the server) only with a token.
  const decide: Decide = async (approvalId, decision) => {
    if (source?.decide === undefined) throw new Error('There is no gateway that takes decisions.');
    await source.decide(approvalId, decision);
    log.info({ approval_id: approvalId, decision }, 'an approval was decided on the dashboard');
  };
  const server = await startServer({
    ...config.dashboard,
    dashboardDir: options.dashboardDir,
    identity: { daemonId: state.daemonId, version, startedMs: clock.now() },
    feed: live,
    health,
    clock,
    log,
    metrics,
    ...(config.openclaw.gatewayScopes.includes(APPROVALS_SCOPE) && { decide }),
  });
  source = options.makeSource({
    openKeys: () => tracker.openKeys(),
    cursors,
    onStateMadeAgain: (listener) => whenMadeAgain(state, listener),
  });
  mattermost?.start();
  await source.start(pipeline.sink);
  return running({ server, source, pipeline, mattermost, state });
}

function whenMadeAgain(state: StateStore, listener: () => void): () => void {
  let wasGone = false;
  return state.onHealth(() => {
    const isGone = state.health().code === 'state_gone';
    if (wasGone && !isGone) listener();
    wasGone = isGone;
  });
}

interface Parts {
  readonly server: DashboardServer;
  readonly source: Source;
  readonly pipeline: Pipeline;
  readonly mattermost: MattermostSinks | undefined;
  readonly state: StateStore;
}

function running({ server, source, pipeline, mattermost, state }: Parts): RunningDaemon {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await source.stop();
    await mattermost?.stop();
    pipeline.stop();
    await server.stop();
    state.close();
  };
  return {
    url: server.url,
    port: server.port,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function assemble(options: DaemonOptions, state: StateStore, metrics: Metrics) {
  const { config, clock } = options;
  const loaded = state.load();
  const redactor = createRedactor({
    ownSecrets: [...configSecrets(config).map((secret) => secret.reveal()), ...(options.ownSecrets ?? [])],
  });
  const oldRuns = new OldRuns(loaded.runs);
  const tracker = new TurnTracker({
    stalledAfterMs: config.display.idleTimeoutMs,
    isOldRun: (runId) => oldRuns.has(runId),
  });
  // What is read back from the state must have been written: ended turns wait for the next write.
  let pipeline: Pipeline | undefined;
  const written = (): StateStore => {
    pipeline?.flush();
    return state;
  };
  let mattermost: MattermostSinks | undefined;
  const live = new LiveSessions({
    // The dashboard is this machine's own page: it shows everything (design §6), unless PRIVACY says less.
    project: projector({
      daemonId: state.daemonId,
      privacy: () => config.display.privacy,
      ...(options.labels !== undefined && { labels: options.labels }),
    }),
    now: () => clock.now(),
    recent: (limit) => written().recent(limit),
    endedById: (id) => written().ended(id),
    routing: (id) => mattermost?.routing(id),
  });
  const cursors = new CursorLedger(CURSORS, loaded.cursors);
  mattermost = mattermostSinks({
    config,
    state,
    loaded,
    labels: options.labels,
    sources: () => pipeline?.sources() ?? [],
    onDirty: () => pipeline?.touch(),
    onRouting: (id) => pipeline?.reroute(id),
    clock,
    log: options.log,
    counters: metrics.sinks,
  });
  pipeline = new Pipeline({
    tracker,
    live,
    redact: (event) => redactEvent(config.display.showHeartbeat ? showHeartbeat(event) : event, redactor),
    store: state,
    cursors,
    oldRuns,
    clock,
    onEvent: (event) => metrics.agentEvent(event),
    ...(mattermost !== undefined && {
      onTurn: (change, isRestored) => mattermost.change(redirected(change, options.redirect), isRestored),
      moreState: () => deliveryRows(mattermost, clock.now()),
    }),
  });
  pipeline.restore(loaded.families.flatMap((row) => decodeFamily(row.json, options.log)));
  return { pipeline, live, tracker, cursors, mattermost };
}

function redirected(change: TurnChange, redirect: DaemonOptions['redirect']): TurnChange {
  if (redirect === undefined) return change;
  const { before, after } = change;
  return { before: before && redirect(before), after: after && redirect(after) };
}

/** The state file is our own, but it comes from disk: what is no family is left out, and said. */
function decodeFamily(json: string, log: Logger): readonly Family[] {
  try {
    const value = JSON.parse(json) as Family;
    if (
      typeof value.id === 'string' &&
      Array.isArray(value.turns) &&
      Array.isArray(value.keys) &&
      Array.isArray(value.runs)
    )
      return [value];
  } catch {
    // Said below.
  }
  log.warn({ code: 'state_family_unreadable' }, 'a stored turn could not be read and was left out');
  return [];
}
