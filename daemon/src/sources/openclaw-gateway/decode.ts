import { RememberedMap, RememberedSet } from '../../collections/remembered.ts';
import type { AgentEvent, ChildSettledEvent, KeySyncedEvent, RunRef } from '../../turns/events.ts';
import { isContinuationRun } from '../../turns/identity.ts';
import { decodeStream, type RunContext } from './decode-agent.ts';
import { APPROVALS_METHOD, pendingApprovals, WaitingApprovals } from './decode-approvals.ts';
import { type ChangeContext, childSettled, rowLifecycle } from './decode-changed.ts';
import { decodeHistory, rowState } from './decode-history.ts';
import { assistantMessage, RECOVERY_TOOL, requestOf } from './decode-message.ts';
import { type RowFacts, rowEvent, rowFacts, sameFacts } from './decode-row.ts';
import type { DecoderCallbacks, DecoderStats, FrameDecoder } from './decoder-port.ts';
import { flag, isObject, type Json, list, number, object, optional, text, texts, time } from './fields.ts';
import { isSilentEvent } from './known-events.ts';
import { MessageTools } from './message-tools.ts';
import { RuntimeClock } from './runtime-clock.ts';
import { UNSEEN_REQUEST_MS } from './unseen-request.ts';

/** Runs and keys remembered; a forgotten run is only decoded a little less precisely. */
const MAX_RUNS = 20_000;
/** Less than the families that the machine remembers: a row that it has forgotten is told again. */
const MAX_KEYS = 10_000;
/** Its start, its end, and the change of its row with each: who misses fewer at once has not missed a whole run. */
const LEAST_FRAMES_OF_A_RUN = 4;
/** Requests without an answer; there are never more than a few dozen under way. */
const MAX_REQUESTS = 10_000;

/**
 * Frames of one gateway connection (protocol 4) -> AgentEvents. Hand-written and forgiving: it reads the few fields it
 * needs, counts what it does not know and never throws. Keeps no frame.
 */
