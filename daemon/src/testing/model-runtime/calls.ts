import type { Clock } from '../../sources/source.ts';
import type { Job, OpenCall } from './job.ts';
import type { StepPlan } from './plan.ts';
import type { Program } from './processes.ts';
import type { Json } from './session.ts';
import type { Speaker } from './speaker.ts';
import type { CallState } from './truth.ts';

interface Call extends OpenCall {
  /** The wrapper of Tool Search that it was made through. */
  readonly wrapper: string | undefined;
  readonly args: Json;
  readonly startedAt: number;
}

interface Result {
  readonly isError?: boolean;
  readonly details?: Json;
  readonly text?: string;
}

/** No command keeps a run longer than this: it goes to the background (background-by-itself). */
const BACKGROUND_MS = 10_000;

/** Tool calls, from the assistant's line to the line of their result. */
export class Calls {
  readonly #speaker: Speaker;
  readonly #clock: Clock;

  constructor(speaker: Speaker, clock: Clock) {
    this.#speaker = speaker;
    this.#clock = clock;
  }

  *tool(job: Job, { ms, outcome, wrapped }: Extract<StepPlan, { do: 'tool' }>): Program {
    const call = this.begin(job, 'exec', { command: `work ${ms}` }, wrapped);
    job.turn.calls.set(call.id, 'running');
    const takes = outcome === 'background' ? Math.min(ms, BACKGROUND_MS) : ms;
    yield Math.ceil(takes / 2);
    this.#progress(job, call);
    yield Math.floor(takes / 2);
    this.#end(job, call, outcome, resultOf(outcome));
  }

  *approval(job: Job, { ms, allowed }: Extract<StepPlan, { do: 'approval' }>): Program {
    const call = this.begin(job, 'exec', { command: 'deploy' }, false);
    job.turn.calls.set(call.id, 'running');
    yield 120;
    const about = { approvalId: this.#speaker.id('approval'), toolCallId: call.id };
    job.turn.asks.set(call.id, 'approval');
    this.#lifecycle(job, { phase: 'waiting-approval', ...about });
    yield ms;
    job.turn.asks.delete(call.id);
    this.#lifecycle(job, { phase: 'approval-resolved', ...about });
    const outcome = allowed ? 'done' : 'error';
    if (allowed) yield 500;
    this.#end(job, call, outcome, allowed ? {} : { isError: true, text: 'Exec denied (user-denied)' });
  }

  *question(job: Job, { ms }: Extract<StepPlan, { do: 'question' }>, answer: () => void): Program {
    const call = this.begin(job, 'ask_user', { question: 'Which one?' }, true);
    job.turn.calls.set(call.id, 'running');
    job.turn.asks.set(call.id, 'answer');
    yield ms;
    answer();
    yield 20;
    job.turn.asks.delete(call.id);
    this.#end(job, call, 'done', {});
  }

  /** `accept` makes the sub-agent and says what the result tells of it. */
  *spawn(job: Job, label: string, accept: () => Json): Program {
    const call = this.begin(job, 'sessions_spawn', { task: 'Please help.', label }, true);
    yield 70;
    const details = { status: 'accepted', ...accept() };
    this.#end(job, call, undefined, { details, text: JSON.stringify(details) });
  }

  *yield(job: Job): Program {
    const call = this.begin(job, 'sessions_yield', {}, false);
    yield 10;
    this.#end(job, call, undefined, { text: '{"status":"yielded"}', details: { status: 'yielded' } });
  }

  /** The run is being stopped: what it was doing fails. */
  stopped(job: Job): void {
    for (const call of job.open) {
      const data = { phase: 'result', name: call.name, toolCallId: call.id, isError: true, result: ABORTED };
      this.#speaker.run(job.session, job.run, 'tool', data);
    }
    this.dead(job);
  }

  /** Nobody will tell what became of them. */
  dead(job: Job): void {
    this.cancelled(job);
    job.open.clear();
  }

  cancelled(job: Job): void {
    for (const { id } of job.open) {
      if (job.turn.calls.has(id)) job.turn.calls.set(id, 'cancelled');
      job.turn.asks.delete(id);
    }
  }

  begin(job: Job, name: string, args: Json, wrapped: boolean): Call {
    const wrapper = wrapped ? this.#speaker.id('call') : undefined;
    const id = wrapper === undefined ? this.#speaker.id('call') : `tool_search_code:${wrapper}:${name}:1`;
    const outer = wrapper ?? id;
    const called =
      wrapper === undefined ? { name, arguments: args } : { name: 'tool_call', arguments: { id: name, args } };
    this.#assistant(job, [{ type: 'toolCall', id: outer, ...called }], 'toolUse');
    const call: Call = { id, name, wrapper, args, startedAt: this.#clock.now() };
    if (wrapper !== undefined) this.#started(job, { ...call, id: wrapper, name: 'tool_call', wrapper: undefined });
    this.#started(job, call);
    job.open.add(call);
    return call;
  }

  #started(job: Job, { id, name, wrapper, args, startedAt }: Call): void {
    const parent = wrapper === undefined ? {} : { parentToolCallId: wrapper };
    this.#item(job, { id, name, phase: 'start', status: 'running', startedAt });
    this.#speaker.run(job.session, job.run, 'tool', { phase: 'start', name, toolCallId: id, args, ...parent });
  }

  #progress(job: Job, { id, name, startedAt }: Call): void {
    const partialResult = { content: [{ type: 'text', text: '…' }], details: { status: 'running' } };
    this.#speaker.run(job.session, job.run, 'tool', { phase: 'update', name, toolCallId: id, partialResult });
    this.#item(job, { id, name, phase: 'update', status: 'running', startedAt });
  }

