/** Transcript lines as OpenClaw 2026.3.8 writes them (testdata/recordings/jsonl), without their newline. */

let made = 0;

export interface LineOptions {
  readonly id?: string;
  /** The message's own time; default: the line's. */
  readonly messageMs?: number;
}

export interface AssistantOptions extends LineOptions {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly args?: unknown }[];
  readonly stop?: string;
  readonly error?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface ResultOptions extends LineOptions {
  readonly name?: string;
  readonly output?: string;
  readonly isError?: boolean;
  readonly details?: unknown;
}

export function header(ms: number, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ type: 'session', version: 3, id: 'session', timestamp: iso(ms), cwd: '/srv/agent', ...more });
}

export function user(ms: number, text: string, options: LineOptions & { readonly provenance?: unknown } = {}): string {
  const { provenance } = options;
  return message(ms, options, {
    role: 'user',
    content: [{ type: 'text', text }],
    ...(provenance !== undefined && { provenance }),
  });
}

export function assistant(ms: number, options: AssistantOptions = {}): string {
  const { text, thinking, calls = [], stop, error, provider = 'mock', model = 'mock-1', more } = options;
  return message(ms, options, {
    role: 'assistant',
    content: [
      ...(thinking === undefined ? [] : [{ type: 'thinking', thinking }]),
      ...(text === undefined ? [] : [{ type: 'text', text }]),
      ...calls.map(({ id, name, args }) => ({ type: 'toolCall', id, name, arguments: args ?? {} })),
    ],
    provider,
    model,
    usage: { input: 10, output: 5, cacheRead: 0, cacheWrite: 0, totalTokens: 15, cost: { total: 0.01 } },
    stopReason: stop ?? (calls.length > 0 ? 'toolUse' : 'stop'),
    ...(error !== undefined && { errorMessage: error }),
    ...more,
  });
}

export function result(ms: number, callId: string, options: ResultOptions = {}): string {
  const { name = 'exec', output = 'ok', isError = false, details = {} } = options;
  const content = [{ type: 'text', text: output }];
  return message(ms, options, { role: 'toolResult', toolCallId: callId, toolName: name, content, details, isError });
}

export function compaction(ms: number): string {
  return JSON.stringify({
    type: 'compaction',
    id: `compaction-${ms}`,
    timestamp: iso(ms),
    summary: '...',
    tokensBefore: 9000,
  });
}

/** What a Mattermost user's message looks like in the transcript. */
export function mattermostText(said: string, info: Readonly<Record<string, unknown>>): string {
  const block = (name: string, fields: unknown) =>
    `${name} (untrusted metadata):\n\`\`\`json\n${JSON.stringify(fields, null, 2)}\n\`\`\``;
  const note = `System: [2026-11-22 21:36:41 UTC] Mattermost message in #town-square from @alice: ${said.replace(/\s+/g, ' ')}`;
  return [note, block('Conversation info', info), block('Sender', { id: 'alice', name: '@alice' }), said].join('\n\n');
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function message(ms: number, { id, messageMs }: LineOptions, fields: Readonly<Record<string, unknown>>): string {
  made += 1;
  const record = { type: 'message', id: id ?? `line-${made}`, parentId: null, timestamp: iso(ms) };
  return JSON.stringify({ ...record, message: { ...fields, timestamp: messageMs ?? ms } });
}
