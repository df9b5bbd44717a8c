import type { Clock } from '../../sources/source.ts';
import { Calls } from './calls.ts';
import type { Job } from './job.ts';
import type { StepPlan } from './plan.ts';
import type { Dice, Program } from './processes.ts';
import type { Json } from './session.ts';
import type { Speaker } from './speaker.ts';

/** What the runs tell whoever manages them. */
export interface RunEvents {
  /** Its lifecycle begins. */
  onStart(job: Job): void;
  onSpawn(job: Job, plan: Extract<StepPlan, { do: 'spawn' }>): Json;
  /** A tool is over: a person's message that waits may be heard now (steering). */
  onBreak(job: Job): void;
  onQuestion(job: Job): void;
  onYield(job: Job): void;
  onEnd(job: Job, status: 'done' | 'error', silent: boolean): void;
  /** Somebody stopped it. */
  onStopped(job: Job): void;
  /** Its last frame was told: the session is free. */
  onLeave(job: Job): void;
}

const MODEL = { phase: 'model', provider: 'mock', model: 'mock-1' };
const SERVER_ERROR = { error: 'HTTP 500', errorObservation: { failoverReason: 'server_error' } };

/** One run after the other, from its start to its last frame. */
export class Runs {
  readonly calls: Calls;
  readonly #speaker: Speaker;
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #events: RunEvents;

  constructor(parts: { speaker: Speaker; clock: Clock; dice: Dice; events: RunEvents }) {
    this.#speaker = parts.speaker;
    this.#clock = parts.clock;
    this.#dice = parts.dice;
    this.#events = parts.events;
    this.calls = new Calls(parts.speaker, parts.clock);
  }

  /** `unseen`: the start is told to nobody, as after a crash. */
  *perform(job: Job, unseen = false): Program {
    this.#start(job, unseen);
    yield this.#dice.between(10, 120);
    this.#lifecycle(job, MODEL);
    yield this.#dice.between(50, 400);
    for (const step of job.plan.steps) {
      yield* this.#step(job, step);
      this.#events.onBreak(job);
      yield this.#dice.between(20, 200);
    }
    job.run.finishing = true;
    if (job.plan.next !== undefined) yield* this.#yield(job);
    else if (job.plan.end === 'error') yield* this.#fail(job);
    else yield* this.#finish(job);
  }

  /** Stopped by a person: `rpc` by the Control UI, else from the channel. */
  *stop(job: Job, how: 'channel' | 'rpc'): Program {
    const { session, run } = job;
    if (how === 'rpc') yield* this.#cancel(job);
    this.calls.stopped(job);
    yield 20;
    if (how === 'channel') this.#events.onStopped(job);
    const over = { phase: 'error', startedAt: run.startedAt, endedAt: this.#clock.now(), error: 'aborted' };
    this.#lifecycle(job, { ...over, aborted: true, stopReason: 'aborted' });
    this.#speaker.chat(session, run, { state: 'aborted' });
  }

  *#cancel(job: Job): Program {
    const { session, run } = job;
    this.#events.onStopped(job);
    this.calls.cancelled(job);
    const end = { phase: 'end', status: 'cancelled', aborted: true, stopReason: 'rpc', startedAt: run.startedAt };
    this.#lifecycle(job, { ...end, endedAt: this.#clock.now() });
    yield 60;
    run.seq = 0;
    const line = {
      role: 'assistant',
      provider: 'openclaw',
      stopReason: 'stop',
      openclawAbort: { aborted: true, origin: 'rpc' },
    };
    this.#speaker.line(session, { ...line, content: [{ type: 'text', text: 'So far' }] }, { runId: run.runId });
  }

