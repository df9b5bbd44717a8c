/**
 * What a source tells the turn machine: runtime-neutral facts about one agent runtime.
 *
 * Rules for whoever emits them (a source's decoder):
 * - `at` is when the daemon received the fact, on the daemon's clock, in integer ms. Every other `*Ms` is a runtime time
 *   that the source has already moved to the daemon's clock (T11).
 * - Texts are raw here; the pipeline redacts every string of an event before the reducer or anything else keeps it.
 * - Unknown frames are dropped and counted by the decoder; this union is closed.
 */

/** One execution of the runtime. `seq` is the runtime's own order within the run; absent = no order known. */
export interface RunRef {
  readonly runId: string;
  readonly seq?: number;
}

interface Base {
  /** The runtime's session key that the fact belongs to. */
  readonly key: string;
  readonly at: number;
}

interface Detail extends Base {
  /** Read from a history: it fills in what is known, and is no sign of life. */
  readonly past?: boolean;
}

/** The message that asked for something (T1, T3, T10). A message alone opens no turn. */
export interface RequestEvent extends Base {
  readonly type: 'request';
  /** The runtime's id of the line; used to recognise repetitions when there is no transport. */
  readonly lineId?: string;
  /** Present when the message came through a chat channel. */
  readonly transport?: {
    readonly channel: string;
    readonly messageId: string;
    readonly replyToId?: string;
    readonly threadId?: string;
  };
  readonly accountId?: string;
  /** The chat bot that serves the request, when known. */
  readonly botUserId?: string;
  readonly senderId?: string;
  readonly senderName?: string;
  /** The whole text; the published title is its first line. */
  readonly text?: string;
  readonly recordedMs: number;
  /** The run that this message steers; then it is no request of its own (T3). */
  readonly steerTargetRunId?: string;
  /** The run that this message belongs to, when the line itself says so. */
  readonly runId?: string;
  /** How the runtime itself made this message, if no person did. */
  readonly provenance?: { readonly kind: string; readonly sourceKey?: string };
}

export interface RunStartedEvent extends Base {
  readonly type: 'run.started';
  readonly run: RunRef;
  readonly startedMs: number;
  readonly heartbeat?: boolean;
  /** The parent's session key, when the runtime names it with the run (T5). */
  readonly spawnedBy?: string;
  /** Cron, memory flush and the like: takes no request (T1). */
  readonly automatic?: boolean;
  /** JSONL: the turn's name is known from the lock (T1); shown only from its first line or after 1 s (T7). */
  readonly lockName?: string;
  /** The run was already going when the daemon first saw it (T1 late join, T11). */
  readonly late?: boolean;
  /** The source came only just before it: its request may be told by the history of its key alone (T1). */
  readonly requestMayBePast?: boolean;
  /** Until then something was missed: what was heard earlier may have been answered unseen (T1). Daemon's clock. */
  readonly missedUntilMs?: number;
}

/**
 * A run found in the history of its key (T1 late join), with its request if history has one. Its details follow as
 * ordinary events.
 */
export interface RunJoinedEvent extends Base {
  readonly type: 'run.joined';
  readonly run: RunRef;
  readonly startedMs: number;
  readonly request?: RequestEvent;
  /**
   * It has ended already: it is taken up only if it carries on a turn that is known, and so are its details (T2, T9).
   * History alone opens no turn (T8).
   */
  readonly over?: boolean;
  /** It has yielded, or another run has carried it on: that it is there is no sign of life. */
  readonly waits?: boolean;
  /** The run that carried it on (T2), if one did: it may be known, and wait for this. */
  readonly carriedOnBy?: string;
  /** Session keys of the sub-agents that it spawned: one may be known, and wait for this (T5). */
  readonly spawned?: readonly string[];
}

export interface RunModelEvent extends Base {
  readonly type: 'run.model';
  readonly run: RunRef;
  readonly provider?: string;
  readonly model?: string;
  readonly tsMs: number;
}

