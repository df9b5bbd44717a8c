import type { AgentEvent, KeySyncedEvent } from '../../turns/events.ts';
import { decodeStream, outcomeOf, type RunContext } from './decode-agent.ts';
import { decodeHistory, rowState } from './decode-history.ts';
import { assistantMessage, requestOf } from './decode-message.ts';
import { type RowFacts, rowFacts, sameFacts } from './decode-row.ts';
import { toolInput } from './decode-tool.ts';
import type { DecoderCallbacks, DecoderStats, FrameDecoder } from './decoder-port.ts';
import { flag, isObject, type Json, list, number, object, optional, text, texts } from './fields.ts';

/** Runs and keys remembered; the oldest are forgotten. A forgotten run is only decoded a little less precisely. */
const MAX_REMEMBERED = 20_000;
/** Below this, receive time minus payload time is transport, not a wrong clock (T11). */
const MIN_CLOCK_DIFFERENCE_MS = 1_000;

/**
 * Frames of one gateway connection (protocol 4) -> AgentEvents. Hand-written and forgiving: it reads the few fields it
 * needs, counts what it does not know and never throws. Keeps no frame.
 */
export class GatewayDecoder implements FrameDecoder {
  readonly #out: DecoderCallbacks;
  #unknown = 0;
  #malformed = 0;
  readonly #methods = new Map<string, { method: string; params: unknown }>();
  /** Runs that have shown run events: for them `sessions.changed` is no lifecycle. */
  readonly #streamed = new Set<string>();
  readonly #opened = new Set<string>();
  readonly #facts = new Map<string, RowFacts>();
  readonly #rows = new Map<string, Json>();
  /** Tools seen only in assistant messages (subscribe-only keys), by key. */
  readonly #messageTools = new Map<string, { runId: string; callIds: string[] }>();
  #greeted = false;
  #wasLost = false;
  #clockDifference: number | undefined;

  constructor(callbacks: DecoderCallbacks) {
    this.#out = callbacks;
  }

  stats(): DecoderStats {
    return { unknown: this.#unknown, malformed: this.#malformed };
  }

  request(id: string, method: string, params: unknown, _at: number): void {
    this.#methods.set(id, { method, params });
  }

  closed(at: number): void {
    this.#methods.clear();
    if (!this.#greeted) return;
    this.#greeted = false;
    this.#wasLost = true;
    this.#clockDifference = undefined;
    this.#out.event({ type: 'source.lost', key: '', at });
  }

  synced(at: number): void {
    this.#wasLost = false;
    this.#out.event({ type: 'source.synced', key: '', at });
  }

  /** Requests that were sent and not answered yet; replay uses it to know when a sync is over. */
  get unanswered(): number {
    return this.#methods.size;
  }

  frame(frame: unknown, at: number): void {
    if (!isObject(frame)) {
      this.#malformed += 1;
      return;
    }
    if (frame.type === 'event') this.#event(frame, at);
    else if (frame.type === 'res') this.#answer(frame, at);
    else this.#unknown += 1;
  }

  #event(frame: Json, at: number): void {
    const payload = object(frame, 'payload');
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
      case 'connect.challenge':
      case 'tick':
      case 'task':
      case 'health':
      case 'shutdown':
      case 'presence':
      case 'chat.metadata.changed':
      case 'config.changed':
      case 'skills.changed':
      case 'update.available':
      case 'progressCard.changed':
        return;
      default:
        this.#unknown += 1;
    }
  }

  #agent(payload: Json | undefined, at: number): void {
    const context = this.#runContext(payload, at);
    const stream = text(payload, 'stream');
    const data = object(payload, 'data');
    if (context === undefined || stream === undefined || data === undefined) {
      this.#malformed += 1;
      return;
    }
    remember(this.#streamed, context.run.runId);
    const decoded = decodeStream(stream, data, context);
    if (decoded.unknown === true) this.#unknown += 1;
    if (decoded.opens) this.#openUnseen(context, decoded.events[0]);
    for (const event of decoded.events) this.#emitRun(event);
  }

