import type { DaemonHealth, LinkHealth } from '@livestatus/contract';
import type { SourceHealth } from '../sources/source.ts';
import type { HealthView, SessionFeed } from './ports.ts';

/** Who is speaking: fixed for the life of the process. */
export interface DaemonIdentity {
  readonly daemonId: string;
  readonly version: string;
  readonly startedMs: number;
}

/** One source or sink as the contract has it. */
export function toLink(health: SourceHealth): LinkHealth {
  return {
    name: health.name,
    state: health.state,
    since_ms: health.sinceMs,
    ...(health.code !== undefined && { code: health.code }),
    ...(health.reason !== undefined && { reason: health.reason }),
    ...(health.detail !== undefined && { detail: { ...health.detail } }),
  };
}

/**
 * `unhealthy`: no source can see anything (all failed), so what is shown is not the truth. `degraded`: something is not
 * as it should be, connecting included. A sink alone never makes it unhealthy: the dashboard still shows everything.
 */
function overallStatus(sources: readonly SourceHealth[], sinks: readonly SourceHealth[]): DaemonHealth['status'] {
  if (sources.length > 0 && sources.every((source) => source.state === 'failed')) return 'unhealthy';
  const allOk = sources.length > 0 && [...sources, ...sinks].every((link) => link.state === 'ok');
  return allOk ? 'healthy' : 'degraded';
}

/** What /health answers; `overallStatus` says what the links come to. */
export function daemonHealth(
  identity: DaemonIdentity,
  view: HealthView,
  feed: Pick<SessionFeed, 'activeCount'>,
  nowMs: number,
): DaemonHealth {
  const sources = view.sources();
  const sinks = view.sinks();
  return {
    status: overallStatus(sources, sinks),
    version: identity.version,
    daemon_id: identity.daemonId,
    started_ms: identity.startedMs,
    as_of_ms: nowMs,
    active_sessions: feed.activeCount(),
    sources: sources.map(toLink),
    sinks: sinks.map(toLink),
  };
}

/** For askers without the token: states and codes, but no sentence or address. */
export function withoutDetails(health: DaemonHealth): DaemonHealth {
  const bare = ({ name, state, code, since_ms }: LinkHealth): LinkHealth =>
    code === undefined ? { name, state, since_ms } : { name, state, since_ms, code };
  return { ...health, sources: health.sources.map(bare), sinks: health.sinks.map(bare) };
}
