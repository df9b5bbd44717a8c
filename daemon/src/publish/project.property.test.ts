import { LIMITS, type Session } from '@livestatus/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../turns/events.ts';
import type { NoticeCode, Turn, TurnStep, TurnStepStatus } from '../turns/turn.ts';
import { PRIVACY_LEVELS, type PrivacyLevel } from './privacy.ts';
import { projectSession } from './project.ts';
import { createRedactor } from './redact.ts';
import { redactEvent } from './redact-event.ts';

const OWN = 'own-secret/of the+daemon';
const redactor = createRedactor({ ownSecrets: [OWN] });

/** `needle` may be in no session of any level. */
const secrets = fc.constantFrom(
  ...[
    [`ghp_${'k3Y9z'.repeat(8)}`, 'k3Y9zk3Y9z'],
    ['--password=Xq7needle', 'Xq7needle'],
    ['{"client_secret":"Xq7 needle"}', 'Xq7 needle'],
    ['https://bob:Xq7needle@example.com', 'Xq7needle'],
    ['Authorization: Bearer Xq7needle', 'Xq7needle'],
    ['-----BEGIN PRIVATE KEY-----\nXq7needleXq7needleXq7needle\n-----END PRIVATE KEY-----', 'Xq7needle'],
    [`gh\u200bp_${'k3Y9z'.repeat(8)}`, 'k3Y9zk3Y9z'],
    [OWN, 'own-secret'],
  ].map(([text = '', needle = '']) => ({ text, needle })),
);

const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    'Reading a file',
    '`',
    '``',
    '\n',
    '\x1b[31m',
    '\u202e',
    '👩‍👩‍👧‍👦',
    'x'.repeat(500),
    '{path}',
    'for "',
    'from ',
  ),
);

