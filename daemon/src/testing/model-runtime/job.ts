import type { RunPlan } from './plan.ts';
import type { ModelRun, ModelSession } from './session.ts';
import type { TruthTurn } from './truth.ts';

/** A run at work: where, for which turn, and what it is to do. */
export interface Job {
  readonly session: ModelSession;
  readonly run: ModelRun;
  readonly turn: TruthTurn;
  readonly plan: RunPlan;
  /** Sub-agents that it has spawned, and those whose announcement it answers. */
  readonly brood: Brood;
  readonly answers: readonly Child[];
  /** Its calls that have no result yet. */
  readonly open: Set<OpenCall>;
}

export interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/** The sub-agents of one run, and what becomes of their announcements. */
export interface Brood {
  readonly session: ModelSession;
  readonly turn: TruthTurn;
  readonly children: Child[];
  /** What the run that carries on does; without it each announcement is a run of its own. */
  next: RunPlan | undefined;
  /** Its run has yielded: the end of that run is not the end of who does the work. */
  yielded: boolean;
  /** ...and waits for all of them; until the run that carries on is on its way. */
  waits: boolean;
  /** It was stopped: nothing is announced any more. */
  dead: boolean;
  /** It was stopped while it waited: the first of its children to settle tells. */
  abandoned?: boolean;
}

export interface Child {
  readonly session: ModelSession;
  readonly brood: Brood;
  /** The last one names it in an announcement. */
  lastRunId: string;
  started: boolean;
  over: boolean;
  /** Its announcement is on its way. */
  told: boolean;
}
