import type { Clock } from '../../sources/source.ts';
import { Crash } from './crash.ts';
import { Families } from './families.ts';
import { ModelGateway } from './gateway.ts';
import type { Job } from './job.ts';
import { Lanes } from './lanes.ts';
import type { Act, Lane, RunPlan, Story } from './plan.ts';
import { Dice, Processes, type Program } from './processes.ts';
import { Runs } from './runs.ts';
import { admit, type Json, type ModelRun, type ModelSession } from './session.ts';
import { Speaker } from './speaker.ts';
import { TruthTurn } from './truth.ts';

const KEYS = { thread: 'agent:main:mattermost:channel:chan1:thread:root1', main: 'agent:main:main' } as const;
const ANSWER: RunPlan = { steps: [], end: 'done' };

/**
 * A small deterministic OpenClaw: it does what a story says, tells it in frames, answers questions about it at any moment,
 * and knows the truth. How it behaves is taken from testdata/recordings and docs/openclaw-facts.md; what nobody measured
 * does not happen here.
 */
export class ModelRuntime {
  readonly gateway: ModelGateway;
  readonly turns: TruthTurn[] = [];
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #processes: Processes;
  readonly #speaker: Speaker;
  readonly #runs: Runs;
  readonly #families: Families;
  readonly #lanes: Lanes;
  readonly #jobs = new Map<string, Job>();
  /** Messages that wait until a tool of the run is over. */
  readonly #steering = new Map<string, string[]>();
  /** Acts of the story that are still to come. */
  #toCome = 0;
  /** What is under way besides runs. */
  #pending = 0;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#dice = new Dice(seed);
    this.gateway = new ModelGateway(clock);
    this.#processes = new Processes(clock);
    this.#speaker = new Speaker(this.gateway, clock);
    this.#lanes = new Lanes(clock);
    this.#runs = new Runs({
      speaker: this.#speaker,
      clock,
      dice: this.#dice,
      events: {
        onStart: (job) => this.#families.started(job),
        onSpawn: (job, { child }) => this.#families.spawn(job, child),
        onBreak: (job) => this.#steer(job),
        onQuestion: (job) => this.#answered(job),
        onYield: (job) => this.#families.yielded(job),
        onEnd: (job, status, silent) => this.#families.ended(job, status, silent),
        onStopped: (job) => this.#families.stopped(job),
        onLeave: (job) => this.#left(job),
      },
    });
    this.#families = new Families({
      clock,
      gateway: this.gateway,
      speaker: this.#speaker,
      dice: this.#dice,
      enter: (session, begin) => this.#lanes.enter(session, begin),
      later: (ms, act) => this.#later(ms, act),
      perform: (job) => this.#perform(job),
    });
  }

  /** Nothing goes on and nothing is to come. */
  get idle(): boolean {
    return this.#toCome + this.#pending === 0 && this.#jobs.size === 0 && this.#lanes.idle && this.gateway.up;
  }

  /** A run of its key is in flight for it: also one that has told its end, as long as its row has not changed (100 ms). */
  saysItRuns(turn: TruthTurn): boolean {
    const { run } = this.gateway.session(turn.key);
    return run !== undefined && this.#jobs.get(run.runId)?.turn === turn;
  }

  play(story: Story): void {
    for (const { atMs, act } of story.acts) {
      this.#toCome += 1;
      this.#clock.after(atMs, () => {
        this.#toCome -= 1;
        if (this.gateway.up) this.#act(act);
      });
    }
  }

  #act(act: Act): void {
    switch (act.do) {
      case 'ask':
        this.#ask(act.lane, act.run);
        return;
      case 'steer':
        this.#message(act.lane);
        return;
      case 'stop':
        this.#stop(act.lane, act.how);
        return;
      case 'crash':
        this.#crash(act.downMs);
    }
  }

  #ask(lane: Lane, plan: RunPlan): void {
    const session = this.gateway.session(KEYS[lane]);
    if (lane === 'main') this.#lanes.enter(session, () => this.#serveRpc(session, plan));
    else this.#askInThread(session, this.#speaker.id('post'), plan);
  }

  #askInThread(session: ModelSession, messageId: string, plan: RunPlan): void {
    const isQueued = this.#lanes.isBusy(session);
    this.#lanes.enter(session, () => this.#serve(session, messageId, plan, isQueued));
  }

  /** A queued message is written after its run's start, any other before (05-queue-followup, 11-yield-question). */
  #serve(session: ModelSession, messageId: string, plan: RunPlan, isQueued: boolean): void {
    const run = admit(session, this.#speaker.id('run'), false);
    session.status = 'running';
    if (!isQueued) {
      this.#speaker.changed(session, { reason: 'participants' });
      this.#speaker.line(session, userMessage('Please do this.'), transport(messageId));
    }
    this.#later(isQueued ? 80 : this.#dice.between(60, 2_500), () => {
      const turn = this.#open(`mm:-:main:default:${messageId}`, session);
      this.#perform(this.#job(session, run, turn, plan));
      if (isQueued) this.#later(30, () => this.#speaker.line(session, userMessage('Queued.'), transport(messageId)));
    });
  }

  /** The CLI's way: the run names its message. */
  #serveRpc(session: ModelSession, plan: RunPlan): void {
    const run = admit(session, this.#speaker.id('run'), true);
    session.status = 'running';
    this.#speaker.changed(session, { reason: 'send' });
    this.#later(this.#dice.between(200, 2_000), () => {
      const own = { ...userMessage('Please do this.'), idempotencyKey: `${run.runId}:user` };
      this.#speaker.line(session, own);
      const turn = this.#open(`run:${run.runId}`, session);
      // There a silent answer is none (text-only-and-no-reply).
      this.#perform(this.#job(session, run, turn, plan.end === 'silent' ? { ...plan, end: 'done' } : plan));
    });
  }

  #open(name: string, session: ModelSession): TruthTurn {
    const turn = new TruthTurn(name, session.key, this.#clock.now());
    this.turns.push(turn);
    return turn;
  }

  #job(session: ModelSession, run: ModelRun, turn: TruthTurn, plan: RunPlan): Job {
    return this.#families.job({ session, run, turn, plan, answers: [] });
  }

  #perform(job: Job, unseen = false): void {
    this.#jobs.set(job.run.runId, job);
    job.run.kill = this.#processes.start(this.#runs.perform(job, unseen));
  }

  #left(job: Job): void {
    this.#jobs.delete(job.run.runId);
    this.#families.left(job);
    const waiting = this.#steering.get(job.session.key) ?? [];
    this.#steering.delete(job.session.key);
    for (const messageId of waiting) this.#askInThread(job.session, messageId, ANSWER);
    this.#lanes.free(job.session);
  }

  /** A person writes while a run goes on: it is heard when a tool is over (05-steer-default). */
  #message(lane: Lane): void {
    const session = this.gateway.session(KEYS[lane]);
    if (lane === 'main') return;
    const messageId = this.#speaker.id('post');
    if (session.run?.started !== true) this.#askInThread(session, messageId, ANSWER);
    else this.#steering.set(session.key, [...(this.#steering.get(session.key) ?? []), messageId]);
  }

  #steer({ session, run }: Job): void {
    const waiting = this.#steering.get(session.key) ?? [];
    this.#steering.delete(session.key);
    for (const messageId of waiting) {
      const message = { ...userMessage('No, do that.'), timestamp: this.#clock.now() };
      const meta = { ...transport(messageId), id: this.#speaker.id('line'), recordTimestampMs: this.#clock.now() };
      this.#speaker.message(session, { ...message, __openclaw: meta });
      this.#speaker.line(session, message, { ...meta, steerTargetRunId: run.runId });
    }
  }

  /** Whoever is asked answers in the thread; in the main session the Control UI does, without a message. */
  #answered({ session }: Job): void {
    if (session.key !== KEYS.thread) return;
    this.#speaker.line(session, userMessage('That one.'), transport(this.#speaker.id('post')));
  }

  #stop(lane: Lane, how: 'channel' | 'rpc'): void {
    const session = this.gateway.session(KEYS[lane]);
    const job = session.run === undefined ? undefined : this.#jobs.get(session.run.runId);
    if (job !== undefined && !job.run.finishing) this.#stopRun(job, how);
    else if (session.run === undefined && how === 'channel') this.#stopWaiting(session);
  }

  #stopRun(job: Job, how: 'channel' | 'rpc'): void {
    // Whether a stop from the channel stops that one's sub-agents too, nobody measured.
    if (how === 'channel' && this.#families.waitsBeside(job)) return;
    this.#families.stopping(job, how);
    for (const child of how === 'channel' ? this.#below(job) : []) this.#kill(child, how);
    this.#kill(job, how);
  }

  /** Nothing of it runs but its sub-agents: only they tell (06-stop-during-subagent). */
  #stopWaiting(session: ModelSession): void {
    const turn = this.turns.findLast((candidate) => candidate.key === session.key && candidate.waitsForAgents);
    if (turn === undefined || !this.#families.abandon(turn, session)) return;
    for (const job of [...this.#jobs.values()]) if (job.turn === turn) this.#kill(job, 'channel');
  }

  #below(parent: Job): readonly Job[] {
    return [...this.#jobs.values()].filter((job) => job.turn === parent.turn && job.session.isSubagent);
  }

  #kill(job: Job, how: 'channel' | 'rpc'): void {
    job.run.kill?.();
    this.#jobs.delete(job.run.runId);
    this.#pending += 1;
    this.#processes.start(this.#killing(job, how));
  }

  *#killing(job: Job, how: 'channel' | 'rpc'): Program {
    const { session } = job;
    yield* this.#runs.stop(job, how);
    yield 30;
    Object.assign(session, { status: 'killed', abortedLastRun: true, run: undefined });
    if (session.isSubagent) session.subagentRunState = 'historical';
    if (session.isSubagent) this.#speaker.changed(session, { reason: 'subagent-status' });
    this.#speaker.changed(session, { phase: 'error', runId: job.run.runId });
    this.#families.killed(job);
    if (session.isSubagent) this.#speaker.changed(session, { reason: 'agent.input.settled' });
    this.#pending -= 1;
    this.#left(job);
  }

  #crash(downMs: number): void {
    const crash = new Crash(this.gateway, this.#families);
    if (this.#pending > 0 || !crash.isMeasured([...this.#jobs.values()])) return;
    const died = [...this.#jobs.values()];
    this.#processes.killAll();
    this.#jobs.clear();
    this.#lanes.clear();
    this.#steering.clear();
    for (const job of died) this.#runs.calls.dead(job);
    crash.cut();
    this.#pending += 1;
    this.#clock.after(downMs, () => {
      this.#pending -= 1;
      this.gateway.boot();
      for (const job of died) if (!job.session.isSubagent) this.#recover(job);
      this.#families.recover();
    });
  }

  /** OpenClaw resumes it by itself, under a new run; its message comes seconds later (12-kill9-restart). */
  #recover({ session, turn, answers }: Job): void {
    const run = admit(session, this.#speaker.id('run'), true);
    Object.assign(session, { status: 'running', abortedLastRun: this.#dice.chance(0.5) });
    this.#lanes.enter(session, () => {});
    this.#later(400, () => {
      session.abortedLastRun = false;
      this.#speaker.changed(session, { reason: 'send' });
    });
    this.#later(this.#dice.between(2_500, 4_000), () => {
      const provenance = { kind: 'internal_system', sourceTool: 'main_session_restart_recovery' };
      const message = { ...userMessage('[System] Your previous turn was interrupted.'), provenance };
      this.#speaker.line(session, { ...message, idempotencyKey: `${run.runId}:user` });
      const plan: RunPlan = { steps: [{ do: 'tool', ms: 1_500, outcome: 'done', wrapped: false }], end: 'done' };
      this.#perform(this.#families.job({ session, run, turn, plan, answers }), this.#dice.chance(0.7));
    });
  }

  #later(ms: number, act: () => void): void {
    this.#pending += 1;
    this.#clock.after(ms, () => {
      this.#pending -= 1;
      act();
    });
  }
}

function userMessage(content: string): { role: 'user'; content: string } {
  return { role: 'user', content };
}

/** As the channel's message carries it. */
function transport(messageId: string): Json {
  const about = { channel: 'mattermost', messageId, replyToId: 'root1', threadId: 'root1' };
  return { senderId: 'ann', senderName: '@ann', senderIdentity: { accountId: 'default' }, transport: about };
}