interface Planted {
  readonly text: string;
  readonly needle: string;
}
/** A text with a secret in it; blanks around keep the noise from changing what the secret is. */
const planted: fc.Arbitrary<Planted> = fc.tuple(noise, secrets, noise).map(([before, { text, needle }, after]) => ({
  text: `${before.replaceAll(/["'`\\\r\n]/g, '')} ${text} ${after}`,
  needle,
}));

const statuses = fc.constantFrom<TurnStepStatus>('running', 'background', 'done', 'error', 'cancelled');
const notices = fc.constantFrom<NoticeCode>('steered', 'answered', 'retrying', 'fallback', 'compaction');
const toolNames = fc.constantFrom('exec', 'read', 'web_search', 'message', 'apply_patch', 'unknown_tool', 'ask_user');

/** A step as the reducer would make it of a redacted event. */
function stepOf(index: number, name: string, text: string, status: TurnStepStatus, code: NoticeCode): TurnStep[] {
  const event: AgentEvent = {
    type: 'tool',
    key: 'k',
    at: 1,
    callId: 'c',
    name,
    title: text,
    meta: text,
    input: { command: text, path: text, query: text, action: text, url: text },
    error: text,
    phase: 'ended',
    tsMs: 1,
  };
  const hidden = redactEvent(event, redactor);
  if (hidden.type !== 'tool') throw new TypeError('redactEvent changed the type');
  const { title = '', meta = '', input = {}, error = '' } = hidden;
  const base = { status, startedMs: index, endedMs: index + 1 };
  return [
    { ...base, id: `a${index}`, kind: 'agent', name: title, task: meta, childKey: 'x', error },
    { ...base, id: `t${index}`, kind: 'tool', name, title, meta, input, error, parentId: `a${index}` },
    { ...base, id: `x${index}`, kind: 'text', text: meta },
    { ...base, id: `n${index}`, kind: 'notice', code, text: meta },
  ];
}

const turns = fc
  .record({
    parts: fc.array(fc.tuple(toolNames, planted, statuses, notices), { minLength: 1, maxLength: 16 }),
    ended: fc.boolean(),
    noReply: fc.boolean(),
  })
  .map(({ parts, ended, noReply }) => {
    const text = redactor.redact(parts[0]?.[1].text ?? '');
    const turn: Turn = {
      id: 't1',
      name: 'run:r1',
      key: 'agent:main:main',
      agent: { id: 'main', name: text, runtime: 'openclaw' },
      route: { kind: 'direct' },
      requestText: text,
      startedMs: 1,
      lastEventMs: 1,
      phase: ended
        ? { status: 'error', endedMs: 9, error: { code: 'agent_error', message: text }, noReply }
        : {
            status: 'active',
            activity: 'tool',
            stalled: false,
            waiting: { for: 'approval', stepId: 't0', sinceMs: 1 },
          },
      steps: parts.flatMap(([name, { text: said }, status, code], index) => stepOf(index, name, said, status, code)),
      stepsForgotten: 0,
      toolCalls: parts.length,
      plan: [{ text, status: 'active' }],
      hidden: false,
    };
    return { turn, needles: parts.map(([, { needle }]) => needle) };
  });

const publish = (turn: Turn, level: PrivacyLevel): Session =>
  projectSession(turn, { daemonId: 'd1', level, seq: 1, asOfMs: 1, post: 'none' });

/** Every string of a session except ids. */
function texts(session: Session): { readonly text: string; readonly max: number; readonly isLine: boolean }[] {
  return [
    { text: session.agent.name, max: LIMITS.agentNameMaxCodePoints, isLine: true },
    { text: session.title ?? '', max: LIMITS.titleMaxCodePoints, isLine: true },
    { text: session.error?.message ?? '', max: LIMITS.errorMessageMaxCodePoints, isLine: true },
    ...(session.plan ?? []).map(({ text }) => ({ text, max: LIMITS.planTextMaxCodePoints, isLine: true })),
    ...session.steps.flatMap(({ label, name = '', detail = '' }) => [
      { text: label, max: LIMITS.labelMaxCodePoints, isLine: true },
      { text: name, max: LIMITS.stepNameMaxCodePoints, isLine: true },
      { text: detail, max: LIMITS.detailMaxCodePoints, isLine: false },
    ]),
  ];
}

describe('any turn, at every level', () => {
  it('shows no secret that was planted anywhere in it', () => {
    fc.assert(
      fc.property(turns, ({ turn, needles }) => {
        for (const level of PRIVACY_LEVELS) {
          const wire = JSON.stringify(publish(turn, level));
          for (const needle of needles) expect(wire, level).not.toContain(needle);
        }
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });

  it('keeps every text well-formed, visible, on one line and within the limits of the contract', () => {
    fc.assert(
      fc.property(turns, ({ turn }) => {
        for (const level of PRIVACY_LEVELS) {
          const session = publish(turn, level);
          for (const { text, max, isLine } of texts(session)) {
            expect([...text].length).toBeLessThanOrEqual(max);
            expect(text.isWellFormed()).toBe(true);
            expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b\u202a-\u202e]/);
            if (isLine) expect(text).not.toContain('\n');
          }
          for (const { label } of session.steps) expect(label).not.toBe('');
        }
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });

  it('lists at most 50 steps, each parent before or beside its children, and counts the others', () => {
    fc.assert(
      fc.property(turns, ({ turn }) => {
        for (const level of ['full', 'summary'] as const) {
          const { steps, steps_dropped } = publish(turn, level);
          const shown = new Set(steps.map(({ id }) => id));
          expect(steps.length).toBeLessThanOrEqual(LIMITS.stepsPerSession);
          expect(shown.size).toBe(steps.length);
          for (const { parent_id } of steps) if (parent_id !== undefined) expect(shown.has(parent_id)).toBe(true);
          const order = turn.steps.map(({ id }) => id).filter((id) => shown.has(id));
          expect(steps.map(({ id }) => id).filter((id) => id !== 'no-reply')).toEqual(order);
          const extra = shown.has('no-reply') ? 1 : 0;
          expect(steps.length + steps_dropped).toBe(turn.steps.length + extra);
        }
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });

  it('shows nothing but names and counts below full', () => {
    fc.assert(
      fc.property(turns, ({ turn }) => {
        const marked = JSON.parse(JSON.stringify(turn).replaceAll('[redacted]', 'ARGUMENT')) as Turn;
        for (const level of ['summary', 'minimal'] as const) {
          const session = { ...publish(marked, level), agent: {} };
          expect(JSON.stringify(session)).not.toContain('ARGUMENT');
        }
      }),
      { seed: 20_261_123, numRuns: 100 },
    );
  });
});
