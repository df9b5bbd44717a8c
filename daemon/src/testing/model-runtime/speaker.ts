import type { Clock } from '../../sources/source.ts';
import type { ModelGateway } from './gateway.ts';
import type { Json, ModelRun, ModelSession } from './session.ts';

/** At most so many events of a run in `inFlightRun`. */
const MAX_RUN_EVENTS = 100;

/** Says what happens, in the frames that OpenClaw 2026.9.6 uses (testdata/recordings). */
export class Speaker {
  readonly #gateway: ModelGateway;
  readonly #clock: Clock;
  #made = 0;

  constructor(gateway: ModelGateway, clock: Clock) {
    this.#gateway = gateway;
    this.#clock = clock;
  }

  /** An id that nobody else has. */
  id(kind: string): string {
    this.#made += 1;
    return `${kind}-${this.#made}`;
  }

  /** An `agent` event, or `session.tool` for the tools of visible runs. */
  run(session: ModelSession, run: ModelRun, stream: string, data: Json): void {
    run.seq += 1;
    const payload: Json = {
      runId: run.runId,
      seq: run.seq,
      stream,
      ts: this.#clock.now(),
      data,
      sessionKey: session.key,
      agentId: 'main',
      ...(session.spawnedBy !== undefined && { spawnedBy: session.spawnedBy }),
    };
    if (stream === 'item' || stream === 'tool') this.#remember(run, payload, data);
    const isHidden = session.key.includes(':mattermost:');
    this.#gateway.tell(stream === 'tool' && !isHidden ? 'session.tool' : 'agent', session.key, payload);
  }

  chat(session: ModelSession, run: ModelRun, more: Json): void {
    const payload = { runId: run.runId, sessionKey: session.key, agentId: 'main', seq: run.seq, ...more };
    this.#gateway.tell('chat', session.key, payload);
  }

  /** A line of the transcript; with `live` it is told too. */
  line(session: ModelSession, message: Json, own: Json = {}, live = true): void {
    const now = this.#clock.now();
    const meta = { id: this.id('line'), recordTimestampMs: now, ...own };
    const whole = { timestamp: now, ...message, __openclaw: meta };
    session.messages.push(whole);
    if (live) this.message(session, whole);
  }

  message(session: ModelSession, message: Json): void {
    this.#gateway.tell('session.message', session.key, { sessionKey: session.key, agentId: 'main', message });
  }

  /** `sessions.changed` with the row as it is now. */
  changed(session: ModelSession, more: Json): void {
    session.updatedAt = this.#clock.now();
    const { key } = session;
    const ancestorSessions = this.#ancestors(session);
    this.#gateway.tell('sessions.changed', key, {
      sessionKey: key,
      agentId: 'main',
      ts: this.#clock.now(),
      ...more,
      session: this.#gateway.row(session),
      ...(ancestorSessions.length > 0 && { ancestorSessions }),
    });
  }

  #ancestors(session: ModelSession): readonly Json[] {
    if (session.spawnedBy === undefined) return [];
    const parent = this.#gateway.session(session.spawnedBy);
    return [{ key: parent.key, abortedLastRun: parent.abortedLastRun === true }, ...this.#ancestors(parent)];
  }

  #remember(run: ModelRun, payload: Json, data: Json): void {
    const { args: _, ...shown } = data;
    run.events.push({ ...payload, data: shown });
    if (run.events.length > MAX_RUN_EVENTS) run.events.shift();
  }
}
