import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SourceHealth, SourceState } from '../sources/source.ts';
import type { AgentEvent } from '../turns/events.ts';
import type { HealthView, SessionFeed } from './ports.ts';
import type { HubCounters } from './stream/hub.ts';

/** How deliveries to Mattermost go. */
export interface SinkCounters {
  /** One request to the plugin: how it ended, how many changes and bytes it carried, how long it took. */
  batch(result: string, changes: number, bytes: number, tookMs: number): void;
  /** What became of one session that was sent. */
  receipt(sink: 'plugin' | 'rest', kind: string): void;
}

/** What /metrics tells. Labels come from closed sets only, so the number of series is bounded. */
export interface Metrics {
  readonly registry: Registry;
  readonly stream: HubCounters;
  readonly sinks: SinkCounters;
  /** One fact from a source, before the turn machine sees it. */
  agentEvent(event: AgentEvent): void;
  /** `route` is the pattern of the route, never the path. */
  request(route: string, status: number): void;
  /** Shows the daemon's parts as gauges, read when somebody asks. Called once, when they exist. */
  observe(parts: {
    readonly feed: SessionFeed;
    readonly health: HealthView;
    readonly streamClients: () => number;
  }): void;
}

const STATES: readonly SourceState[] = ['ok', 'connecting', 'degraded', 'failed'];

/** A registry of its own, so that two daemons in one process (tests) do not add up. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'livestatus_' });
  new Gauge({ name: 'livestatus_build_info', help: 'Always 1.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );

  const events = counter('livestatus_agent_events_total', 'Facts received from sources.', ['type']);
  const requests = counter('livestatus_http_requests_total', 'HTTP requests answered.', ['route', 'status']);
  const messages = counter('livestatus_stream_messages_total', 'Messages encoded for /events.', ['event']);
  const chars = counter('livestatus_stream_chars_total', 'Characters sent to readers of /events.', ['event']);
  const syncs = counter('livestatus_stream_syncs_total', 'Times the whole list was sent, and why.', ['reason']);

  function counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers });
  }

  return {
    registry,
    stream: {
      sent(event, length, readers) {
        messages.inc({ event });
        chars.inc({ event }, length * readers);
      },
      synced: (reason) => syncs.inc({ reason }),
    },
    sinks: sinkCounters(registry),
    agentEvent: (event) => events.inc({ type: event.type }),
    request: (route, status) => requests.inc({ route, status: String(status) }),
    observe: (parts) => observe(registry, parts),
  };
}

function sinkCounters(registry: Registry): SinkCounters {
  const registers = [registry];
  const batches = new Histogram({
    name: 'livestatus_sink_batch_seconds',
    help: 'Requests to the plugin, by how they ended.',
    labelNames: ['result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  });
  const changes = new Counter({
    name: 'livestatus_sink_changes_total',
    help: 'Changes sent to the plugin.',
    registers,
  });
  const bytes = new Counter({ name: 'livestatus_sink_bytes_total', help: 'Bytes of batches sent.', registers });
  const receipts = new Counter({
    name: 'livestatus_sink_sessions_total',
    help: 'What became of sessions that were sent.',
    labelNames: ['sink', 'receipt'],
    registers,
  });
  return {
    batch(result, changed, size, tookMs) {
      batches.observe({ result }, tookMs / 1_000);
      changes.inc(changed);
      bytes.inc(size);
    },
    receipt: (sink, receipt) => receipts.inc({ sink, receipt }),
  };
}

function observe(registry: Registry, parts: Parameters<Metrics['observe']>[0]): void {
  const registers = [registry];
  new Gauge({
    name: 'livestatus_active_sessions',
    help: 'Turns that have not ended.',
    registers,
    collect() {
      this.set(parts.feed.activeCount());
    },
  });
  new Gauge({
    name: 'livestatus_stream_clients',
    help: 'Open connections to /events.',
    registers,
    collect() {
      this.set(parts.streamClients());
    },
  });
  linkGauge(registry, 'source', () => parts.health.sources());
  linkGauge(registry, 'sink', () => parts.health.sinks());
}

/** `livestatus_source_state{name,state}`: 1 for the state it is in, 0 for the others. */
function linkGauge(registry: Registry, kind: 'source' | 'sink', links: () => readonly SourceHealth[]): void {
  new Gauge({
    name: `livestatus_${kind}_state`,
    help: `1 for the state that a ${kind} is in.`,
    labelNames: ['name', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const link of links())
        for (const state of STATES) this.set({ name: link.name, state }, link.state === state ? 1 : 0);
    },
  });
}
