import type { AgentEvent, AssistantMessageEvent, RunOutcome, RunRef, ToolEvent } from '../../turns/events.ts';
import { spawnedChild } from '../openclaw-gateway/decode-tool.ts';
import { optional } from '../openclaw-gateway/fields.ts';
import { type Answer, type AnswerCall, answerOf } from './answer.ts';
import { type BegunCall, CallBook } from './call-book.ts';
import type { CursorLast, CursorRun } from './cursor.ts';
import type { AssistantLine, RunLine, ToolResultLine, UserLine } from './line.ts';
import { type CutCode, decideOutcome, UNEXPLAINED_ERROR } from './outcome.ts';
import { decodeUserText } from './request.ts';
import type { RunIdentity, RunPorts } from './run-ports.ts';
import { outcomeOf } from './tool-result.ts';

/** Request times of the latest assistant lines: tells a repaired (repeated) line from a new one. */
const KEPT_REQUEST_TIMES = 512;

interface LastLine extends CursorLast {
  readonly error: string | undefined;
}

/** An event that is being put together: absent fields must stay absent, and spreading them in is slow. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Turns the lines of one run into events, and remembers what decides its end. */
export class Run {
  readonly identity: RunIdentity;
  readonly #ports: RunPorts;
  readonly #ref: RunRef;
  readonly #calls = new CallBook();
  readonly #requestTimes = new Set<number>();
  #messages = false;
  #asked = false;
  #abortNoted = false;
  #model: string | undefined;
  #last: LastLine | undefined;
  #outcome: RunOutcome | undefined;

  constructor(identity: RunIdentity, ports: RunPorts, resumed?: CursorRun) {
    this.identity = identity;
    this.#ports = ports;
    this.#ref = { runId: identity.runId };
    this.#messages = resumed?.messages ?? false;
    this.#asked = resumed?.asked ?? false;
    this.#model = resumed?.model;
    this.#last = resumed?.last === undefined ? undefined : { ...resumed.last, error: undefined };
  }

