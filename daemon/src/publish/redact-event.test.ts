import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../turns/events.ts';
import { createRedactor, MARK } from './redact.ts';
import { redactEvent } from './redact-event.ts';

const redactor = createRedactor({ ownSecrets: [] });
const secret = `ghp_${'a7Kq2Zx9Lm4T'.repeat(3)}`;
const said = (words: string): string => `${words} ${secret}`;

const base = { key: `key-${secret}`, at: 1 };
const run = { runId: `run-${secret}`, seq: 1 };
const failed = { kind: 'error', code: 'format', message: said('bad') } as const;

/** Every type of event, with the secret in every text and in every id. */
const EVENTS: { readonly [T in AgentEvent['type']]: Extract<AgentEvent, { type: T }> } = {
  request: {
    ...base,
    type: 'request',
    lineId: secret,
    accountId: secret,
    botUserId: secret,
    senderId: secret,
    senderName: said('Ann'),
    text: said('fix'),
    recordedMs: 1,
    steerTargetRunId: secret,
    runId: secret,
    transport: { channel: 'mattermost', messageId: secret, replyToId: secret, threadId: secret },
    provenance: { kind: 'inter_session', sourceKey: secret },
  },
  'run.started': { ...base, type: 'run.started', run, startedMs: 1, spawnedBy: secret, lockName: secret },
  'run.joined': {
    ...base,
    type: 'run.joined',
    run,
    startedMs: 1,
    request: { ...base, type: 'request', text: said('fix'), recordedMs: 1 },
  },
  'run.model': { ...base, type: 'run.model', run, provider: said('p'), model: said('m'), tsMs: 1 },
  'run.attemptFailed': { ...base, type: 'run.attemptFailed', run, message: said('x'), reason: said('y'), tsMs: 1 },
  'run.fallback': { ...base, type: 'run.fallback', run, from: said('a'), to: said('b'), tsMs: 1 },
  'run.ended': { ...base, type: 'run.ended', run, endedMs: 1, outcome: failed },
  'approval.requested': { ...base, type: 'approval.requested', run, approvalId: secret, callId: secret, tsMs: 1 },
  'approval.resolved': { ...base, type: 'approval.resolved', run, approvalId: secret, callId: secret, tsMs: 1 },
  thinking: { ...base, type: 'thinking', run, tsMs: 1 },
  writing: { ...base, type: 'writing', run, tsMs: 1 },
  text: { ...base, type: 'text', run, itemId: secret, text: said('hello'), tsMs: 1 },
  tool: {
    ...base,
    type: 'tool',
    run,
    callId: secret,
    name: said('exec'),
    title: said('Exec'),
    meta: said('run'),
    input: { command: said('echo'), password: 'hunter2' },
    wrapperCallId: secret,
    phase: 'ended',
    outcome: 'error',
    error: said('oops'),
    child: { key: secret, runId: secret, label: said('helper') },
    tsMs: 1,
  },
  'assistant.message': {
    ...base,
    type: 'assistant.message',
    run,
    messageId: secret,
    stopReason: said('stop'),
    tsMs: 1,
  },
  row: { ...base, type: 'row', agentId: secret, agentName: said('Sol'), spawnedBy: secret, label: said('helper') },
  'child.settled': { ...base, type: 'child.settled', abortedAncestors: [secret], outcome: failed, tsMs: 1 },
  plan: {
    ...base,
    type: 'plan',
    run,
    callId: secret,
    items: [
      { text: said('first'), status: 'done' },
      { text: 'second', status: 'active' },
    ],
    tsMs: 1,
  },
  compaction: { ...base, type: 'compaction', run, phase: 'started', tsMs: 1 },
  'source.lost': { ...base, type: 'source.lost' },
  'key.synced': {
    ...base,
    type: 'key.synced',
    activeRunIds: [secret],
    hasActiveRun: false,
    abortedLastRun: false,
    killed: false,
    ends: [
      { runId: secret, outcome: failed, tsMs: 1 },
      { runId: secret, outcome: { kind: 'done' }, tsMs: 1 },
    ],
    heard: [{ runId: secret, lineId: secret, messageId: secret }],
  },
  'source.synced': { ...base, type: 'source.synced' },
};

/** Names something: turns are found by it, so it must not change. */
const IDS = new Set(
  'key lineId accountId botUserId senderId steerTargetRunId runId messageId replyToId threadId sourceKey spawnedBy lockName approvalId callId itemId wrapperCallId agentId abortedAncestors activeRunIds'.split(
    ' ',
  ),
);

/** All strings of a value with the name of their field. */
function strings(value: unknown, field = ''): { readonly field: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ field, text: value }];
  if (Array.isArray(value)) return value.flatMap((item) => strings(item, field));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => strings(item, name));
}

describe('redactEvent', () => {
  for (const [type, event] of Object.entries(EVENTS)) {
    it(`${type}: hides secrets in texts and leaves ids alone`, () => {
      const before = strings(event);
      const after = strings(redactEvent(event, redactor));
      expect(after.map(({ field }) => field)).toEqual(before.map(({ field }) => field));
      for (const [index, { field, text }] of after.entries()) {
        if (IDS.has(field)) expect(text, field).toBe(before[index]?.text);
        else expect(text, field).not.toContain(secret);
      }
    });

    it(`${type}: is the same event if it has no secret`, () => {
      const clean = JSON.parse(
        JSON.stringify(event).replaceAll(secret, 'word').replaceAll('hunter2', ''),
      ) as AgentEvent;
      expect(redactEvent(clean, redactor)).toBe(clean);
    });
  }

  it('takes the name of an argument into account', () => {
    const event = redactEvent(EVENTS.tool, redactor);
    expect(event).toMatchObject({ input: { command: `echo ${MARK}`, password: MARK } });
  });

  it('keeps what did not change by reference', () => {
    const event = redactEvent(EVENTS.plan, redactor);
    expect(event.items[1]).toBe(EVENTS.plan.items[1]);
  });
});
