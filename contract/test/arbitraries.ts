import * as fc from 'fast-check';
import { ACTIVITIES, SESSION_STATUSES, type Session, STEP_KINDS, STEP_STATUSES, type Step } from '../src/index.ts';

const ms = fc.nat({ max: 1000 });
const text = fc.string({ unit: 'binary', maxLength: 4 });
const id = fc.constantFrom('p1', 'p2', 'p3');

/** Few ids, so that two lists share many of them. */
const stepId = fc.constantFrom(...'abcdefghijkl');

const step = (ids: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.record(
    {
      id: ids,
      parent_id: stepId,
      kind: fc.constantFrom(...STEP_KINDS),
      name: text,
      label: text,
      detail: text,
      status: fc.constantFrom(...STEP_STATUSES),
      started_ms: ms,
      ended_ms: ms,
    },
    { noNullPrototype: true, requiredKeys: ['id', 'kind', 'label', 'status', 'started_ms'] },
  );

export const steps: fc.Arbitrary<Step[]> = fc.uniqueArray(step(stepId), { selector: (s) => s.id, maxLength: 12 });

const usage = fc.record(
  {
    input: ms,
    output: ms,
    cache_read: ms,
    cache_write: ms,
    total: ms,
    cost_usd: fc.double({ min: 0, noNaN: true }),
    context_used: ms,
  },
  { noNullPrototype: true, requiredKeys: ['input', 'output', 'cache_read', 'cache_write', 'total'] },
);

const waiting = fc.record(
  {
    for: fc.constantFrom('approval', 'answer', 'agents', 'provider'),
    step_id: stepId,
    approval_id: id,
    since_ms: ms,
    expires_ms: ms,
    choices: fc.array(text, { maxLength: 3 }),
    guess: fc.boolean(),
  },
  { noNullPrototype: true, requiredKeys: ['for', 'since_ms'] },
);

const plan = fc.array(
  fc.record({ text, status: fc.constantFrom('pending', 'active', 'done') }, { noNullPrototype: true }),
  { maxLength: 3 },
);

/** Any session of the id `s`, with or without each optional field. */
export const session: fc.Arbitrary<Session> = fc.record(
  {
    id: fc.constant('s'),
    daemon_id: fc.constantFrom('d1', 'd2'),
    session_key: text,
    agent: fc.record({ id: text, name: text, runtime: fc.constant('openclaw') }, { noNullPrototype: true }),
    channel_id: id,
    root_id: id,
    user_id: id,
    post: fc.constantFrom('none', 'wanted'),
    post_id: id,
    requested_by: id,
    request_post_id: id,
    status: fc.constantFrom(...SESSION_STATUSES),
    activity: fc.constantFrom(...ACTIVITIES),
    stalled: fc.boolean(),
    offline: fc.boolean(),
    title: text,
    error: fc.record({ code: text, message: text }, { noNullPrototype: true }),
    started_ms: ms,
    last_event_ms: ms,
    ended_ms: ms,
    as_of_ms: ms,
    plan,
    waiting,
    steps,
    steps_dropped: ms,
    tool_calls: ms,
    usage,
    seq: ms,
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      ...([
        'id',
        'daemon_id',
        'session_key',
        'agent',
        'post',
        'status',
        'started_ms',
        'last_event_ms',
        'as_of_ms',
      ] as const),
      ...(['steps', 'steps_dropped', 'tool_calls', 'seq'] as const),
    ],
  },
);
