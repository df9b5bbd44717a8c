import type { RequestEvent, RowRoute, RunOutcome } from './events.ts';
import type { Turn } from './turn.ts';

/**
 * What the machine remembers of one family: a conversation and all sub-agents that grew out of it. Every rule of the
 * protocol acts within one family, so the cost of an event depends on its conversation, never on how many there are.
 * Plain JSON: it is what the state file keeps.
 */
export interface Family {
  /** The root session key. */
  readonly id: string;
  /** In order of their first mention. Lists, not records by id: few, and copied with nearly every event. */
  readonly keys: readonly KeyState[];
  /** In order of their start. */
  readonly runs: readonly RunState[];
  /** Open turns and the ended ones that late evidence may still correct, in order of opening. */
  readonly turns: readonly TurnState[];
}

export interface KeyState {
  readonly key: string;
  readonly parentKey?: string;
  readonly agentId?: string;
  readonly agentName?: string;
  readonly label?: string;
  readonly route?: RowRoute;
  readonly contextWindow?: number;
  /** Of a sub-agent: its row says that it is over, and how. */
  readonly over?: { readonly outcome: RunOutcome; readonly atMs: number };
  /** Of a sub-agent that no turn has so far: when its row said that it works. */
  readonly busyMs?: number;
  /** Requests that no run has taken yet, oldest first (T1), and the latest taken ones, to recognise repetitions. */
  readonly requests: readonly PendingRequest[];
}

export interface PendingRequest {
  readonly event: RequestEvent;
  /** `TurnState.uid` of the turn that serves it. */
  readonly takenBy?: string;
}

export type RunProgress = 'active' | 'yielded' | 'ended';

export interface RunState {
  readonly runId: string;
  readonly key: string;
  /** `TurnState.uid` of the turn that it serves. */
  readonly turn: string;
  readonly progress: RunProgress;
  readonly startedMs: number;
  readonly endedMs?: number;
  /** How it ended; a `cut` or `nothing` is only a guess that later evidence may correct (T9). */
  readonly endedBy?: RunOutcome['kind'];
  /** Highest sequence number that changed anything: older activity signals are stale (T8). */
  readonly lastSeq: number;
  /** Keys of the children whose announcement this run answers (T2b, T2c). */
  readonly answers?: readonly string[];
  /** Its last message was `NO_REPLY` (T7). */
  readonly silent?: boolean;
  /** `<provider>/<model>` that it last used. */
  readonly model?: string;
}

/** How the root of a turn stands. */
export type RootState =
  | { readonly kind: 'running' }
  | { readonly kind: 'yielded'; readonly sinceMs: number }
  | { readonly kind: 'ended'; readonly outcome: RunOutcome; readonly atMs: number };

/** A sub-agent of a turn, at any depth. */
export interface Child {
  /** Empty until the spawn's result or the child's row names it. */
  readonly key: string;
  readonly parentKey: string;
  readonly stepId: string;
  readonly runIds: readonly string[];
  readonly state: 'spawned' | 'running' | 'yielded' | 'ended';
  readonly sinceMs: number;
  /** Its announcement was answered, or no answer came in time: it keeps the turn open no longer (T4). */
  readonly settled: boolean;
}

export interface Approval {
  readonly approvalId: string;
  readonly runId: string;
  readonly callId?: string;
  readonly kind?: 'exec';
  readonly sinceMs: number;
  readonly expiresMs?: number;
  readonly resolved: boolean;
}

/** The source cannot see the turn (T9). */
export interface Unobserved {
  readonly sinceMs: number;
  /** Without evidence until then it is lost; absent while the source is away. */
  readonly lostAt?: number;
  /** The runtime works under an unknown run and says that it aborted the last one: it may be about to resume this turn. */
  readonly recovering?: boolean;
  /** The row says that the last run was aborted and none is active; history may still know better until the sync is over. */
  readonly stopped?: boolean;
}

/** By session key, of the root and of sub-agents. */
export type ByKey<T> = Readonly<Record<string, T>>;

