import type { DeltaSet, PlanItem, Session, SessionFields, Step, Waiting } from './types.ts';

export type FieldName = keyof SessionFields;

type Equal = (a: unknown, b: unknown) => boolean;

type Flat = Readonly<Record<string, unknown>>;

/** For primitives; `diff` has compared them by `===` already. */
const never: Equal = () => false;

/** Two objects whose values are primitives; an absent and an undefined property are the same. */
function sameFlat(left: object, right: object): boolean {
  const a = left as Flat;
  const b = right as Flat;
  for (const key in b) if (a[key] !== b[key]) return false;
  for (const key in a) if (b[key] === undefined && a[key] !== undefined) return false;
  return true;
}

/** What a question offers is a list, made anew with every projection. */
function sameWaiting({ choices: a, ...left }: Waiting, { choices: b, ...right }: Waiting): boolean {
  const isSameOffer = a === b || (a?.length === b?.length && a?.every((choice, i) => choice === b?.[i]) === true);
  return isSameOffer && sameFlat(left, right);
}

const samePlan = (a: readonly PlanItem[], b: readonly PlanItem[]): boolean =>
  a.length === b.length && a.every((item, i) => item.text === b[i]?.text && item.status === b[i]?.status);

/** How each settable field is compared once `===` has failed and both sides are there. */
const COMPARE: { readonly [K in FieldName]-?: (a: NonNullable<Session[K]>, b: NonNullable<Session[K]>) => boolean } = {
  status: never,
  activity: never,
  stalled: never,
  last_event_ms: never,
  tool_calls: never,
  usage: sameFlat,
  routing: sameFlat,
  waiting: sameWaiting,
  plan: samePlan,
  ended_ms: never,
  error: sameFlat,
  title: never,
  post: never,
  post_id: never,
  offline: never,
  agent: sameFlat,
  daemon_id: never,
  session_key: never,
  channel_id: never,
  root_id: never,
  user_id: never,
  requested_by: never,
  request_post_id: never,
  started_ms: never,
};

/** Every settable field with its comparison, as an array: iterated for each event. */
export const FIELDS = Object.entries(COMPARE) as readonly (readonly [FieldName, Equal])[];

type NullableField = { [K in FieldName]: null extends DeltaSet[K] ? K : never }[FieldName];

/** The optional fields of a session: those that null clears. */
const OPTIONAL: { readonly [K in NullableField]: true } = {
  channel_id: true,
  root_id: true,
  user_id: true,
  post_id: true,
  requested_by: true,
  request_post_id: true,
  activity: true,
  stalled: true,
  offline: true,
  title: true,
  error: true,
  ended_ms: true,
  plan: true,
  waiting: true,
  usage: true,
  routing: true,
};

export const isClearable = (field: FieldName): field is NullableField => Object.hasOwn(OPTIONAL, field);

/** By reference first: a step that did not change is usually the same object. */
export const sameStep = (a: Step, b: Step): boolean =>
  a === b ||
  (a.id === b.id &&
    a.status === b.status &&
    a.label === b.label &&
    a.ended_ms === b.ended_ms &&
    a.detail === b.detail &&
    a.name === b.name &&
    a.kind === b.kind &&
    a.parent_id === b.parent_id &&
    a.started_ms === b.started_ms);
