import { ACTIVITIES, STEP_KINDS, STEP_STATUSES } from './generated/tables.ts';
import type {
  Activity,
  Delta,
  DeltaSet,
  NewStep,
  Patch,
  PatchChanges,
  Session,
  Step,
  StepKind,
  StepPatch,
  StepStatus,
  Usage,
  UsagePatch,
} from './types.ts';

/** Of a delta that fits no session: its reader fetches the session (D3). */
const NO_BASE = -1;

/**
 * The delta that a patch stands for, to somebody who knows this of the session. Pure; nothing is copied that need not be.
 *
 * A patch leads on from its base and from every state between that and its own (a list may have told one of those). Whoever has
 * another state, or none, gets a delta without content, which `accept` judges by its seqs alone. A patch that cannot be about what
 * is known, though it says so, becomes a delta that fits nothing.
 */
export function deltaOf([id, baseSeq, seqStep, changes]: Patch, known: Session | undefined): Delta {
  const seq = baseSeq + seqStep;
  const asOfMs = seq + (changes.t ?? 0);
  const empty = { id, seq, as_of_ms: asOfMs, set: {}, steps: [], removed_steps: [], steps_dropped: 0 };
  if (known === undefined || known.seq < baseSeq || known.seq >= seq) return { ...empty, base_seq: baseSeq };
  if (!isKnown(changes)) return { ...empty, base_seq: NO_BASE };
  const { s = [], p = [], r = [], d = known.steps_dropped } = changes;
  const stepOf = (id: string): Step | undefined => known.steps.find((step) => step.id === id);
  const changed = s.flatMap((change) => changedStep(stepOf(change.i), change, asOfMs) ?? []);
  if (changed.length < s.length) return { ...empty, base_seq: NO_BASE };
  return {
    ...empty,
    base_seq: known.seq,
    set: fieldsOf(changes, known, asOfMs),
    steps: [...changed, ...p.map((step) => newStep(step, asOfMs))],
    removed_steps: r,
    steps_dropped: d,
  };
}

/** Whether every place is one of a set that this reader knows. */
function isKnown({ a = 0, s = [], p = [] }: PatchChanges): boolean {
  const steps = [...s, ...p];
  return (a === null || a in ACTIVITIES) && steps.every(({ k = 0, s = 0 }) => k in STEP_KINDS && s in STEP_STATUSES);
}

function fieldsOf({ set, a, c, l, u }: PatchChanges, known: Session, asOfMs: number): DeltaSet {
  return {
    ...set,
    ...(a !== undefined && { activity: a === null ? null : (ACTIVITIES[a] as Activity) }),
    ...(c !== undefined && { tool_calls: c }),
    ...(l !== undefined && { last_event_ms: asOfMs + l }),
    ...(u !== undefined && { usage: u === null ? null : usageAfter(known.usage, u) }),
  };
}

function usageAfter(usage: Usage | undefined, patch: UsagePatch): Usage {
  const known = usage ?? { input: 0, output: 0, cache_read: 0, cache_write: 0, total: 0 };
  const { i = known.input, o = known.output, r = known.cache_read, w = known.cache_write } = patch;
  return {
    input: i,
    output: o,
    cache_read: r,
    cache_write: w,
    total: patch.t ?? i + o + r + w,
    ...optional('cost_usd', patch.c, known.cost_usd),
    ...optional('context_used', patch.u, known.context_used),
    ...optional('context_window', patch.m, known.context_window),
  };
}

function changedStep(step: Step | undefined, patch: StepPatch, asOfMs: number): Step | undefined {
  if (step === undefined) return undefined;
  return {
    id: step.id,
    ...optional('parent_id', patch.u, step.parent_id),
    kind: patch.k === undefined ? step.kind : (STEP_KINDS[patch.k] as StepKind),
    ...optional('name', patch.n, step.name),
    label: labelAfter(step.label, patch),
    ...optional('detail', patch.d, step.detail),
    status: patch.s === undefined ? step.status : (STEP_STATUSES[patch.s] as StepStatus),
    started_ms: patch.b === undefined ? step.started_ms : asOfMs + patch.b,
    ...optional('ended_ms', since(asOfMs, patch.e), step.ended_ms),
  };
}

function labelAfter(label: string, { l, q = 0 }: StepPatch): string {
  if (l === undefined) return label;
  const codePoints = q === 0 ? [] : Array.from(label);
  return l + codePoints.slice(codePoints.length - q).join('');
}

function newStep(step: NewStep, asOfMs: number): Step {
  return {
    id: step.i,
    ...optional('parent_id', step.u, undefined),
    kind: STEP_KINDS[step.k ?? 0] as StepKind,
    ...optional('name', step.n, undefined),
    label: step.l,
    ...optional('detail', step.d, undefined),
    status: STEP_STATUSES[step.s ?? 0] as StepStatus,
    started_ms: asOfMs + step.b,
    ...optional('ended_ms', since(asOfMs, step.e), undefined),
  };
}

const since = (asOfMs: number, ms: number | null | undefined): number | null | undefined =>
  typeof ms === 'number' ? asOfMs + ms : ms;

/** An optional member as it is after the patch: absent = as it was, null = gone. */
function optional<K extends string, V>(
  name: K,
  patched: V | null | undefined,
  known: V | undefined,
): { readonly [P in K]?: V } {
  const value = patched === undefined ? known : patched;
  return (value === undefined || value === null ? {} : { [name]: value }) as { readonly [P in K]?: V };
}
