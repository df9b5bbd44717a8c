import type { Clock } from '../../sources/source.ts';
import type { ModelGateway } from './gateway.ts';
import type { Brood, Child, Job } from './job.ts';
import type { RunPlan } from './plan.ts';
import type { Dice } from './processes.ts';
import { admit, type Json, ModelSession } from './session.ts';
import type { Speaker } from './speaker.ts';
import type { TruthTurn } from './truth.ts';

export interface FamilyParts {
  readonly clock: Clock;
  readonly gateway: ModelGateway;
  readonly speaker: Speaker;
  readonly dice: Dice;
  enter(session: ModelSession, begin: () => void): void;
  later(ms: number, act: () => void): void;
  perform(job: Job): void;
}

/** After kill -9 a sub-agent is given up, and its parent goes on, this long after the boot (restart-kill9-subagent). */
const CHILD_GIVEN_UP_MS = 62_000;
const CONTINUED_MS = 80_000;

/** Sub-agents: how they are spawned, and how their ends are announced (docs/openclaw-facts.md, "Runs that carry on"). */
export class Families {
  readonly #parts: FamilyParts;
  readonly #children = new Map<string, Child>();
  readonly #broods = new Set<Brood>();
  /** Announcements that are on their way. */
  #announcing = 0;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  get announcing(): boolean {
    return this.#announcing > 0;
  }

  get broods(): Iterable<Brood> {
    return this.#broods;
  }

  job(work: Omit<Job, 'brood' | 'open'>): Job {
    const { session, turn, plan } = work;
    const brood: Brood = { session, turn, children: [], next: plan.next, yielded: false, waits: false, dead: false };
    this.#broods.add(brood);
    return { ...work, brood, open: new Set() };
  }

  spawn(job: Job, plan: RunPlan): Json {
    const { gateway, speaker, dice } = this.#parts;
    const session = new ModelSession(
      `agent:main:subagent:${speaker.id('child')}`,
      job.session.key,
      speaker.id('label'),
    );
    gateway.sessions.set(session.key, session);
    const run = admit(session, speaker.id('run'), true);
    Object.assign(session, { status: 'running', subagentRunState: 'interrupted' });
    const child: Child = { session, brood: job.brood, lastRunId: run.runId, started: false, over: false, told: false };
    job.brood.children.push(child);
    this.#children.set(session.key, child);
    job.turn.child(this.#now, session.key, 'running');
    this.#parts.later(40, () => speaker.changed(session, { reason: 'send' }));
    this.#parts.later(dice.between(300, 1_200), () => {
      if (child.over) return;
      this.#parts.enter(session, () => {
        this.#parts.perform(this.job({ session, run, turn: job.turn, plan, answers: [] }));
        const task = { role: 'user', content: '[Subagent Task] Please help.', idempotencyKey: `${run.runId}:user` };
        this.#parts.later(15, () => speaker.line(session, task));
      });
    });
    return { childSessionKey: session.key, runId: run.runId };
  }

  started({ session, run, turn }: Job): void {
    const child = this.#children.get(session.key);
    if (child === undefined) {
      turn.rootRuns(this.#now);
      return;
    }
    Object.assign(child, { started: true, lastRunId: run.runId });
    session.subagentRunState = 'active';
    turn.child(this.#now, session.key, 'running');
  }

  yielded({ session, turn, brood }: Job): void {
    brood.yielded = true;
    brood.waits = true;
    if (!session.isSubagent) turn.rootYielded(this.#now);
  }

  ended(job: Job, status: 'done' | 'error', silent: boolean): void {
    const { session, turn, answers } = job;
    for (const child of answers) turn.child(this.#now, child.session.key, 'answered');
    if (session.isSubagent) turn.child(this.#now, session.key, 'ended');
    else turn.rootEnded(this.#now, status, silent);
  }

  left({ session, brood }: Job): void {
    const child = this.#children.get(session.key);
    if (brood.yielded) {
      if (brood.waits) this.#announce(brood);
    } else if (child !== undefined) {
      child.over = true;
      this.#announce(child.brood);
    }
  }

  /** From the channel all that works for the turn is stopped; the Control UI stops the root alone (subagent-abort-root). */
  stopping(job: Job, how: 'channel' | 'rpc'): void {
    const own = [...this.#broods].filter((brood) => brood.turn === job.turn);
    if (how === 'rpc') job.brood.next = undefined;
    else for (const brood of own) this.#endBrood(brood);
    for (const brood of own) this.#announce(brood);
  }

  /** False if nobody measured what a stop does now. */
  abandon(turn: TruthTurn, session: ModelSession): boolean {
    const own = [...this.#broods].filter((brood) => brood.turn === turn && brood.children.length > 0);
    const [brood, ...others] = own;
    if (brood === undefined || others.length > 0 || !brood.waits || brood.session !== session) return false;
    if (this.announcing || !brood.children.every((child) => child.started)) return false;
    // One that died with the gateway tells nothing.
    if (!brood.children.some((child) => child.session.run !== undefined)) return false;
    brood.dead = true;
    brood.abandoned = true;
    return true;
  }

  stopped({ session, turn, answers }: Job): void {
    if (session.isSubagent) return;
    for (const child of answers) turn.child(this.#now, child.session.key, 'answered');
    turn.rootEnded(this.#now, 'interrupted');
  }

  /** Another turn of the session waits for its sub-agents. */
  waitsBeside({ session, turn }: Job): boolean {
    return [...this.#broods].some((brood) => brood.waits && brood.session === session && brood.turn !== turn);
  }

  killed({ session, turn }: Job): void {
    const child = this.#children.get(session.key);
    if (child === undefined) return;
    child.over = true;
    turn.child(this.#now, session.key, 'answered');
    if (child.brood.abandoned !== true) return;
    for (const other of child.brood.children) turn.child(this.#now, other.session.key, 'answered');
    child.brood.session.abortedLastRun = true;
    turn.rootEnded(this.#now, 'interrupted');
  }

  /** After the boot: sub-agents that died are given up, then announced. */
  recover(): void {
    const lost = [...this.#children.values()].filter((child) => child.brood.waits && !child.over);
    for (const child of lost) {
      this.#parts.later(CHILD_GIVEN_UP_MS, () => {
        Object.assign(child.session, { status: 'failed', subagentRunState: 'historical' });
        child.over = true;
        child.brood.turn.child(this.#now, child.session.key, 'ended');
        this.#parts.speaker.changed(child.session, { reason: 'subagent-status' });
        this.#announce(child.brood, CONTINUED_MS - CHILD_GIVEN_UP_MS);
      });
    }
  }

  #endBrood(brood: Brood): void {
    brood.dead = true;
    brood.waits = false;
    for (const child of brood.children) {
      brood.turn.child(this.#now, child.session.key, 'answered');
      if (!child.started) this.#neverStarts(child);
      child.over = true;
    }
  }

  #neverStarts({ session, over }: Child): void {
    if (over) return;
    Object.assign(session, { status: 'killed', subagentRunState: 'historical', abortedLastRun: true, run: undefined });
    this.#parts.speaker.changed(session, { reason: 'subagent-status' });
  }

  #announce(brood: Brood, afterMs = this.#parts.dice.between(50, 300)): void {
    if (brood.dead) return;
    const over = brood.children.filter((child) => child.over && !child.told);
    if (brood.next === undefined) {
      for (const child of over) {
        child.told = true;
        const id = `announce:v1:${child.session.key}:${child.lastRunId}`;
        this.#carryOn(brood, { id, plan: { steps: [], end: 'done' }, answers: [child] }, afterMs);
      }
    } else if (brood.waits && brood.children.every((child) => child.over)) {
      const { next: plan, children, session } = brood;
      brood.waits = false;
      const ids = children.map((child) => child.lastRunId).join(',');
      const id = `announce:requester-settle:main:${session.key}:${ids}:yield-1`;
      this.#carryOn(brood, { id, plan, answers: children }, afterMs);
    }
  }

  #carryOn(brood: Brood, next: { id: string; plan: RunPlan; answers: readonly Child[] }, afterMs: number): void {
    const { session, turn } = brood;
    this.#announcing += 1;
    this.#parts.later(afterMs, () =>
      this.#parts.enter(session, () => {
        this.#announcing -= 1;
        const run = admit(session, next.id, true);
        Object.assign(session, { status: 'running', abortedLastRun: false });
        this.#parts.speaker.changed(session, { reason: 'send' });
        this.#parts.later(150, () => this.#parts.perform(this.job({ session, run, turn, ...next })));
      }),
    );
  }

  get #now(): number {
    return this.#parts.clock.now();
  }
}