/** An attempt failed; whether the turn did is decided by what follows (T4). */
export interface RunAttemptFailedEvent extends Base {
  readonly type: 'run.attemptFailed';
  readonly run: RunRef;
  readonly message: string;
  readonly reason?: string;
  readonly tsMs: number;
}

/** The runtime goes on with another model or profile (T4). */
export interface RunFallbackEvent extends Base {
  readonly type: 'run.fallback';
  readonly run: RunRef;
  readonly from?: string;
  readonly to?: string;
  readonly tsMs: number;
}

export type RunOutcome =
  | { readonly kind: 'done'; readonly yielded?: boolean; readonly silent?: boolean }
  | { readonly kind: 'error'; readonly code?: string; readonly message: string }
  /** `code`: `aborted` (a person, a queue mode) or `superseded` (the watchdog), T9. */
  | {
      readonly kind: 'aborted';
      readonly code: string;
      /** Only this run was stopped: its sub-agents work on, and what they announce is answered (subagent-abort-root). */
      readonly alone?: boolean;
    }
  /** JSONL: the lock went after a toolUse line or none at all (T9), or its process died. */
  | { readonly kind: 'cut'; readonly code: string }
  /** JSONL: a lock that went without any message line (T7). */
  | { readonly kind: 'nothing' };

export interface RunEndedEvent extends Detail {
  readonly type: 'run.ended';
  readonly run: RunRef;
  readonly startedMs?: number;
  readonly endedMs: number;
  readonly outcome: RunOutcome;
  /** In case its end is the first that is heard of it. */
  readonly heartbeat?: boolean;
}

export interface ApprovalRequestedEvent extends Base {
  readonly type: 'approval.requested';
  readonly run: RunRef;
  readonly approvalId: string;
  readonly callId?: string;
  /** A command asks; said where the runtime does not name the call. Absent = something else may ask. */
  readonly kind?: 'exec';
  readonly tsMs: number;
  readonly expiresMs?: number;
}

export interface ApprovalResolvedEvent extends Base {
  readonly type: 'approval.resolved';
  readonly run: RunRef;
  /** Absent when the runtime names only the call. */
  readonly approvalId?: string;
  readonly callId?: string;
  readonly decision?: 'allowed' | 'denied' | 'expired';
  readonly tsMs: number;
}

/** The model thinks / streams its answer; carries no text, so nothing half-streamed can leak. */
export interface ThinkingEvent extends Base {
  readonly type: 'thinking';
  readonly run: RunRef;
  readonly tsMs: number;
}
export interface WritingEvent extends Base {
  readonly type: 'writing';
  readonly run: RunRef;
  readonly tsMs: number;
}

/** A finished interim text of the assistant, said before its tools. */
export interface TextEvent extends Detail {
  readonly type: 'text';
  readonly run?: RunRef;
  readonly itemId: string;
  readonly text: string;
  readonly tsMs: number;
}

/** The parts of a tool call's arguments that labels are made of, each a whole, uncut string. */
export type ToolInput = Readonly<Record<string, string>>;

export interface ToolEvent extends Detail {
  readonly type: 'tool';
  readonly run?: RunRef;
  readonly callId: string;
  readonly name?: string;
  /** What the runtime calls it ("Exec ls -la"), and its argument part alone ("ls -la"). */
  readonly title?: string;
  readonly meta?: string;
  readonly input?: ToolInput;
  /** The wrapper's call id, when this call was made through one (Tool Search). The wrapper is hidden (T6). */
  readonly wrapperCallId?: string;
  readonly phase: 'started' | 'updated' | 'ended';
  /** Only with `ended`. `background`: the command goes on after the call returned. */
  readonly outcome?: 'done' | 'error' | 'blocked' | 'background';
  readonly error?: string;
  readonly exitCode?: number;
  /** A spawned sub-agent (T5, T2b). */
  readonly child?: { readonly key: string; readonly runId?: string; readonly label?: string };
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly tsMs: number;
}

export interface TokenUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly total: number;
  readonly costUsd?: number;
}

