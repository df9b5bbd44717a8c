import { record, text } from '../../sources/openclaw-gateway/hello.ts';

/** What the pretend OpenClaw knows of a run that is going on. */
interface ActiveRun {
  readonly runId: string;
  readonly startedAt: number;
  /** The newest events of the run, as `inFlightRun.events` gives them: without tool arguments. */
  readonly events: unknown[];
}

const MAX_RUN_EVENTS = 100;
const MAX_MESSAGES = 1_000;
/** A demo that plays for days makes a new thread every few seconds; the oldest idle ones are deleted. */
const MAX_ROWS = 1_000;

/**
 * The sessions of the pretend OpenClaw, learnt from the events that were played so far: so that whoever connects late, or
 * again, finds in lists and histories what a real gateway would answer at that moment.
 */
export class World {
  readonly #rows = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #messages = new Map<string, unknown[]>();
  readonly #active = new Map<string, ActiveRun>();

  /** Newest first, as the gateway sorts them. */
  rows(): readonly Readonly<Record<string, unknown>>[] {
    const rows = [...this.#rows.values()].map((row) => this.#live(row));
    return rows.toSorted((a, b) => Number(b.updatedAt ?? 0) - Number(a.updatedAt ?? 0));
  }

  setRow(row: Readonly<Record<string, unknown>>): void {
    const key = text(row.key);
    if (key === undefined) return;
    this.#rows.set(key, row);
    if (this.#rows.size <= MAX_ROWS) return;
    for (const old of this.#rows.keys()) {
      if (this.#active.has(old)) continue;
      this.deleteRow(old);
      return;
    }
  }

  deleteRow(key: string): void {
    this.#rows.delete(key);
    this.#active.delete(key);
    this.#messages.delete(key);
  }

  /** Takes a history as somebody was given it, with the run in flight. */
  setHistory(key: string, history: unknown): void {
    const { messages, inFlightRun, sessionInfo } = record(history);
    if (Array.isArray(messages)) this.#messages.set(key, [...messages]);
    this.setRow(record(sessionInfo));
    const { runId, startedAt, events } = record(inFlightRun);
    if (typeof runId !== 'string' || typeof startedAt !== 'number') return;
    this.#active.set(key, { runId, startedAt, events: Array.isArray(events) ? [...events] : [] });
  }

  history(key: string, limit: number): unknown {
    const messages = this.#messages.get(key) ?? [];
    const run = this.#active.get(key);
    const row = this.#rows.get(key) ?? { key };
    return {
      sessionKey: key,
      ...(row.sessionId === undefined ? {} : { sessionId: row.sessionId }),
      messages: messages.slice(-limit),
      pendingInputs: { items: [], total: 0 },
      hasMore: messages.length > limit,
      totalMessages: messages.length,
      sessionInfo: this.#live(row),
      ...(run === undefined ? {} : { inFlightRun: { ...run, text: '', sessionAbortable: true } }),
    };
  }

  /** Learns from an event on its way out. */
  learn(event: string, payload: unknown): void {
    const body = record(payload);
    const key = text(body.sessionKey) ?? text(record(body.session).key);
    if (key === undefined) return;
    this.#learnAncestors(body);
    if (event === 'agent' || event === 'session.tool') this.#learnRun(key, body);
    else if (event === 'sessions.changed') this.#learnRow(key, body);
    else if (event === 'session.message') this.#learnMessage(key, body);
  }

  /** The process died: nothing runs any more, and the rows say that it was cut. */
  crash(): void {
    for (const key of this.#active.keys()) {
      const row = this.#rows.get(key);
      if (row !== undefined) this.#rows.set(key, cutOff(key, row));
    }
    this.#active.clear();
  }

  #live(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const run = this.#active.get(String(row.key));
    return { ...row, hasActiveRun: run !== undefined, activeRunIds: run === undefined ? [] : [run.runId] };
  }

  #learnRun(key: string, body: Readonly<Record<string, unknown>>): void {
    const runId = text(body.runId);
    const data = record(body.data);
    if (runId === undefined) return;
    const known = this.#active.get(key);
    if (body.stream === 'lifecycle') {
      if (data.phase === 'end' || data.phase === 'error') {
        this.#ended(key, runId);
        return;
      }
      if (data.phase === 'start' && known?.runId !== runId) {
        const startedAt = typeof data.startedAt === 'number' ? data.startedAt : Number(body.ts);
        this.#active.set(key, { runId, startedAt, events: [] });
        return;
      }
    }
    if (body.stream === 'tool' && data.phase === 'result') this.#learnResult(key, runId, body);
    if (known?.runId !== runId) return;
    const { args: _args, ...shown } = data;
    known.events.push({ ...body, data: shown });
    if (known.events.length > MAX_RUN_EVENTS) known.events.shift();
  }

  #learnRow(key: string, body: Readonly<Record<string, unknown>>): void {
    const row = record(body.session);
    if (body.reason === 'delete') {
      this.deleteRow(key);
      return;
    }
    if (row.key === key) this.setRow(row);
    const runId = text(body.runId);
    if (runId === undefined) return;
    if (body.phase === 'end' || body.phase === 'error') this.#ended(key, runId);
    // Without a subscription to the key this is the only word of a run.
    if (body.phase === 'start' && !this.#active.has(key)) {
      this.#active.set(key, { runId, startedAt: Number(row.startedAt ?? body.ts), events: [] });
    }
  }

  /** Rows of those that it works for, as they are now: that they were stopped is told nowhere else (06-stop-during-subagent). */
  #learnAncestors({ ancestorSessions }: Readonly<Record<string, unknown>>): void {
    for (const row of Array.isArray(ancestorSessions) ? ancestorSessions : []) this.setRow(record(row));
  }

  #learnMessage(key: string, body: Readonly<Record<string, unknown>>): void {
    const messages = this.#messages.get(key) ?? [];
    messages.push(body.message);
    if (messages.length > MAX_MESSAGES) messages.shift();
    this.#messages.set(key, messages);
  }

  /** A real history has the results of tools too, in less detail than the events (12-kill9-restart). */
  #learnResult(key: string, runId: string, body: Readonly<Record<string, unknown>>): void {
    const { toolCallId, name, isError, result } = record(body.data);
    const message = {
      role: 'toolResult',
      toolCallId,
      toolName: name,
      content: record(result).content ?? [],
      isError: isError === true,
      timestamp: body.ts,
      __openclaw: { runId, id: `result:${String(toolCallId)}`, recordTimestampMs: body.ts },
    };
    this.#learnMessage(key, { message });
  }

  #ended(key: string, runId: string): void {
    if (this.#active.get(key)?.runId === runId) this.#active.delete(key);
  }
}

/** What a row says after a crash: a sub-agent's is no aborted run, its state is lost for now (restart-kill9-subagent). */
function cutOff(key: string, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!key.includes(':subagent:')) return { ...row, abortedLastRun: true };
  const { status: _, ...rest } = row;
  return { ...rest, subagentRunState: 'interrupted' };
}
