/** One session of the pretend OpenClaw: its row, its transcript, and who works in it. */
export interface ModelRun {
  readonly runId: string;
  readonly key: string;
  /** `activeRunIds` names it until it has started (seen on 2026.9.6; never for a run of a channel). */
  readonly listed: boolean;
  started: boolean;
  /** It has said its last word and only its end is to come. */
  finishing: boolean;
  startedAt: number;
  seq: number;
  /** What `inFlightRun` shows. */
  readonly events: Json[];
  /** Ends it where it is. */
  kill?: () => void;
}

/** A session has a run from here on. */
export function admit(session: ModelSession, runId: string, listed: boolean): ModelRun {
  const run: ModelRun = {
    runId,
    key: session.key,
    listed,
    started: false,
    finishing: false,
    startedAt: 0,
    seq: 0,
    events: [],
  };
  session.run = run;
  return run;
}

export type Json = Readonly<Record<string, unknown>>;

export class ModelSession {
  readonly key: string;
  readonly spawnedBy: string | undefined;
  readonly label: string | undefined;
  readonly messages: Json[] = [];
  status: string | undefined;
  abortedLastRun: boolean | undefined;
  subagentRunState: string | undefined;
  run: ModelRun | undefined;
  updatedAt = 0;

  constructor(key: string, spawnedBy?: string, label?: string) {
    this.key = key;
    this.spawnedBy = spawnedBy;
    this.label = label;
  }

  get isSubagent(): boolean {
    return this.spawnedBy !== undefined;
  }

  /** The fields of a row that an observer could use. */
  row(hasActiveSubagentRun: boolean): Json {
    const { run } = this;
    const ids =
      run === undefined ? { activeRunIds: [] } : run.started || !run.listed ? {} : { activeRunIds: [run.runId] };
    return {
      key: this.key,
      agentId: 'main',
      sessionId: `session-of-${this.key}`,
      updatedAt: this.updatedAt,
      hasActiveRun: run !== undefined,
      ...ids,
      ...optional('status', this.status),
      ...optional('abortedLastRun', this.abortedLastRun),
      ...(hasActiveSubagentRun || this.isSubagent ? { hasActiveSubagentRun } : {}),
      ...optional('subagentRunState', this.subagentRunState),
      ...optional('spawnedBy', this.spawnedBy),
      ...optional('label', this.label),
    };
  }
}

function optional(name: string, value: unknown): Json {
  return value === undefined ? {} : { [name]: value };
}