  /** `late`: the lock was there before the daemon looked. */
  start(late: boolean): void {
    const { key, runId, createdMs } = this.identity;
    const cron = key.split(':')[2] === 'cron';
    this.#emit({
      type: 'run.started',
      ...this.#base(),
      startedMs: createdMs,
      lockName: runId,
      ...(cron && { automatic: true }),
      ...(late && { late }),
    });
  }

  /** A line of this run, at `offset` in the transcript. */
  accept(line: RunLine, offset: number): void {
    switch (line.kind) {
      case 'user':
        this.#user(line);
        break;
      case 'assistant':
        this.#assistant(line, offset);
        break;
      case 'toolResult':
        this.#toolResult(line);
        break;
      case 'compaction':
        // The record is written when the compaction is over.
        this.#emit({ type: 'compaction', ...this.#base(), phase: 'started', tsMs: line.ms });
        this.#emit({ type: 'compaction', ...this.#base(), phase: 'ended', tsMs: line.ms });
        break;
      case 'own':
        this.#abortNoted ||= line.abortNoted;
        break;
    }
  }

  /** T9. Says how it ended; again only if later evidence is better than a cut. */
  end(cutCode: CutCode, endedMs: number): void {
    const outcome = decideOutcome(
      { messages: this.#messages, abortNoted: this.#abortNoted, last: this.#last },
      cutCode,
    );
    if (this.#outcome !== undefined && (!isCut(this.#outcome) || isCut(outcome))) return;
    this.#outcome = outcome;
    this.#emit({ type: 'run.ended', ...this.#base(), startedMs: this.identity.createdMs, endedMs, outcome });
  }

  /** When the last assistant line was written; undefined without one. */
  get lastMs(): number | undefined {
    return this.#last?.ms;
  }

  /** Where the error message stands that a restart has forgotten. */
  get forgottenErrorAt(): number | undefined {
    return this.#last?.stop === 'error' && this.#last.error === undefined ? this.#last.offset : undefined;
  }

  recallError(error: string): void {
    if (this.#last !== undefined) this.#last = { ...this.#last, error };
  }

  cursor(): Pick<CursorRun, 'key' | 'createdAt' | 'messages' | 'asked' | 'model' | 'last'> {
    const { key, createdAt } = this.identity;
    const last = this.#last === undefined ? undefined : withoutError(this.#last);
    return {
      key,
      createdAt,
      messages: this.#messages,
      asked: this.#asked,
      ...optional('model', this.#model),
      ...optional('last', last),
    };
  }

  #user(line: UserLine): void {
    this.#messages = true;
    const { channel, accountId } = this.#ports.surroundings();
    const { automatic, ...said } = decodeUserText(line.text, channel);
    if (automatic !== undefined) {
      this.#isAutomatic(automatic);
      return;
    }
    const { key, runId } = this.identity;
    const steers = this.#asked && line.provenance === undefined;
    this.#asked = true;
    const { text: spoken, ...from } = said;
    this.#emit({
      type: 'request',
      key,
      at: this.#ports.now(),
      lineId: line.id,
      recordedMs: line.ms,
      ...from,
      ...(from.transport !== undefined && optional('accountId', accountId)),
      ...(steers ? { steerTargetRunId: runId } : { runId }),
      ...(line.provenance === undefined ? optional('text', spoken) : { provenance: line.provenance }),
    });
  }

  /** Only the first line tells that the run was OpenClaw's own idea: said again with what is known now. */
  #isAutomatic(kind: 'heartbeat' | 'memory_flush'): void {
    const { createdMs, runId } = this.identity;
    const why = kind === 'heartbeat' ? { heartbeat: true } : { automatic: true };
    this.#emit({ type: 'run.started', ...this.#base(), startedMs: createdMs, lockName: runId, ...why });
  }

  #assistant(line: AssistantLine, offset: number): void {
    const answer = answerOf(line);
    if (this.#isRepeated(line, answer.calls)) return;
    this.#noteModel(line);
    this.#messages = true;
    if (answer.thinks) this.#emit({ type: 'thinking', ...this.#base(), tsMs: line.messageMs });
    // Text before tools is interim; the final answer is the chat's to show.
    if (answer.calls.length > 0) this.#say(line, answer.texts);
    this.#message(line, answer.silent);
    for (const call of answer.calls) this.#call(call, line.ms);
    this.#noteLast(line, offset, answer);
  }

  #message(line: AssistantLine, silent: boolean): void {
    const event: Draft<AssistantMessageEvent> = {
      type: 'assistant.message',
      key: this.identity.key,
      run: this.#ref,
      at: this.#ports.now(),
      messageId: line.id,
      tsMs: line.ms,
    };
    if (line.usage !== undefined) event.usage = line.usage;
    if (line.stopReason !== undefined) event.stopReason = line.stopReason;
    if (silent) event.silent = true;
    this.#emit(event);
  }

  /** A repaired file repeats a message under a new id, with the message's own time. */
  #isRepeated(line: AssistantLine, calls: readonly BegunCall[]): boolean {
    if (this.#requestTimes.has(line.messageMs)) return true;
    if (calls.length > 0 && calls.every((call) => this.#calls.has(call))) return true;
    this.#requestTimes.add(line.messageMs);
    if (this.#requestTimes.size > KEPT_REQUEST_TIMES) {
      for (const oldest of this.#requestTimes) {
        this.#requestTimes.delete(oldest);
        break;
      }
    }
    return false;
  }

  #noteModel(line: AssistantLine): void {
    const { provider, model } = line;
    if (model === undefined || model === this.#model) return;
    const base = { ...this.#base(), tsMs: line.messageMs };
    if (this.#model !== undefined && this.#last?.stop === 'error') {
      this.#emit({ type: 'run.fallback', ...base, from: this.#model, to: model });
    }
    this.#model = model;
    this.#emit({ type: 'run.model', ...base, model, ...optional('provider', provider) });
  }

  #say(line: AssistantLine, texts: readonly string[]): void {
    texts.forEach((words, index) => {
      this.#emit({ type: 'text', ...this.#base(), itemId: `${line.id}:${index}`, text: words, tsMs: line.ms });
    });
  }

  #call(call: AnswerCall, ms: number): void {
    const callId = this.#calls.begin(call);
    if (callId === undefined) return;
    const event: Draft<ToolEvent> = {
      type: 'tool',
      key: this.identity.key,
      run: this.#ref,
      at: this.#ports.now(),
      callId,
      name: call.name,
      phase: 'started',
      startedMs: ms,
      tsMs: ms,
    };
    if (call.input !== undefined) event.input = call.input;
    this.#emit(event);
    if (call.plan !== undefined) this.#emit({ type: 'plan', ...this.#base(), callId, items: call.plan, tsMs: ms });
  }

  #noteLast(line: AssistantLine, offset: number, { silent, texts, calls }: Answer): void {
    const afterYield = this.#last?.yielded === true && line.stop === 'aborted' && texts.length === 0;
    const yielded = afterYield || calls.some((call) => call.name === 'sessions_yield');
    const { stop, ms, error } = line;
    this.#last = { stop, offset, ms, silent, yielded, error };
    if (stop !== 'error') return;
    this.#emit({ type: 'run.attemptFailed', ...this.#base(), message: error ?? UNEXPLAINED_ERROR, tsMs: line.ms });
  }

  #toolResult(line: ToolResultLine): void {
    const call = this.#calls.finish(line.callId);
    if (call === undefined) return;
    this.#messages = true;
    const name = call.name ?? line.toolName;
    const { outcome, exitCode, error } = outcomeOf(name, line);
    const event: Draft<ToolEvent> = {
      type: 'tool',
      key: this.identity.key,
      run: this.#ref,
      at: this.#ports.now(),
      callId: call.callId,
      phase: 'ended',
      outcome,
      endedMs: line.messageMs,
      tsMs: line.ms,
    };
    if (name !== undefined) event.name = name;
    if (exitCode !== undefined) event.exitCode = exitCode;
    if (error !== undefined) event.error = error;
    const child = name === 'sessions_spawn' ? spawnedChild(line.result) : undefined;
    if (child !== undefined) event.child = child;
    this.#emit(event);
  }

  #base(): { readonly key: string; readonly run: RunRef; readonly at: number } {
    return { key: this.identity.key, run: this.#ref, at: this.#ports.now() };
  }

  #emit(event: AgentEvent): void {
    this.#ports.emit(event);
  }
}

function isCut(outcome: RunOutcome): boolean {
  return outcome.kind === 'cut' || outcome.kind === 'nothing';
}

/** Error messages are text of the conversation: they do not go into the state file. */
function withoutError(last: LastLine): CursorLast {
  const { error: _, ...kept } = last;
  return kept;
}
