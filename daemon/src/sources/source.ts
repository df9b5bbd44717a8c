import type { AgentEvent } from '../turns/events.ts';

/** Closed set; also a metric label and part of /health. */
export type SourceState = 'ok' | 'connecting' | 'degraded' | 'failed';

export interface SourceHealth {
  /** Stable name: `openclaw-gateway`, `openclaw-jsonl`, `replay`. */
  readonly name: string;
  readonly state: SourceState;
  /** A stable snake_case code when state is not `ok`. */
  readonly code?: string;
  /** One sentence for a person: what is wrong and what to do. Contains no secret. */
  readonly reason?: string;
  /** What it talks to: version of the runtime, redacted URL, directory. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
  readonly sinceMs: number;
}

export interface SourceSink {
  /** Called synchronously for each fact, in order. Must not throw. */
  event(event: AgentEvent): void;
  /** Called when health changes (one call a change of state or code, not one a try). */
  health(health: SourceHealth): void;
}

/** Watches one runtime. `start` may be called once; `stop` is idempotent and ends in bounded time. */
export interface Source {
  readonly name: string;
  start(sink: SourceSink): Promise<void>;
  stop(): Promise<void>;
  health(): SourceHealth;
  /** Tells the runtime what a person decided; absent or rejected where it cannot. Resolves when the runtime has taken it. */
  decide?(approvalId: string, decision: 'allow_once' | 'deny'): Promise<void>;
}

/** Clock and timers as an argument: real ones only in main, fake ones in tests, virtual ones in replay. */
export interface Clock {
  /** Integer ms since the epoch on the daemon's clock. */
  now(): number;
  /** Runs `callback` once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}