  #start(job: Job, unseen: boolean): void {
    job.run.started = true;
    job.run.startedAt = this.#clock.now();
    job.session.status = 'running';
    job.session.abortedLastRun = false;
    this.#events.onStart(job);
    if (unseen) return;
    this.#lifecycle(job, { phase: 'start', startedAt: job.run.startedAt });
    this.#speaker.changed(job.session, { phase: 'start', runId: job.run.runId });
  }

  *#step(job: Job, step: StepPlan): Program {
    switch (step.do) {
      case 'tool':
        yield* this.calls.tool(job, step);
        return;
      case 'approval':
        yield* this.calls.approval(job, step);
        return;
      case 'question':
        yield* this.calls.question(job, step, () => this.#events.onQuestion(job));
        return;
      case 'spawn':
        yield* this.calls.spawn(job, this.#speaker.id('helper'), () => this.#events.onSpawn(job, step));
        return;
      case 'think':
        this.#speaker.run(job.session, job.run, 'thinking', { text: 'hm', delta: 'hm' });
        yield step.ms;
        return;
      case 'retry':
        this.#lifecycle(job, { phase: 'finishing', ...SERVER_ERROR });
        yield step.ms;
        this.#lifecycle(job, { phase: 'start', startedAt: this.#clock.now() });
        this.#lifecycle(job, MODEL);
        return;
      case 'compact':
        this.#speaker.run(job.session, job.run, 'compaction', { phase: 'start' });
        yield step.ms;
        this.#speaker.run(job.session, job.run, 'compaction', { phase: 'end' });
    }
  }

  *#yield(job: Job): Program {
    const { session, run } = job;
    yield* this.calls.yield(job);
    yield 15;
    // Told, but not kept (nested-late-join).
    const empty = { role: 'assistant', provider: 'mock', content: [{ type: 'text', text: '' }], stopReason: 'aborted' };
    this.#speaker.message(session, { ...empty, __openclaw: { id: this.#speaker.id('line'), runId: run.runId } });
    this.#lifecycle(job, { phase: 'finishing', stopReason: 'aborted', aborted: false });
    yield 30;
    this.#events.onYield(job);
    this.#lifecycle(job, { ...this.#ended(job), stopReason: 'end_turn', yielded: true });
    this.#speaker.chat(session, run, { state: 'final', yielded: true, message: { role: 'assistant', content: [] } });
    yield 40;
    this.#leave(job, 'running');
  }

  *#finish(job: Job): Program {
    const { session, run, plan } = job;
    const silent = plan.end === 'silent';
    const said = silent ? 'NO_REPLY' : `Done by ${run.runId}.`;
    if (!silent) this.#speaker.run(session, run, 'assistant', { text: said, delta: said });
    const message = {
      role: 'assistant',
      provider: 'mock',
      content: [{ type: 'text', text: said }],
      stopReason: 'stop',
    };
    this.#speaker.line(session, message, { runId: run.runId });
    this.#lifecycle(job, { phase: 'finishing', stopReason: 'stop', aborted: false });
    yield this.#dice.between(10, 100);
    const terminalReply = silent ? { disposition: 'silent' } : { disposition: 'visible', text: said };
    this.#events.onEnd(job, 'done', silent);
    this.#lifecycle(job, { ...this.#ended(job), stopReason: 'stop', terminalReply });
    this.#speaker.chat(session, run, { state: 'final', message: { role: 'assistant', content: message.content } });
    yield this.#dice.between(10, 100);
    this.#leave(job, 'done');
  }

  *#fail(job: Job): Program {
    const { session, run } = job;
    this.#lifecycle(job, { phase: 'finishing', ...SERVER_ERROR });
    yield 100;
    this.#events.onEnd(job, 'error', false);
    this.#lifecycle(job, { phase: 'error', startedAt: run.startedAt, endedAt: this.#clock.now(), ...SERVER_ERROR });
    this.#speaker.chat(session, run, { state: 'error', errorMessage: 'HTTP 500' });
    yield 25;
    const content = [{ type: 'text', text: 'LLM request failed' }];
    this.#speaker.line(
      session,
      { role: 'assistant', provider: 'mock', content, stopReason: 'error' },
      { runId: run.runId },
    );
    this.#leave(job, 'failed');
  }

  #ended({ run }: Job): Json {
    return { phase: 'end', startedAt: run.startedAt, endedAt: this.#clock.now(), aborted: false };
  }

  /** The row comes last. */
  #leave(job: Job, status: string): void {
    const { session, run } = job;
    session.status = status;
    session.run = undefined;
    if (session.isSubagent && status !== 'running') session.subagentRunState = 'historical';
    this.#speaker.changed(session, { phase: status === 'failed' ? 'error' : 'end', runId: run.runId });
    const isSettled = status !== 'running' && !session.key.includes(':mattermost:');
    if (isSettled) this.#speaker.changed(session, { reason: 'agent.input.settled' });
    this.#events.onLeave(job);
  }

  #lifecycle(job: Job, data: Json): void {
    this.#speaker.run(job.session, job.run, 'lifecycle', data);
  }
}