  /** `outcome` is undefined for calls that are no steps. */
  #end(job: Job, call: Call, outcome: CallState | undefined, result: Result): void {
    const { id, name, wrapper } = call;
    job.open.delete(call);
    if (outcome !== undefined) job.turn.calls.set(id, outcome);
    this.#result(job, call, result);
    if (wrapper === undefined) this.#resultLine(job, id, name, result);
    else {
      this.#nestedLine(job, call, result);
      this.#result(job, { ...call, id: wrapper, name: 'tool_call', wrapper: undefined }, {});
      this.#resultLine(job, wrapper, 'tool_call', {});
    }
  }

  #result(job: Job, { id, name, wrapper, startedAt }: Call, { isError = false, details, text = 'ok' }: Result): void {
    const result = { content: [{ type: 'text', text }], ...(details !== undefined && { details }) };
    const parent = wrapper === undefined ? {} : { parentToolCallId: wrapper };
    this.#speaker.run(job.session, job.run, 'tool', {
      phase: 'result',
      name,
      toolCallId: id,
      isError,
      result,
      ...parent,
    });
    const status = isError ? 'failed' : 'completed';
    this.#item(job, { id, name, phase: 'end', status, startedAt, endedAt: this.#clock.now() });
  }

  #item(job: Job, { id, ...data }: { id: string; name: string; phase: string; status: string } & Json): void {
    const about = { itemId: `tool:${id}`, toolCallId: id, kind: 'tool', title: data.name };
    this.#speaker.run(job.session, job.run, 'item', { ...about, ...data });
  }

  #resultLine(job: Job, toolCallId: string, toolName: string, { isError = false, text = 'ok' }: Result): void {
    const message = { role: 'toolResult', toolCallId, toolName, content: [{ type: 'text', text }], isError };
    this.#speaker.line(job.session, message, { runId: job.run.runId }, false);
  }

  #nestedLine(job: Job, call: Call, { isError = false, text = 'ok' }: Result): void {
    const { id, name, wrapper, args, startedAt } = call;
    const { runId } = job.run;
    const parent = { runId, parentToolCallId: wrapper };
    const made = { type: 'toolCall', id, name, arguments: args, timestamp: startedAt, ...parent };
    const result = {
      type: 'toolResult',
      toolCallId: id,
      toolName: name,
      isError,
      timestamp: this.#clock.now(),
      ...parent,
    };
    const content = [made, { ...result, content: [{ type: 'text', text }] }];
    this.#speaker.line(job.session, { role: 'custom', customType: 'openclaw.nested-tool.v1', content });
  }

  #assistant(job: Job, content: readonly Json[], stopReason: string): void {
    const message = { role: 'assistant', content, provider: 'mock', model: 'mock-1', stopReason };
    this.#speaker.line(job.session, message, { runId: job.run.runId });
  }

  #lifecycle(job: Job, data: Json): void {
    this.#speaker.run(job.session, job.run, 'lifecycle', data);
  }
}

const ABORTED = { content: [{ type: 'text', text: 'aborted' }] };

function resultOf(outcome: 'done' | 'error' | 'background'): Result {
  if (outcome === 'background') return { details: { status: 'running' } };
  return outcome === 'error' ? { isError: true, text: 'it failed' } : {};
}
