import type { Session } from '@livestatus/contract';
import { turnId } from '../../turns/identity.ts';
import { stepId } from '../../turns/steps.ts';
import type { Turn, TurnStepStatus } from '../../turns/turn.ts';
import type { Observer } from './observer.ts';
import type { ModelRuntime } from './runtime.ts';
import type { CallState, TruthTurn } from './truth.ts';

/** T4: how long a turn may seem to go on after the last thing that was told of it. */
const GRACE_MS = 12_000;

/** Compares what the daemon shows with what is true. Sentences about what is wrong. */
export class Judge {
  readonly #runtime: ModelRuntime;
  readonly #observer: Observer;
  /** When the daemon saw everything: pairs of from and to. */
  readonly #seen: [number, number][] = [];

  constructor(runtime: ModelRuntime, observer: Observer) {
    this.#runtime = runtime;
    this.#observer = observer;
  }

  /** At any moment. */
  now(now: number): readonly string[] {
    this.#note(now);
    const truths = this.#truths();
    const turns = new Map(this.#observer.turns.map((turn) => [turn.id, turn]));
    return this.#observer.sessions.flatMap((session) => {
      const truth = truths.get(session.id);
      if (truth === undefined) return [`a turn that does not exist: ${nameOf(session, turns)}`];
      const wrong = this.#wrongState(session, truth, now);
      if (wrong !== undefined) return [`${truth.name} is ${truth.status}, not ${wrong}`];
      const turn = turns.get(session.id);
      const isSeen = session.status === 'active' && session.activity !== 'unobserved';
      return turn === undefined || !isSeen || this.#observer.sight === 'blind' ? [] : wrongSteps(turn, truth);
    });
  }

  /** When all is over and was read. */
  end(): readonly string[] {
    const sessions = new Map(this.#observer.sessions.map((session) => [session.id, session]));
    const turns = new Map(this.#observer.turns.map((turn) => [turn.id, turn]));
    return [...this.#truths()].flatMap(([id, truth]) => {
      const session = sessions.get(id);
      if (session === undefined) return this.#mustBeThere(truth) ? [`${truth.name} (${truth.status}) is missing`] : [];
      if (truth.withdrawn) return [`${truth.name} was not taken back`];
      const turn = turns.get(id);
      return [
        ...(session.status === truth.status ? [] : [`${truth.name} ended ${truth.status}, not ${said(session)}`]),
        ...(turn === undefined ? [] : wrongOutcomes(turn, truth)),
      ];
    });
  }

  #truths(): ReadonlyMap<string, TruthTurn> {
    return new Map(this.#runtime.turns.map((truth) => [turnId(truth.name), truth]));
  }

  #note(now: number): void {
    const last = this.#seen.at(-1);
    if (this.#observer.sight === 'blind') return;
    if (last !== undefined && last[0] === this.#observer.clearSinceMs) last[1] = now;
    else this.#seen.push([this.#observer.clearSinceMs, now]);
  }

  /** The daemon could see that it was active, and it was not taken back. */
  #mustBeThere(truth: TruthTurn): boolean {
    return !truth.withdrawn && this.#seen.some(([from, to]) => truth.wasActive(from, to));
  }

  /** Undefined if it is right, or says that it is not known. */
  #wrongState(session: Session, truth: TruthTurn, now: number): string | undefined {
    if (session.status === truth.status)
      return session.status === 'active' ? this.#wrongWait(session, truth) : wrongCode(session);
    if (session.status !== 'active') return said(session);
    if (session.activity === 'unobserved' || this.#observer.sight === 'blind') return undefined;
    if (this.#endWasMissed(truth) && this.#runtime.saysItRuns(truth)) return undefined;
    const sinceMs = Math.max(truth.endedMs ?? now, this.#observer.clearSinceMs);
    const isLate = truth.children.size > 0 ? now > sinceMs + GRACE_MS : now > sinceMs;
    return isLate ? `${said(session)} for ${now - sinceMs} ms` : undefined;
  }

  /** Its last event was told before the daemon listened: until the row changes, the runtime itself says that it runs. */
  #endWasMissed({ endedMs }: TruthTurn): boolean {
    return endedMs !== undefined && endedMs < this.#observer.clearSinceMs;
  }

  /** What it waits for, if it says that it waits. */
  #wrongWait(session: Session, truth: TruthTurn): string | undefined {
    const wait = session.waiting?.for;
    if (this.#observer.sight === 'blind') return undefined;
    if (wait === 'agents' && !truth.waitsForAgents) return said(session);
    // T12: "it may wait" is said as a guess, of a call that runs in truth (which `wrongSteps` looks at).
    const isAsked = (wait === 'approval' || wait === 'answer') && session.waiting?.guess !== true;
    return isAsked && ![...truth.asks.values()].includes(wait) ? said(session) : undefined;
  }
}

function wrongCode(session: Session): string | undefined {
  return session.status === 'interrupted' && session.error?.code !== 'aborted' ? said(session) : undefined;
}

function said(session: Session): string {
  const details = [session.activity, session.waiting?.for, session.error?.code].filter(Boolean).join(', ');
  return `${session.status}${details === '' ? '' : ` (${details})`}`;
}

function nameOf({ id }: Session, turns: ReadonlyMap<string, Turn>): string {
  return turns.get(id)?.name ?? id;
}

function toolSteps(turn: Turn): ReadonlyMap<string, TurnStepStatus> {
  return new Map(turn.steps.filter((step) => step.kind === 'tool').map((step) => [step.id, step.status]));
}

/** Which calls run. */
function wrongSteps(turn: Turn, truth: TruthTurn): readonly string[] {
  const shown = toolSteps(turn);
  const wrong: string[] = [];
  for (const [id, state] of truth.calls) {
    const step = shown.get(stepId(id));
    if (state === 'running' && step !== 'running')
      wrong.push(`${truth.name}: ${id} runs, shown ${step ?? 'not at all'}`);
    if (state !== 'running' && step === 'running') wrong.push(`${truth.name}: ${id} is ${state}, shown running`);
  }
  return wrong;
}

function wrongOutcomes(turn: Turn, truth: TruthTurn): readonly string[] {
  const shown = toolSteps(turn);
  return [...truth.calls].flatMap(([id, state]) => {
    const step = shown.get(stepId(id));
    return step === undefined || isRight(step, state) ? [] : [`${truth.name}: ${id} ended ${state}, not ${step}`];
  });
}

/** A history does not tell of the background, and a stopped call may have failed or been cancelled. */
function isRight(step: TurnStepStatus, state: CallState): boolean {
  if (step === state) return true;
  if (state === 'background') return step === 'done';
  return state === 'cancelled' && step === 'error';
}