/** One finished assistant message: tokens (summed over the turn), and the ids of the tools it calls. */
export interface AssistantMessageEvent extends Detail {
  readonly type: 'assistant.message';
  readonly run?: RunRef;
  readonly messageId: string;
  readonly usage?: TokenUsage;
  readonly stopReason?: string;
  /** The whole visible text is `NO_REPLY` (T7). */
  readonly silent?: boolean;
  readonly tsMs: number;
}

/** Facts of the runtime's row for a key; absent = unchanged. */
export interface RowEvent extends Base {
  readonly type: 'row';
  readonly agentId?: string;
  readonly agentName?: string;
  readonly spawnedBy?: string;
  readonly label?: string;
  readonly route?: RowRoute;
  readonly contextWindow?: number;
}

/** Where the runtime would deliver an answer (T10). */
export interface RowRoute {
  /** Public channel, private channel or group, direct message; absent = the row does not say. */
  readonly chat?: 'channel' | 'group' | 'direct';
  readonly channelId?: string;
  readonly userId?: string;
  readonly threadId?: string;
  readonly accountId?: string;
}

/** What the row of a sub-agent says after its input was settled, or its state changed (T9). */
export interface ChildSettledEvent extends Base {
  readonly type: 'child.settled';
  /** Keys of its ancestors whose last run was aborted. */
  readonly abortedAncestors: readonly string[];
  /** How the sub-agent itself ended, if no run of it is active any more; absent while it works or waits. */
  readonly outcome?: RunOutcome;
  readonly tsMs: number;
}

export interface PlanEvent extends Base {
  readonly type: 'plan';
  readonly run?: RunRef;
  /** The wrapper or progress_card call to hide (T13). */
  readonly callId?: string;
  readonly items: readonly { readonly text: string; readonly status: 'pending' | 'active' | 'done' }[];
  readonly tsMs: number;
}

export interface CompactionEvent extends Base {
  readonly type: 'compaction';
  readonly run?: RunRef;
  readonly phase: 'started' | 'ended';
  readonly tsMs: number;
}

/** The source cannot see the runtime any more: all its active turns become `unobserved` (T9). Key is ''. */
export interface SourceLostEvent extends Base {
  readonly type: 'source.lost';
}

/** What read row and history say about one key after a (re)connect (T9). */
export interface KeySyncedEvent extends Base {
  readonly type: 'key.synced';
  readonly activeRunIds: readonly string[];
  readonly hasActiveRun: boolean;
  readonly abortedLastRun: boolean;
  readonly killed: boolean;
  /** The row says that the session goes on although no run is active, or that its sub-agents do: it has yielded. */
  readonly waiting?: boolean;
  /** Of a sub-agent that is over: how its last run ended. */
  readonly outcome?: RunOutcome;
  /** Present once history was read: how the runs in it ended, as far as their last line tells. */
  readonly ends?: readonly { readonly runId: string; readonly outcome: RunOutcome; readonly tsMs: number }[];
  /** The messages that runs have heard, as the lines of history after them tell: they wait for no run any more (T1). */
  readonly heard?: readonly HeardMessage[];
}

/** One message, by the ids of its request, and the run that heard it: as its request, its answer, or on its way. */
export interface HeardMessage {
  readonly runId: string;
  readonly lineId?: string;
  readonly messageId?: string;
}

/** Every key has been read after a (re)connect: what is still unknown 60 s later is lost (T9). Key is ''. */
export interface SourceSyncedEvent extends Base {
  readonly type: 'source.synced';
}

export type AgentEvent =
  | RequestEvent
  | RunStartedEvent
  | RunJoinedEvent
  | RunModelEvent
  | RunAttemptFailedEvent
  | RunFallbackEvent
  | RunEndedEvent
  | ApprovalRequestedEvent
  | ApprovalResolvedEvent
  | ThinkingEvent
  | WritingEvent
  | TextEvent
  | ToolEvent
  | AssistantMessageEvent
  | RowEvent
  | ChildSettledEvent
  | PlanEvent
  | CompactionEvent
  | SourceLostEvent
  | KeySyncedEvent
  | SourceSyncedEvent;