export class GatewayDecoder implements FrameDecoder {
  readonly #out: DecoderCallbacks;
  #unknown = 0;
  #malformed = 0;
  readonly #asked = new RememberedMap<{ readonly method: string; readonly sessionKey: string | undefined }>(
    MAX_REQUESTS,
  );
  /** Runs that have shown run events: for them rows tell no start, and messages no tools. */
  readonly #streamed = new RememberedSet(MAX_RUNS);
  /** Runs whose end was told. */
  readonly #over = new RememberedSet(MAX_RUNS);
  readonly #opened = new RememberedSet(MAX_RUNS);
  /** By key. */
  readonly #continuations = new RememberedMap<string>(MAX_KEYS);
  readonly #facts = new RememberedMap<RowFacts>(MAX_KEYS);
  readonly #rows = new RememberedMap<Json>(MAX_KEYS);
  /** The run that was heard of last, by key. */
  readonly #lastRun = new RememberedMap<string>(MAX_KEYS);
  readonly #approvals = new WaitingApprovals();
  readonly #messageTools = new MessageTools();
  readonly #clock = new RuntimeClock();
  /** When we came, or last knew that we had missed something. */
  #greetedMs: number | undefined;
  /** Until then a whole run may have passed unseen. */
  #missedUntilMs = Number.NEGATIVE_INFINITY;
  #lastSeq = 0;

  constructor(callbacks: DecoderCallbacks) {
    this.#out = callbacks;
  }

  stats(): DecoderStats {
    return { unknown: this.#unknown, malformed: this.#malformed };
  }

  request(id: string, method: string, params: unknown, _at: number): void {
    const sessionKey = text(isObject(params) ? params : undefined, 'sessionKey');
    this.#asked.set(id, { method, sessionKey });
  }

  closed(at: number): void {
    this.#asked.clear();
    this.#approvals.clear();
    if (this.#greetedMs === undefined) return;
    this.#greetedMs = undefined;
    this.#lastSeq = 0;
    this.#clock.reset();
    this.#out.event({ type: 'source.lost', key: '', at });
  }

  synced(at: number): void {
    this.#out.event({ type: 'source.synced', key: '', at });
  }

  /** Requests that were sent and not answered yet; replay uses it to know when a sync is over. */
  get unanswered(): number {
    return this.#asked.size;
  }

  frame(frame: unknown, at: number): void {
    if (!isObject(frame)) this.#malformed += 1;
    else if (frame.type === 'event') this.#event(frame, at);
    else if (frame.type === 'res') this.#answer(frame, at);
    else this.#unknown += 1;
  }

  #event(frame: Json, at: number): void {
    this.#checkSequence(number(frame, 'seq'), at);
    const payload = object(frame, 'payload');
    const ts = time(payload, 'ts');
    if (ts !== undefined) this.#clock.observe(at, ts);
    switch (frame.event) {
      case 'agent':
      case 'session.tool':
        this.#agent(payload, at);
        return;
      case 'chat':
        this.#chat(payload, at);
        return;
      case 'session.message':
        this.#message(payload, at);
        return;
      case 'sessions.changed':
        this.#changed(payload, at);
        return;
      case 'session.approval':
        this.#approval(this.#approvals.told(payload), at);
        return;
      default:
        if (!isSilentEvent(frame.event)) this.#unknown += 1;
    }
  }

  /** What was dropped may have been a request: as if we had just come. */
  #checkSequence(seq: number | undefined, at: number): void {
    if (seq === undefined) return;
    const missed = seq - this.#lastSeq - 1;
    if (missed > 0 && this.#greetedMs !== undefined) this.#greetedMs = at;
    if (missed >= LEAST_FRAMES_OF_A_RUN) this.#missedUntilMs = at;
    this.#lastSeq = seq;
  }

  #agent(payload: Json | undefined, at: number): void {
    const context = this.#runContext(payload, at);
    const stream = text(payload, 'stream');
    const data = object(payload, 'data');
    if (context === undefined || stream === undefined || data === undefined) {
      this.#malformed += 1;
      return;
    }
    this.#streamed.add(context.run.runId);
    this.#lastRun.set(context.key, context.run.runId);
    const decoded = decodeStream(stream, data, context);
    if (decoded.unknown === true) this.#unknown += 1;
    if (decoded.opens) this.#openUnseen(context, decoded.events[0]);
    if (decoded.events[0]?.type === 'run.ended') this.#noteEnd(context);
    for (const event of decoded.events) this.#emit(this.#withDoubt(event));
  }

  /** A run that starts just after we came, or carries on what was never seen. */
  #withDoubt(event: AgentEvent): AgentEvent {
    if (event.type !== 'run.started' || this.#greetedMs === undefined) return event;
    // Without run events nobody listens to the key yet.
    const isForeign = !this.#streamed.has(event.run.runId) || this.#carriesOnUnseen(event.run.runId);
    if (isForeign) this.#out.onSyncNeeded(event.key);
    const isEarly = event.at - this.#greetedMs < UNSEEN_REQUEST_MS;
    if (isEarly || isForeign) this.#wantParent(event.key);
    if (isEarly) return { ...event, requestMayBePast: true, missedUntilMs: this.#missedUntilMs };
    return isForeign ? { ...event, requestMayBePast: true } : event;
  }

  /** No run that its id names was seen. */
  #carriesOnUnseen(runId: string): boolean {
    return isContinuationRun(runId) && !runId.split(/[:,]/).some((part) => this.#opened.has(part));
  }

  /** Text of hidden (channel) runs comes as `chat` deltas; their ends come as lifecycle. */
  #chat(payload: Json | undefined, at: number): void {
    const context = this.#runContext(payload, at);
    if (context === undefined) {
      this.#malformed += 1;
      return;
    }
    const { key, run, tsMs } = context;
    const state = text(payload, 'state');
    if (state === 'delta') {
      this.#openUnseen(context, undefined);
      this.#emit({ type: 'writing', key, run, at, tsMs });
    } else if (state === 'final' && object(payload, 'message') === undefined && !flag(payload, 'yielded')) {
      // No answer: it was NO_REPLY, and no message tells it (cron-isolated).
      this.#emit({ type: 'assistant.message', key, run, at, tsMs, messageId: `final:${run.runId}`, silent: true });
    }
  }

  #runContext(payload: Json | undefined, at: number): RunContext | undefined {
    const key = text(payload, 'sessionKey');
    const runId = text(payload, 'runId');
    if (key === undefined || runId === undefined) return undefined;
    const ts = time(payload, 'ts');
    const spawnedBy = text(payload, 'spawnedBy');
    if (spawnedBy !== undefined) this.#out.onUnknownKey(spawnedBy);
    const seq = number(payload, 'seq');
    return {
      key,
      run: seq === undefined ? { runId } : { runId, seq },
      at,
      tsMs: ts === undefined ? at : this.#clock.shift(ts),
      spawnedBy,
      heartbeat: flag(payload, 'isHeartbeat'),
      shift: this.#clock.shift,
    };
  }

  /** A run that goes on without having been seen to start: opened late; its key's history is wanted. */
  #openUnseen(context: RunContext, first: AgentEvent | undefined): void {
    if (!this.#opened.add(context.run.runId) || first?.type === 'run.started') return;
    const { key, run, at, tsMs, spawnedBy, heartbeat } = context;
    this.#emit({
      type: 'run.started',
      key,
      run,
      at,
      startedMs: tsMs,
      late: true,
      ...(heartbeat && { heartbeat }),
      ...optional('spawnedBy', spawnedBy),
    });
    this.#out.onSyncNeeded(key);
    this.#wantParent(key);
  }

  /** Which turn of its parent a sub-agent works for stands in the parent's history (T5). */
  #wantParent(key: string): void {
    const parentKey = this.#facts.get(key)?.spawnedBy;
    if (parentKey !== undefined) this.#out.onSyncNeeded(parentKey);
  }

  /** Its end is the first that is heard of it: history tells whom it served. */
  #noteEnd({ key, run }: { readonly key: string; readonly run: RunRef }): void {
    if (!this.#opened.add(run.runId)) return;
    this.#out.onSyncNeeded(key);
    this.#wantParent(key);
  }

  #message(payload: Json | undefined, at: number): void {
    const key = text(payload, 'sessionKey');
    const message = object(payload, 'message');
    if (key === undefined || message === undefined) {
      this.#malformed += 1;
      return;
    }
    this.#row(key, object(payload, 'session'), at);
    if (message.role === 'user') this.#request(key, message, at);
    else if (message.role === 'assistant') this.#assistant(key, message, at);
    else if (message.role === 'custom') this.#custom(key, message, at);
  }

  #request(key: string, message: Json, at: number): void {
    const request = requestOf(key, message, at, this.#clock.shift);
    // What it resumes may never have been seen.
    if (request.provenance?.kind === RECOVERY_TOOL) this.#out.onSyncNeeded(key);
    this.#emit(request);
  }

  #assistant(key: string, message: Json, at: number): void {
    const event = assistantMessage(key, message, at, this.#clock.shift);
    if (event === undefined) return;
    const runId = event.run?.runId;
    if (runId !== undefined && !this.#streamed.has(runId)) {
      this.#emitAll(this.#messageTools.ofAssistant(key, runId, message, event));
    }
    this.#emit(event);
  }

  #custom(key: string, message: Json, at: number): void {
    for (const event of this.#messageTools.ofCustom(key, message, at, this.#clock.shift)) {
      if (event.run === undefined || !this.#streamed.has(event.run.runId)) this.#emit(event);
    }
  }

  #changed(payload: Json | undefined, at: number): void {
    const row = object(payload, 'session');
    const key = text(payload, 'sessionKey') ?? text(row, 'key');
    if (payload === undefined || key === undefined) return;
    this.#out.onUnknownKey(key);
    this.#row(key, row ?? payload, at);
    const ts = time(payload, 'ts');
    const context: ChangeContext = { key, at, tsMs: ts === undefined ? at : this.#clock.shift(ts) };
    const settled = childSettled(payload, context);
    if (settled !== undefined) this.#settle(settled);
    this.#lifecycleOfRow(payload, context);
  }

  /** Who was stopped together with a sub-agent is not always told beside it; then only their own rows tell (T9). */
  #settle(settled: ChildSettledEvent): void {
    this.#emit(settled);
    if (settled.outcome?.kind !== 'aborted' || settled.abortedAncestors.length > 0) return;
    const seen = new Set([settled.key]);
    let above = this.#facts.get(settled.key)?.spawnedBy;
    while (above !== undefined && !seen.has(above)) {
      this.#out.onSyncNeeded(above);
      seen.add(above);
      above = this.#facts.get(above)?.spawnedBy;
    }
  }

  #lifecycleOfRow(payload: Json, context: ChangeContext): void {
    const runId = text(payload, 'runId');
    const event = runId === undefined ? undefined : rowLifecycle(payload, runId, context);
    if (runId === undefined || event === undefined) return;
    const isStreamed = this.#streamed.has(runId);
    // The row is told after the run's own word; if that word never came, its frame was dropped, and perhaps more.
    if (event.type === 'run.started' ? isStreamed : this.#over.has(runId)) return;
    if (isStreamed) this.#out.onSyncNeeded(context.key);
    if (event.type === 'run.started') this.#opened.add(runId);
    else {
      this.#noteEnd(event);
      this.#emitAll(this.#messageTools.close(context.key, context));
    }
    this.#emit(this.#withDoubt(event));
  }

  #row(key: string, row: Json | undefined, at: number): void {
    if (row === undefined) return;
    const facts = rowFacts(row);
    if (sameFacts(this.#facts.get(key), facts)) return;
    this.#facts.set(key, facts);
    if (facts.spawnedBy !== undefined) this.#out.onUnknownKey(facts.spawnedBy);
    this.#emit(rowEvent(key, facts, at));
  }

  #answer(frame: Json, at: number): void {
    const id = text(frame, 'id');
    const asked = id === undefined ? undefined : this.#asked.take(id);
    if (asked === undefined || frame.ok !== true) return;
    if (asked.method === APPROVALS_METHOD) this.#emitAll(pendingApprovals(frame.payload, at, this.#clock.shift));
    const payload = object(frame, 'payload');
    if (payload === undefined) return;
    switch (asked.method) {
      case 'connect':
        this.#greetedMs = at;
        this.#missedUntilMs = at;
        return;
      case 'sessions.subscribe':
        this.#rowList(list(object(payload, 'list'), 'sessions'), at);
        return;
      case 'sessions.list':
        this.#rowList(list(payload, 'sessions'), at);
        return;
      case 'sessions.messages.subscribe':
        this.#approvals.replay(object(payload, 'approvalReplay'));
        return;
      case 'chat.history':
        this.#history(payload, asked.sessionKey, at);
        return;
      default:
    }
  }

  #rowList(rows: readonly unknown[], at: number): void {
    for (const row of rows) {
      const key = isObject(row) ? text(row, 'key') : undefined;
      if (!isObject(row) || key === undefined) continue;
      this.#out.onUnknownKey(key);
      this.#row(key, row, at);
      this.#rows.set(key, stateOf(row));
      if (flag(row, 'hasActiveRun') || flag(row, 'hasActiveSubagentRun')) this.#out.onSyncNeeded(key);
      this.#emit(keySynced(key, row, at));
    }
  }

  #history(payload: Json, asked: string | undefined, at: number): void {
    const key = text(payload, 'sessionKey') ?? asked;
    if (key === undefined) {
      this.#malformed += 1;
      return;
    }
    const info = object(payload, 'sessionInfo');
    this.#row(key, info, at);
    const row = info ?? this.#rows.get(key);
    const continuation = this.#continuations.get(key);
    const context = { key, at, shift: this.#clock.shift, row, isKnown: this.#isKnown, continuation };
    for (const event of decodeHistory(payload, context)) {
      if (event.type === 'run.joined' && event.over !== true && this.#opened.add(event.run.runId))
        this.#wantParent(key);
      this.#emit(event);
    }
    const runId = text(object(payload, 'inFlightRun'), 'runId');
    if (runId !== undefined) this.#lastRun.set(key, runId);
    this.#approval(key, at);
  }

  /** The runs' own events tell what is asked for; this tells until when, and whoever came late that it is asked for at all. */
  #approval(key: string | undefined, at: number): void {
    const runId = key === undefined ? undefined : this.#lastRun.get(key);
    if (key === undefined || runId === undefined) return;
    this.#emitAll(this.#approvals.askedBy(key, runId, at, this.#clock.shift));
  }

  readonly #isKnown = (runId: string): boolean => this.#opened.has(runId);

  #emitAll(events: readonly AgentEvent[]): void {
    for (const event of events) this.#emit(event);
  }

  #emit(event: AgentEvent): void {
    if (event.type === 'tool' && event.child !== undefined) this.#out.onUnknownKey(event.child.key);
    else if (event.type === 'run.ended') this.#over.add(event.run.runId);
    else if (event.type === 'run.started' && isContinuationRun(event.run.runId))
      this.#continuations.set(event.key, event.run.runId);
    this.#out.event(event);
  }
}

/** The part of a row that a history may be read with later. */
function stateOf(row: Json): Json {
  const { activeRunIds, hasActiveRun, abortedLastRun, status, hasActiveSubagentRun, spawnedBy, lastRunError } = row;
  return { activeRunIds, hasActiveRun, abortedLastRun, status, hasActiveSubagentRun, spawnedBy, lastRunError };
}

function keySynced(key: string, row: Json, at: number): KeySyncedEvent {
  return { type: 'key.synced', key, at, ...rowState(row, texts(row, 'activeRunIds')) };
}
