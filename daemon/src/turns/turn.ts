import type { TokenUsage, ToolInput } from './events.ts';

/** Where a turn is shown (T10). `kind` decides the privacy level (design §6). */
export interface Route {
  readonly kind: 'public' | 'private' | 'direct' | 'none';
  readonly channelId?: string;
  readonly rootId?: string;
  readonly userId?: string;
  readonly accountId?: string;
}

export type TurnStepStatus = 'running' | 'background' | 'done' | 'error' | 'cancelled';

interface StepBase {
  /** Unique within the turn and stable over restarts and replays. */
  readonly id: string;
  /** The `agent` step of the sub-agent that this step belongs to. */
  readonly parentId?: string;
  readonly status: TurnStepStatus;
  readonly startedMs: number;
  readonly endedMs?: number;
}

export interface ToolStep extends StepBase {
  readonly kind: 'tool';
  readonly name: string;
  readonly title?: string;
  readonly meta?: string;
  readonly input?: ToolInput;
  readonly error?: string;
  readonly exitCode?: number;
  /** Refused before it ran (item status `blocked`, or denied by a person). */
  readonly blocked?: boolean;
}

export interface AgentStep extends StepBase {
  readonly kind: 'agent';
  /** The sub-agent's label or name. */
  readonly name: string;
  readonly task?: string;
  readonly childKey: string;
  readonly error?: string;
}

export interface TextStep extends StepBase {
  readonly kind: 'text';
  readonly text: string;
}

export interface ThinkingStep extends StepBase {
  readonly kind: 'thinking';
}

export type NoticeCode =
  | 'missed-beginning'
  | 'steered'
  | 'answered'
  | 'retrying'
  | 'fallback'
  | 'compaction'
  | 'approval-allowed'
  | 'approval-denied'
  | 'approval-expired'
  | 'approval-resolved'
  | 'resumed';

export interface NoticeStep extends StepBase {
  readonly kind: 'notice';
  readonly code: NoticeCode;
  /** What the notice is about: the steering person's name, the model, the error. */
  readonly text?: string;
}

export type TurnStep = ToolStep | AgentStep | TextStep | ThinkingStep | NoticeStep;

export interface TurnWaiting {
  readonly for: 'approval' | 'answer' | 'agents' | 'provider';
  readonly stepId?: string;
  readonly approvalId?: string;
  readonly sinceMs: number;
  readonly expiresMs?: number;
  /** Nobody has said so: a tool that may ask has been silent for long (T12). */
  readonly guess?: boolean;
}

export type TurnActivity = 'thinking' | 'tool' | 'writing' | 'waiting' | 'retrying' | 'compacting' | 'unobserved';

export type TurnPhase =
  | {
      readonly status: 'active';
      readonly activity: TurnActivity;
      readonly stalled: boolean;
      readonly waiting?: TurnWaiting;
    }
  | {
      readonly status: 'done' | 'error' | 'interrupted';
      readonly endedMs: number;
      readonly error?: { readonly code: string; readonly message: string };
      /** Ended with NO_REPLY after its box stood already (T7). */
      readonly noReply?: boolean;
    };

/** From a request to its final answer (design §2). Immutable; the reducer makes a new one for each change. */
export interface Turn {
  /** Opaque, URL-safe, at most 64 characters: a hash of `name`. */
  readonly id: string;
  /** T1. */
  readonly name: string;
  readonly key: string;
  readonly agent: { readonly id: string; readonly name: string; readonly runtime: 'openclaw' };
  readonly route: Route;
  readonly requestedBy?: string;
  readonly requestPostId?: string;
  /** Text of the request; the title is its first line. */
  readonly requestText?: string;
  readonly startedMs: number;
  readonly lastEventMs: number;
  readonly phase: TurnPhase;
  /** In order of insertion, which never changes. */
  readonly steps: readonly TurnStep[];
  /** How many ended steps the reducer itself let go of to bound memory. */
  readonly stepsForgotten: number;
  readonly toolCalls: number;
  readonly plan?: readonly { readonly text: string; readonly status: 'pending' | 'active' | 'done' }[];
  readonly usage?: TokenUsage;
  /** Total tokens of the last assistant message of the root's key, against the row's window. */
  readonly contextUsed?: number;
  readonly contextWindow?: number;
  /** Held back (T7): exists for identity, is not published yet. */
  readonly hidden: boolean;
}
