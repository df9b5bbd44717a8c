/** The published shapes (design §4). Types come from `openapi.yaml`; this file is the only door into the package. */
export type SessionStatus = 'active' | 'done' | 'error' | 'interrupted';
export type Activity = 'thinking' | 'tool' | 'writing' | 'waiting' | 'retrying' | 'compacting' | 'unobserved';
export type StepKind = 'tool' | 'text' | 'thinking' | 'agent' | 'notice';
export type StepStatus = 'running' | 'background' | 'done' | 'error' | 'cancelled';

export interface Agent {
  id: string;
  name: string;
  runtime: string;
}

export interface Step {
  id: string;
  parent_id?: string;
  kind: StepKind;
  name?: string;
  label: string;
  detail?: string;
  status: StepStatus;
  started_ms: number;
  ended_ms?: number;
}

export interface PlanItem {
  text: string;
  status: 'pending' | 'active' | 'done';
}

export interface Waiting {
  for: 'approval' | 'answer' | 'agents' | 'provider';
  step_id?: string;
  approval_id?: string;
  since_ms: number;
  expires_ms?: number;
}

export interface Usage {
  input: number;
  output: number;
  cache_read: number;
  cache_write: number;
  total: number;
  cost_usd?: number;
  context_used?: number;
  context_window?: number;
}

export interface SessionError {
  code: string;
  message: string;
}

export interface Session {
  id: string;
  daemon_id: string;
  session_key: string;
  agent: Agent;
  channel_id?: string;
  root_id?: string;
  user_id?: string;
  post: 'none' | 'wanted';
  post_id?: string;
  requested_by?: string;
  request_post_id?: string;
  status: SessionStatus;
  activity?: Activity;
  stalled?: boolean;
  offline?: boolean;
  title?: string;
  error?: SessionError;
  started_ms: number;
  last_event_ms: number;
  ended_ms?: number;
  as_of_ms: number;
  plan?: PlanItem[];
  waiting?: Waiting;
  steps: Step[];
  steps_dropped: number;
  tool_calls: number;
  usage?: Usage;
  seq: number;
}

/** Top-level fields a delta may set; null clears an optional field. */
export type SessionFields = Omit<Session, 'id' | 'steps' | 'steps_dropped' | 'seq' | 'as_of_ms'>;
export type DeltaSet = { [K in keyof SessionFields]?: SessionFields[K] | null };

export interface Delta {
  id: string;
  base_seq: number;
  seq: number;
  as_of_ms: number;
  set: DeltaSet;
  steps: Step[];
  removed_steps: string[];
  steps_dropped: number;
}
