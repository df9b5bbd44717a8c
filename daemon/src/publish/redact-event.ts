import type { AgentEvent, PlanEvent, RequestEvent, RunOutcome, ToolEvent, ToolInput } from '../turns/events.ts';
import type { Redactor } from './redact.ts';

/**
 * The event without secrets: every text that a person may come to see. Ids, keys and times stay as they are, because turns
 * are found by them. The same reference comes back if nothing was hidden.
 */
export function redactEvent<E extends AgentEvent>(event: E, redactor: Redactor): E {
  return applied(event, RULES.get(event.type) ?? [], redactor);
}

type Change<V> = (value: V, redactor: Redactor) => V;

/**
 * What becomes of a field: `text` is redacted, `id` stays (it names something, or holds nothing but names), a function
 * looks into a list or an object.
 */
type Rule<V> = string extends V ? 'text' | 'id' : 'id' | Change<V>;
/** Numbers, switches and closed sets of words hold no text; strings, lists and objects may. */
type MayHoldText<V> = string extends V ? true : V extends object ? true : false;
type OpenField<E> = { [K in keyof E]-?: true extends MayHoldText<NonNullable<E[K]>> ? K : never }[keyof E];
type Rules<E> = { readonly [K in OpenField<E>]: Rule<NonNullable<E[K]>> };
type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { readonly type: T }>;

/** Fields that every event has, and that only name something. */
const NAMED = { key: 'id' } as const;
const OF_A_RUN = { key: 'id', run: 'id' } as const;

const REQUEST: Rules<RequestEvent> = {
  ...NAMED,
  lineId: 'id',
  transport: 'id',
  accountId: 'id',
  botUserId: 'id',
  senderId: 'id',
  senderName: 'text',
  text: 'text',
  steerTargetRunId: 'id',
  runId: 'id',
  provenance: 'id',
};

/**
 * Every field of every event that could hold a text has to be here: a new event or a new field does not compile until
 * somebody has decided about it.
 */
const FIELDS: { readonly [T in AgentEvent['type']]: Rules<EventOf<T>> } = {
  request: REQUEST,
  'run.started': { ...OF_A_RUN, spawnedBy: 'id', lockName: 'id' },
  'run.joined': {
    ...OF_A_RUN,
    carriedOnBy: 'id',
    spawned: 'id',
    request: (request, redactor) => redactEvent(request, redactor),
  },
  'run.model': { ...OF_A_RUN, provider: 'text', model: 'text' },
  'run.attemptFailed': { ...OF_A_RUN, message: 'text', reason: 'text' },
  'run.fallback': { ...OF_A_RUN, from: 'text', to: 'text' },
  'run.ended': { ...OF_A_RUN, outcome: redactOutcome },
  'approval.requested': { ...OF_A_RUN, approvalId: 'id', callId: 'id' },
  'approval.resolved': { ...OF_A_RUN, approvalId: 'id', callId: 'id' },
  thinking: OF_A_RUN,
  writing: OF_A_RUN,
  text: { ...OF_A_RUN, itemId: 'id', text: 'text' },
  tool: {
    ...OF_A_RUN,
    callId: 'id',
    name: 'text',
    title: 'text',
    meta: 'text',
    input: redactInput,
    wrapperCallId: 'id',
    error: 'text',
    child: redactChild,
  },
  'assistant.message': { ...OF_A_RUN, messageId: 'id', usage: 'id', stopReason: 'text' },
  row: { ...NAMED, agentId: 'id', agentName: 'text', spawnedBy: 'id', label: 'text', route: 'id' },
  'child.settled': { ...NAMED, abortedAncestors: 'id', outcome: redactOutcome },
  plan: { ...OF_A_RUN, callId: 'id', items: redactPlan },
  compaction: OF_A_RUN,
  'source.lost': NAMED,
  'key.synced': { ...NAMED, activeRunIds: 'id', outcome: redactOutcome, ends: redactEnds, heard: 'id' },
  'source.synced': NAMED,
};

type AppliedRule = readonly [field: string, change: Change<unknown>];

const redactText: Change<unknown> = (text, { redact }) => (typeof text === 'string' ? redact(text) : text);

const RULES: ReadonlyMap<string, readonly AppliedRule[]> = new Map(
  Object.entries(FIELDS).map(([type, rules]) => [type, appliedRules(rules)]),
);

function appliedRules(rules: object): AppliedRule[] {
  return Object.entries(rules).flatMap(([field, rule]: [string, unknown]): AppliedRule[] => {
    if (rule === 'id') return [];
    return [[field, rule === 'text' ? redactText : (rule as Change<unknown>)]];
  });
}

function applied<T extends object>(value: T, rules: readonly AppliedRule[], redactor: Redactor): T {
  let result = value;
  for (const [field, change] of rules) {
    const before: unknown = Reflect.get(value, field);
    if (before === undefined) continue;
    const after = change(before, redactor);
    if (after !== before) result = { ...result, [field]: after };
  }
  return result;
}

const textRules = (...fields: readonly string[]): AppliedRule[] => fields.map((field) => [field, redactText]);

const OUTCOME_RULES = textRules('message', 'code');
function redactOutcome(outcome: RunOutcome, redactor: Redactor): RunOutcome {
  // `code` of the other outcomes is one of our own words.
  return outcome.kind === 'error' ? applied(outcome, OUTCOME_RULES, redactor) : outcome;
}

/** The same list if none of its items changed. */
function each<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}

type Ends = NonNullable<EventOf<'key.synced'>['ends']>;
const END_RULES: AppliedRule[] = [['outcome', redactOutcome as Change<unknown>]];
function redactEnds(ends: Ends, redactor: Redactor): Ends {
  return each(ends, (end) => applied(end, END_RULES, redactor));
}

const ITEM_RULES = textRules('text');
function redactPlan(items: PlanEvent['items'], redactor: Redactor): PlanEvent['items'] {
  return each(items, (item) => applied(item, ITEM_RULES, redactor));
}

type Child = NonNullable<ToolEvent['child']>;
const CHILD_RULES = textRules('label');
function redactChild(child: Child, redactor: Redactor): Child {
  return applied(child, CHILD_RULES, redactor);
}

/** The name of an argument says something about its value: `{password: "x"}`. */
function redactInput(input: ToolInput, { redactField }: Redactor): ToolInput {
  const entries = Object.entries(input).map(([name, value]) => [name, redactField(name, value)] as const);
  return entries.some(([name, value]) => input[name] !== value) ? Object.fromEntries(entries) : input;
}