export interface TurnState {
  /** First runId: names the turn inside the family from its first moment; never changes. */
  readonly uid: string;
  readonly turn: Turn;
  /** While set, the turn waits for its name until then (T1) and is not shown. */
  readonly nameBy?: number;
  /** A heartbeat without a tool call so far (T7). */
  readonly quiet: boolean;
  /** Late join (T11). */
  readonly late: boolean;
  /** Seen just after the source came: what it carries on may stand in a history that is still to come (T2). */
  readonly early: boolean;
  readonly root: RootState;
  readonly children: readonly Child[];
  readonly approvals: readonly Approval[];
  /** Steps that may ask for an approval, and of which nobody saw whether they did; bounded. */
  readonly unwitnessed?: readonly string[];
  /** Keys whose last attempt failed, while nothing has shown since that the next one works. */
  readonly retrying: ByKey<{ readonly sinceMs: number; readonly message: string }>;
  /** The root's own compaction. */
  readonly compactingSince?: number;
  readonly signal: 'thinking' | 'writing';
  /** Which keys think without a break: since when, and when the last word of it came. */
  readonly thinking: ByKey<{ readonly sinceMs: number; readonly lastMs: number }>;
  readonly unobserved?: Unobserved;
  /** Steps that began before this were let go of: what is told again of them is no news. */
  readonly forgottenMs?: number;
  /** Assistant messages already counted; bounded. */
  readonly countedMessages: readonly string[];
  /** The runtime itself has said how it ended (T2c looks for turns without). */
  readonly concluded: boolean;
  /** Ended in NO_REPLY without a tool, or a lock without a line (T7): to be taken back. */
  readonly withdrawn: boolean;
}

export function emptyFamily(id: string): Family {
  return { id, keys: [], runs: [], turns: [] };
}

/** Times of the protocol, in ms. */
export const TIMES = {
  /** T1: a request may arrive this long after its run's start. */
  nameWaitMs: 300,
  /** T1: a run first seen in the middle waits this long for the history of its key. */
  lateNameWaitMs: 5_000,
  /** T1: while the source is away no history can come; a run waits for it this long, and as above once everything was read. */
  awayNameWaitMs: 10 * 60_000,
  /** T7: a lock without a line is shown after this. */
  lockWaitMs: 1_000,
  /** T4: how long an ended child keeps its turn open when nothing of the parent runs. */
  childGraceMs: 10_000,
  /** A spawned child that never starts keeps its turn open this long after the root's end. */
  spawnGraceMs: 60_000,
  /** T9: a row or history may be this old when it comes (350 ms were seen). */
  answerAgeMs: 2_000,
  /** T9: without evidence after the sync. */
  lostAfterMs: 60_000,
  /** The same for a turn that has yielded: OpenClaw went on up to 80 s after (subagent-abort-child, restart-kill9-subagent). */
  yieldLostAfterMs: 2 * 60_000,
  /** The same while its row says that it waits: a sub-agent that died is given up first. */
  waitLostAfterMs: 10 * 60_000,
  /** T12: a call that nobody saw begin, and that has been silent for so long, may wait for an approval. */
  guessAfterMs: 60_000,
  /** An ended turn is kept this long for late evidence... */
  keepEndedMs: 10 * 60_000,
  /** ...and one that was given up as lost (T9) as long as its session, by default. */
  keepLostMs: 7 * 86_400_000,
} as const;

/** Bounds, so that no run can make the machine's memory grow without end. */
export const BOUNDS = {
  /** Above it the oldest closed steps are let go of... */
  steps: 400,
  /** ...until this many are left. */
  stepsAfterTrim: 200,
  children: 200,
  /** Of one sub-agent. */
  runIds: 50,
  /** Waiting and taken requests of a key. */
  requests: 24,
  countedMessages: 400,
  approvals: 24,
  /** Ended turns of a family that late evidence may still correct. */
  keptTurns: 24,
  /** Turns of all families that were given up as lost; the oldest is forgotten first. */
  lostTurns: 100,
  /** Session keys of a family; more only if they are in use. */
  keys: 200,
} as const;
