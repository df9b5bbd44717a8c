import { type BoxProps, LIMITS, type Session, type Step } from '@livestatus/contract';
import { cut } from './span.ts';

/** Type of every box's post; OpenClaw ignores typed posts of other bots, so no box can start a run. */
export const POST_TYPE = 'custom_livestatus';
/** Where a post has its `BoxProps`, as one JSON string. */
export const PROPS_KEY = 'livestatus';

/** What a box's post says of itself. */
export function boxProps(session: Session, { withdrawn = false } = {}): string {
  const { id, seq, status, agent, offline } = session;
  const props: BoxProps = { v: 1, id, seq, status, agent };
  if (withdrawn) return JSON.stringify({ ...props, withdrawn: true });
  if (status === 'active') return JSON.stringify({ ...props, ...activeProps(session, offline === true) });
  return withFinal(props, session);
}

function activeProps(session: Session, offline: boolean): Partial<BoxProps> {
  const since = waitsForPersonSince(session);
  return { ...(offline && { offline }), ...(since !== undefined && { waiting_since_ms: since }) };
}

/** Since when the box says that a person is waited for; a guess is not said (T12). */
export function waitsForPersonSince({ status, offline, activity, waiting }: Session): number | undefined {
  if (status !== 'active' || offline === true || activity !== 'waiting' || waiting?.guess === true) return undefined;
  return waiting?.for === 'approval' || waiting?.for === 'answer' ? waiting.since_ms : undefined;
}

/** The final state, made smaller until all of it fits into 8 KiB. */
function withFinal(props: BoxProps, session: Session): string {
  for (const size of SIZES) {
    const text = JSON.stringify({ ...props, session: smaller(session, size) });
    if (Buffer.byteLength(text) <= LIMITS.postPropsMaxBytes) return text;
  }
  return JSON.stringify(props);
}

/** A way to say less of a final state; details and texts in code points. */
interface Size {
  readonly steps: number;
  readonly details: number;
  readonly hasPlan: boolean;
  readonly texts: number;
}

/** In the order in which they are tried. */
const SIZES: readonly Size[] = [
  {
    steps: LIMITS.postPropsMaxSteps,
    details: LIMITS.detailMaxCodePoints,
    hasPlan: true,
    texts: LIMITS.errorMessageMaxCodePoints,
  },
  { steps: LIMITS.postPropsMaxSteps, details: 120, hasPlan: true, texts: LIMITS.errorMessageMaxCodePoints },
  { steps: LIMITS.postPropsMaxSteps, details: 0, hasPlan: true, texts: LIMITS.errorMessageMaxCodePoints },
  { steps: 10, details: 0, hasPlan: false, texts: LIMITS.errorMessageMaxCodePoints },
  { steps: 0, details: 0, hasPlan: false, texts: 100 },
];

/** Without what only a live session has. */
function smaller(session: Session, { steps: maxSteps, details, hasPlan, texts }: Size): Session {
  const {
    post_id: _,
    offline: __,
    stalled: ___,
    activity: ____,
    waiting: _____,
    plan,
    title,
    error,
    ...rest
  } = session;
  const steps = lastSteps(session.steps, maxSteps).map((step) => withDetail(step, details));
  return {
    ...rest,
    steps_dropped: session.steps_dropped + session.steps.length - steps.length,
    steps,
    ...(hasPlan && plan !== undefined && { plan }),
    ...(title !== undefined && { title: cut(title, texts) }),
    ...(error !== undefined && { error: { ...error, message: cut(error.message, texts) } }),
  };
}

function withDetail({ detail, ...step }: Step, max: number): Step {
  return detail === undefined || max === 0 ? step : { ...step, detail: cut(detail, max) };
}

/** At most `max` steps, the last ones, in order; each with the sub-agents above it or not at all. */
function lastSteps(steps: readonly Step[], max: number): readonly Step[] {
  const at = new Map(steps.map((step, index) => [step.id, index]));
  const kept = new Set<number>();
  for (let index = steps.length - 1; index >= 0 && kept.size < max; index -= 1) {
    const line = lineage(steps, at, kept, index);
    if (kept.size + line.length <= max) for (const one of line) kept.add(one);
  }
  return steps.filter((_, index) => kept.has(index));
}

/** A step and those above it that are not kept yet. A parent stands earlier in the list, so it ends. */
function lineage(
  steps: readonly Step[],
  at: ReadonlyMap<string, number>,
  kept: ReadonlySet<number>,
  from: number,
): readonly number[] {
  const line: number[] = [];
  let index = from;
  while (!kept.has(index)) {
    line.push(index);
    const parent = at.get(steps[index]?.parent_id ?? '');
    if (parent === undefined || parent >= index) break;
    index = parent;
  }
  return line;
}

/** What somebody's post says of itself; undefined if it is no box. Whoever trusts it must know the author. */
export function readBox(post: {
  readonly type?: string;
  readonly props?: Readonly<Record<string, unknown>>;
}): (Pick<BoxProps, 'id' | 'seq' | 'status'> & { readonly personSinceMs: number | undefined }) | undefined {
  const text = post.props?.[PROPS_KEY];
  if (post.type !== POST_TYPE || typeof text !== 'string') return undefined;
  try {
    const props = JSON.parse(text) as Partial<BoxProps> | null;
    const { v = 0, id = '', seq = 0, status = 'active', waiting_since_ms } = props ?? {};
    return v >= 1 && id !== '' ? { id, seq, status, personSinceMs: waiting_since_ms } : undefined;
  } catch {
    return undefined;
  }
}
