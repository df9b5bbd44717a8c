/** What the scripted model says: typed data that tests write and `provider.ts` plays. */

/** One tool call of the model: name and arguments. Tools behind Tool Search go through {@link viaToolSearch}. */
export type ToolCall = readonly [name: string, args: Readonly<Record<string, unknown>>];

export interface Say {
  /** Streamed as `reasoning_content`, word by word. */
  readonly think?: string;
  /** Streamed as `content`, word by word. */
  readonly text?: string;
  readonly calls?: readonly ToolCall[];
  /** Silence before the first chunk, in ms. */
  readonly delayMs?: number;
  /** Pause after each streamed word, in ms. Default 10. */
  readonly wordMs?: number;
  /** What the answer reports as `prompt_tokens`. Default 1000 + 100 per earlier assistant message. */
  readonly promptTokens?: number;
}

/** An HTTP error instead of an answer. `retryAfterS` is sent as `retry-after`. */
export interface Refuse {
  readonly http: number;
  readonly message?: string;
  readonly retryAfterS?: number;
}

export type Reply = Say | Refuse;

/** Tried in this order, one per request for this step; the last one stays. So `[{http: 500}, {text: 'ok'}]` recovers. */
export interface Attempts {
  readonly attempts: readonly Reply[];
}

/** A reply of its own for a model (fail-over). */
export interface ByModel {
  readonly byModel: Readonly<Record<string, Reply>>;
}

export type Step = Reply | Attempts | ByModel;

/**
 * A turn's script. Step n answers the request that holds n assistant messages after the message that named the
 * scenario; the last step stays. `announce` answers a message in which OpenClaw reports a finished sub-agent.
 */
export interface Scenario {
  readonly steps: readonly Step[];
  readonly announce?: Step;
}

export type Script = Readonly<Record<string, Scenario | readonly Step[]>>;

/** The words in a message that pick a scenario. */
export function asks(scenario: string, words = 'Please do this.'): string {
  return `SCENARIO:${scenario} ${words}`;
}

/** OpenClaw hides most tools behind Tool Search: the model calls the wrapper `tool_call`. */
export function viaToolSearch(tool: string, args: Readonly<Record<string, unknown>>): ToolCall {
  return ['tool_call', { id: tool, args }];
}

export function shell(command: string, more: Readonly<Record<string, unknown>> = {}): ToolCall {
  return ['exec', { command, ...more }];
}

/** A command that OpenClaw does not send to the background after ten seconds. */
export function longShell(command: string): ToolCall {
  return shell(command, { yieldMs: 90_000 });
}

export function spawnAgent(task: string, label: string): ToolCall {
  return viaToolSearch('sessions_spawn', { task, label });
}
