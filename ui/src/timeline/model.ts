import type { Session, Step } from '@livestatus/contract';
import { buildStepTree, type StepNode } from '../session/step-tree.ts';

/** A stretch of the axis, in percent of its length. */
export interface Stretch {
  readonly leftPct: number;
  readonly widthPct: number;
}

export interface TimelineRow extends Stretch {
  readonly step: Step;
  /** 0 for the agent's own steps, 1 for a sub-agent's, and so on. */
  readonly depth: number;
  /** Since the start of the turn, ms. */
  readonly offsetMs: number;
}

export interface TimelineTick {
  readonly leftPct: number;
  /** Since the start of the turn, ms. */
  readonly offsetMs: number;
}

export interface TimelineModel {
  readonly spanMs: number;
  readonly rows: readonly TimelineRow[];
  readonly ticks: readonly TimelineTick[];
  /** The wait that goes on now, when no step shows it. */
  readonly waiting: (Stretch & { readonly sinceMs: number }) | undefined;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Steps of the axis that people count in. */
const TICK_STEPS_MS = [
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 4, 8, 24].map((hours) => hours * HOUR_MS),
];
const MAX_TICKS = 6;

/**
 * One bar a step on a common axis from the turn's start to its end, or to `nowMs` (daemon's clock) while it is active.
 * Dates outside the axis are pulled to its ends: runtimes' clocks may be off, bars never leave the page.
 */
export function buildTimeline(session: Session, nowMs: number): TimelineModel {
  const startMs = session.started_ms;
  const endMs = Math.max(session.ended_ms ?? nowMs, startMs + 1);
  const spanMs = endMs - startMs;
  const stretch = (fromMs: number, toMs: number): Stretch => {
    const left = clamp((fromMs - startMs) / spanMs);
    return { leftPct: left * 100, widthPct: (clamp((toMs - startMs) / spanMs) - left) * 100 };
  };
  const rows = flatten(buildStepTree(session.steps), 0).map(({ step, depth }) => ({
    step,
    depth,
    offsetMs: Math.max(0, step.started_ms - startMs),
    ...stretch(step.started_ms, barEnd(step, endMs)),
  }));
  const since = shownWaitSince(session);
  const waiting = since === undefined ? undefined : { sinceMs: since, ...stretch(since, endMs) };
  return { spanMs, rows, ticks: ticksFor(spanMs), waiting };
}

/** A running step reaches to the end of the axis; a background one is over for us once the turn is. */
function barEnd(step: Step, endMs: number): number {
  if (step.ended_ms !== undefined) return Math.max(step.ended_ms, step.started_ms);
  return step.status === 'running' || step.status === 'background' ? endMs : step.started_ms;
}

/** A wait for a step is visible in that step's bar already. */
function shownWaitSince(session: Session): number | undefined {
  if (session.status !== 'active' || session.waiting === undefined) return undefined;
  const { step_id: stepId, since_ms: sinceMs } = session.waiting;
  return session.steps.some((step) => step.id === stepId) ? undefined : sinceMs;
}

function flatten(nodes: readonly StepNode[], depth: number): { step: Step; depth: number }[] {
  return nodes.flatMap((node) => [{ step: node.step, depth }, ...flatten(node.children, depth + 1)]);
}

/** At most six marks after the zero, at distances people count in. */
export function ticksFor(spanMs: number): TimelineTick[] {
  const stepMs = TICK_STEPS_MS.find((step) => spanMs / step <= MAX_TICKS) ?? spanMs / MAX_TICKS;
  const ticks: TimelineTick[] = [];
  for (let offsetMs = 0; offsetMs <= spanMs; offsetMs += stepMs) {
    ticks.push({ offsetMs, leftPct: (offsetMs / spanMs) * 100 });
  }
  return ticks;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
