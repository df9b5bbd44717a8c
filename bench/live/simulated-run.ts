import { retold } from '../corpus.ts';
import { data, type RecordedRun } from './recorded-run.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a gateway tells: `FakeGateway.emit`. */
export type Emit = (event: string, payload: Json) => void;

/** Where in a real Mattermost a run happens, instead of the recording's own ids. */
export interface RunPlace {
  readonly channelId: string;
  /** The post that asked, and the thread's first. */
  readonly rootId: string;
  readonly personId: string;
}

/** The recording's channel, post and person. */
const RECORDED: RunPlace = {
  channelId: 'chanpubaaaaaaaaaaaaaaaaaaa',
  rootId: 'post1zaaaaaaaaaaaaaaaaaaaa',
  personId: 'human1aaaaaaaaaaaaaaaaaaaa',
};

/** One recorded run told live, in a session of its own, with as many tool calls as wanted. */
export class SimulatedRun {
  readonly key: string;
  readonly runId: string;
  /** Ids of the calls that were started, in order: the ids of the steps that must appear. */
  readonly calls: string[] = [];
  readonly #parts: RecordedRun;
  readonly #emit: Emit;
  readonly #number: number;
  #seq = 0;
  #open: string | undefined;

  /** `number` tells this run from every other one of the same gateway. */
  constructor(recorded: RecordedRun, number: number, emit: Emit, place?: RunPlace) {
    const parts = JSON.parse(placed(retold(JSON.stringify(recorded), number, 0), number, place)) as RecordedRun;
    this.#parts = shareRows(parts);
    this.#emit = emit;
    this.#number = number;
    this.key = String(parts.start.sessionKey);
    this.runId = String(parts.start.runId);
  }

  /** The session becomes known; the watcher then subscribes to its key. */
  announce(): void {
    const { changed } = this.#parts;
    // In the recording a run was already on its way.
    const idle = { hasActiveRun: false, status: 'idle' };
    const session = { ...(changed.session as Json), ...idle };
    this.#emit('sessions.changed', { ...changed, ...idle, session, ts: Date.now() });
  }

  begin(): void {
    const now = Date.now();
    const { request, start } = this.#parts;
    const message = request.message as Json;
    const meta = { ...(message.__openclaw as Json), recordTimestampMs: now };
    this.#emit('session.message', { ...request, message: { ...message, __openclaw: meta } });
    this.#run(start, { ...data(start), startedAt: now });
  }

  think(): void {
    this.#run(this.#parts.thinking, data(this.#parts.thinking));
  }

  /** A finished assistant message with its tokens, as it comes before each call. */
  say(): void {
    const { answer } = this.#parts;
    const message = answer.message as Json;
    const id = `${this.runId}-m${this.#seq}`;
    const meta = { ...(message.__openclaw as Json), id, runId: this.runId, recordTimestampMs: Date.now() };
    const content = (message.content as readonly Json[]).map((part) =>
      part.type === 'toolCall' ? { ...part, id: this.#nextCallId() } : part,
    );
    this.#emit('session.message', { ...answer, messageId: id, message: { ...message, content, __openclaw: meta } });
  }

  /** A whole call in as few events as can be. */
  call(): void {
    const callId = this.#newCall();
    this.#tool(this.#parts.toolStart, callId);
    this.#tool(this.#parts.toolResult, callId);
  }

  /** A call begins; returns its id. */
  startCall(): string {
    const callId = this.#newCall();
    this.#open = callId;
    this.#tool(this.#parts.itemStart, callId);
    this.#tool(this.#parts.toolStart, callId);
    return callId;
  }

  endCall(callId: string): void {
    this.#open = undefined;
    this.#tool(this.#parts.toolResult, callId);
    this.#tool(this.#parts.itemEnd, callId);
  }

  /** The run ends, after the call that is still open. */
  end(): void {
    if (this.#open !== undefined) this.endCall(this.#open);
    const { end } = this.#parts;
    this.#run(end, { ...data(end), endedAt: Date.now() });
  }

  #newCall(): string {
    const callId = this.#nextCallId();
    this.calls.push(callId);
    return callId;
  }

  #nextCallId(): string {
    return `call_b${this.#number.toString(36)}x${this.calls.length.toString(36)}`;
  }

  #tool(part: Json, callId: string): void {
    const fields = data(part);
    const path = `src/part-${this.calls.length}.ts`;
    this.#run(part, {
      ...fields,
      toolCallId: callId,
      ...(fields.itemId !== undefined && {
        itemId: `tool:${callId}`,
        title: `Read from ${path}`,
        meta: `from ${path}`,
      }),
      ...(fields.args !== undefined && { args: { path } }),
      ...(fields.startedAt !== undefined && { startedAt: Date.now() }),
      ...(fields.endedAt !== undefined && { endedAt: Date.now() }),
    });
  }

  #run(part: Json, fields: Json): void {
    this.#seq += 1;
    this.#emit('agent', { ...part, runId: this.runId, data: fields, seq: this.#seq, ts: Date.now() });
  }
}

function placed(text: string, number: number, place: RunPlace | undefined): string {
  if (place === undefined) return text;
  const names = ['channelId', 'rootId', 'personId'] as const;
  return names.reduce((known, name) => known.replaceAll(retold(RECORDED[name], number, 0), place[name]), text);
}

/** All run events of a session carry the same row: held once, so that a thousand sessions fit into memory. */
function shareRows(parts: RecordedRun): RecordedRun {
  const { runId: _, stream: __, data: ___, seq: ____, ts: _____, ...row } = parts.toolStart;
  const names = ['start', 'thinking', 'itemStart', 'toolStart', 'toolResult', 'itemEnd'] as const;
  const shared = names.map((name) => {
    const { runId, stream, data: fields, seq, ts } = parts[name];
    return [name, { runId, stream, data: fields, seq, ts, ...row }] as const;
  });
  return { ...parts, ...Object.fromEntries(shared) };
}

/** What the ids of all calls of one run have in common. */
export function runOfCall(callId: string): string {
  return callId.slice(0, callId.indexOf('x'));
}