  /** Text of hidden (channel) runs comes as `chat` deltas; their ends come as lifecycle. */
  #chat(payload: Json | undefined, at: number): void {
    const context = this.#runContext(payload, at);
    if (context === undefined) {
      this.#malformed += 1;
      return;
    }
    if (text(payload, 'state') !== 'delta') return;
    this.#openUnseen(context, undefined);
    const { key, run, tsMs } = context;
    this.#out.event({ type: 'writing', key, run, at, tsMs });
  }

  #runContext(payload: Json | undefined, at: number): RunContext | undefined {
    const key = text(payload, 'sessionKey');
    const runId = text(payload, 'runId');
    if (key === undefined || runId === undefined) return undefined;
    const ts = number(payload, 'ts');
    if (ts !== undefined) this.#observeClock(at, ts);
    const spawnedBy = text(payload, 'spawnedBy');
    if (spawnedBy !== undefined) this.#out.onUnknownKey(spawnedBy);
    return {
      key,
      run: { runId, ...optional('seq', number(payload, 'seq')) },
      at,
      tsMs: ts === undefined ? at : this.#shift(ts),
      spawnedBy,
      heartbeat: flag(payload, 'isHeartbeat'),
      shift: this.#shift,
    };
  }

  /** T11: the smallest difference seen on this connection, if it is too large to be transport. */
  #observeClock(at: number, ts: number): void {
    const difference = at - ts;
    if (this.#clockDifference === undefined || difference < this.#clockDifference) this.#clockDifference = difference;
  }

  readonly #shift = (ms: number): number => {
    const difference = this.#clockDifference ?? 0;
    return Math.abs(difference) > MIN_CLOCK_DIFFERENCE_MS ? ms + difference : ms;
  };

  /** A run that goes on without having been seen to start: opened late; its key's history is wanted. */
  #openUnseen(context: RunContext, first: AgentEvent | undefined): void {
    const { runId } = context.run;
    if (this.#opened.has(runId)) return;
    remember(this.#opened, runId);
    if (first?.type === 'run.started') return;
    const { key, run, at, tsMs, spawnedBy, heartbeat } = context;
    this.#out.event({
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
  }

  #emitRun(event: AgentEvent): void {
    if (event.type === 'tool' && event.child !== undefined) this.#out.onUnknownKey(event.child.key);
    this.#out.event(event);
  }

  #message(payload: Json | undefined, at: number): void {
    const key = text(payload, 'sessionKey');
    const message = object(payload, 'message');
    if (key === undefined || message === undefined) {
      this.#malformed += 1;
      return;
    }
    this.#row(key, object(payload, 'session'), at);
    if (message.role === 'user') this.#out.event(requestOf(key, message, at, this.#shift));
    else if (message.role === 'assistant') this.#assistant(key, message, at);
  }

  #assistant(key: string, message: Json, at: number): void {
    const event = assistantMessage(key, message, at, this.#shift);
    if (event === undefined) return;
    this.#toolsOfMessage(key, message, event.run?.runId, event.tsMs, at);
    this.#out.event(event);
  }

  /**
   * A key without run events shows its tools only here, and never their results: they are over when the next message
   * comes (mm-channel-tools.subscribe-only).
   */
  #toolsOfMessage(key: string, message: Json, runId: string | undefined, tsMs: number, at: number): void {
    if (runId === undefined || this.#streamed.has(runId)) return;
    this.#closeMessageTools(key, at, tsMs);
    const callIds: string[] = [];
    for (const part of list(message, 'content')) {
      const call = isObject(part) && part.type === 'toolCall' ? part : undefined;
      const callId = text(call, 'id');
      const name = text(call, 'name');
      if (callId === undefined || name === undefined) continue;
      callIds.push(callId);
      const input = toolInput(object(call, 'arguments'));
      this.#out.event({
        type: 'tool',
        key,
        at,
        run: { runId },
        callId,
        name,
        phase: 'started',
        tsMs,
        ...optional('input', input),
      });
    }
    if (callIds.length > 0) this.#messageTools.set(key, { runId, callIds });
  }

  #closeMessageTools(key: string, at: number, tsMs: number): void {
    const open = this.#messageTools.get(key);
    if (open === undefined) return;
    this.#messageTools.delete(key);
    for (const callId of open.callIds) {
      this.#out.event({
        type: 'tool',
        key,
        at,
        run: { runId: open.runId },
        callId,
        phase: 'ended',
        outcome: 'done',
        tsMs,
      });
    }
  }

  #changed(payload: Json | undefined, at: number): void {
    const row = object(payload, 'session');
    const key = text(payload, 'sessionKey') ?? text(row, 'key');
    if (payload === undefined || key === undefined) return;
    this.#out.onUnknownKey(key);
    this.#row(key, row ?? payload, at);
    if (text(payload, 'reason') === 'agent.input.settled') this.#childSettled(key, payload, at);
    this.#lifecycleOfRow(key, payload, at);
  }

  #childSettled(key: string, payload: Json, at: number): void {
    const ancestors = list(payload, 'ancestorSessions').filter(isObject);
    const abortedAncestors = ancestors
      .filter((row) => flag(row, 'abortedLastRun'))
      .flatMap((row) => text(row, 'key') ?? []);
    if (abortedAncestors.length === 0) return;
    const ts = number(payload, 'ts');
    this.#out.event({
      type: 'child.settled',
      key,
      at,
      abortedAncestors,
      tsMs: ts === undefined ? at : this.#shift(ts),
    });
  }

  /** Only for runs that show no run events (*.subscribe-only): their rows tell start and end. */
  #lifecycleOfRow(key: string, payload: Json, at: number): void {
    const runId = text(payload, 'runId');
    const phase = text(payload, 'phase');
    if (runId === undefined || this.#streamed.has(runId)) return;
    if (phase !== 'start' && phase !== 'end' && phase !== 'error') return;
    const ts = number(payload, 'ts') ?? at;
    const row = object(payload, 'session');
    const tsMs = this.#shift(ts);
    const spawnedBy = text(row, 'spawnedBy');
    if (phase === 'start') {
      remember(this.#opened, runId);
      this.#out.event({
        type: 'run.started',
        key,
        at,
        run: { runId },
        startedMs: tsMs,
        ...optional('spawnedBy', spawnedBy),
      });
      return;
    }
    this.#closeMessageTools(key, at, tsMs);
    const aborted = phase === 'error' && flag(row, 'abortedLastRun');
    const outcome = outcomeOf({ phase, ...(aborted && { aborted: true }) });
    this.#out.event({ type: 'run.ended', key, at, run: { runId }, endedMs: tsMs, outcome });
  }

  #row(key: string, row: Json | undefined, at: number): void {
    if (row === undefined) return;
    const facts = rowFacts(key, row);
    if (sameFacts(this.#facts.get(key), facts)) return;
    rememberIn(this.#facts, key, facts);
    if (facts.spawnedBy !== undefined) this.#out.onUnknownKey(facts.spawnedBy);
    this.#out.event({ type: 'row', at, ...facts });
  }

  #answer(frame: Json, at: number): void {
    const id = text(frame, 'id');
    const asked = id === undefined ? undefined : this.#methods.get(id);
    if (id === undefined || asked === undefined) return;
    this.#methods.delete(id);
    const payload = object(frame, 'payload');
    if (frame.ok !== true || payload === undefined) return;
    switch (asked.method) {
      case 'connect':
        this.#greeted = true;
        return;
      case 'sessions.subscribe':
        this.#rowList(list(object(payload, 'list'), 'sessions'), at);
        return;
      case 'sessions.list':
        this.#rowList(list(payload, 'sessions'), at);
        return;
      case 'chat.history':
        this.#history(payload, asked.params, at);
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
      rememberIn(this.#rows, key, {
        activeRunIds: row.activeRunIds,
        hasActiveRun: row.hasActiveRun,
        abortedLastRun: row.abortedLastRun,
        status: row.status,
      });
      if (flag(row, 'hasActiveRun')) this.#out.onSyncNeeded(key);
      if (this.#wasLost) this.#out.event(keySynced(key, row, at));
    }
  }

  #history(payload: Json, params: unknown, at: number): void {
    const key = text(payload, 'sessionKey') ?? text(isObject(params) ? params : undefined, 'sessionKey');
    if (key === undefined) {
      this.#malformed += 1;
      return;
    }
    const row = object(payload, 'sessionInfo') ?? this.#rows.get(key);
    const runId = text(object(payload, 'inFlightRun'), 'runId');
    if (runId !== undefined) remember(this.#opened, runId);
    for (const event of decodeHistory(payload, { key, at, shift: this.#shift, row })) this.#emitRun(event);
  }
}

function keySynced(key: string, row: Json, at: number): KeySyncedEvent {
  return { type: 'key.synced', key, at, ...rowState(row, texts(row, 'activeRunIds')) };
}

function remember(set: Set<string>, value: string): void {
  if (set.has(value)) return;
  set.add(value);
  if (set.size > MAX_REMEMBERED) for (const oldest of set) return void set.delete(oldest);
}

function rememberIn<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_REMEMBERED) for (const oldest of map.keys()) return void map.delete(oldest);
}
