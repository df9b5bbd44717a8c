import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../openclaw/harness/wait.ts';
import { type Pair, startPair, subscribed } from './fixture.ts';

/** Made up, of the shape that each provider gives; put together here so that no scanner takes this file for a leak. */
const TAIL = 'Zx81Kd02Lq93Mv74Nw55Tr36Yb17Uc08Pe69Sg20';
const SECRETS: Readonly<Record<string, string>> = {
  github: `ghp_${TAIL.slice(0, 36)}`,
  gitlab: `glpat-${TAIL.slice(0, 20)}`,
  slack: `xoxb-${'123456789012'}-${'123456789012'}-${TAIL.slice(0, 24)}`,
  openai: `sk-proj-${TAIL}${TAIL.slice(0, 8)}`,
  anthropic: `sk-ant-api03-${TAIL}${TAIL}`,
  aws: `AKIA${'QYLPMN5HFIQR7XYA'}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${TAIL}`,
  url: `hunter2${TAIL.slice(0, 10)}`,
  option: `opt${TAIL.slice(0, 14)}`,
  variable: `var${TAIL.slice(0, 14)}`,
  pem: `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${TAIL}`,
};

/** One text with all of them in the places where people put them. */
const LEAKY = [
  `curl -H "Authorization: Bearer ${SECRETS.github}" https://bob:${SECRETS.url}@example.com/x`,
  `deploy --password=${SECRETS.option} ${SECRETS.gitlab} ${SECRETS.slack} ${SECRETS.openai} ${SECRETS.anthropic}`,
  `export API_KEY=${SECRETS.variable}; echo ${SECRETS.aws} ${SECRETS.jwt}`,
  `-----BEGIN PRIVATE KEY-----\n${SECRETS.pem}\n-----END PRIVATE KEY-----`,
].join('\n');

const KEY = 'agent:main:mattermost:channel:chan1aaaaaaaaaaaaaaaaaaaaa:thread:root1aaaaaaaaaaaaaaaaaaaaa';
const RUN = '0d4f8f6a-2f55-4f4e-9d0e-6b8c7a5e4d3c';

describe('secrets in any text of a run', () => {
  let pair: Pair;
  const got: Record<string, string> = {};

  beforeAll(async () => {
    pair = await startPair([], { LOG_LEVEL: 'trace' });
    await waitFor(
      'the source to be ok',
      async () => ((await pair.daemon.dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
      { deadlineMs: 20_000 },
    );
    await tell(pair);
    const session = await waitFor(
      'the turn to end',
      async () => (await pair.daemon.dashboard.sessions()).find((candidate) => candidate.status === 'error'),
      { deadlineMs: 20_000, seen: () => pair.daemon.tail() },
    );
    const base = pair.daemon.dashboard.baseUrl;
    got.sessions = await (await fetch(`${base}/api/v1/sessions`)).text();
    got.session = await (await fetch(`${base}/api/v1/sessions/${session.id}`)).text();
    got.health = await (await fetch(`${base}/health`)).text();
    got.metrics = await (await fetch(`${base}/metrics`)).text();
    got.events = await firstOfStream(`${base}/events`);
    await pair.daemon.stop();
    got.log = pair.daemon.tail(100_000);
    for (const name of readdirSync(join(pair.daemon.rootDir, 'state'))) {
      // What the gateway gave this device belongs there, with mode 0600; nothing of a run does.
      if (name !== 'device.json')
        got[`state/${name}`] = readFileSync(join(pair.daemon.rootDir, 'state', name), 'latin1');
    }
  });
  afterAll(() => pair.dispose());

  test('the turn was seen, with its steps', () => {
    expect(got.sessions).toContain('"tool_calls":1');
    expect(got.sessions).toMatch(/"kind":"text"/);
  });

  test.each(Object.entries(SECRETS))('%s comes out nowhere: API, events, metrics, log, state file', (_, secret) => {
    const leaks = Object.entries(got).filter(([, text]) => text.includes(secret));
    expect(leaks.map(([place]) => place)).toEqual([]);
  });
});

/** A whole run whose every text is leaky. */
async function tell(pair: Pair): Promise<void> {
  const { gateway } = pair;
  const now = Date.now();
  let seq = 0;
  const run = (stream: string, data: unknown) => {
    seq += 1;
    gateway.emit('agent', { runId: RUN, sessionKey: KEY, agentId: 'main', stream, data, seq, ts: Date.now() });
  };
  gateway.emit('sessions.changed', {
    sessionKey: KEY,
    reason: 'participants',
    ts: now,
    session: { key: KEY, label: LEAKY, displayName: LEAKY },
  });
  await subscribed(pair);
  const transport = {
    channel: 'mattermost',
    messageId: 'root1aaaaaaaaaaaaaaaaaaaaa',
    threadId: 'root1aaaaaaaaaaaaaaaaaaaaa',
  };
  const openclaw = {
    senderId: 'user1aaaaaaaaaaaaaaaaaaaaa',
    senderName: LEAKY,
    transport,
    id: 'line-1',
    recordTimestampMs: now,
  };
  gateway.emit('session.message', {
    sessionKey: KEY,
    message: { role: 'user', content: LEAKY, timestamp: now, __openclaw: openclaw },
  });
  run('lifecycle', { phase: 'start', startedAt: now });
  run('item', { kind: 'preamble', phase: 'end', itemId: 'p1', progressText: LEAKY });
  run('item', {
    kind: 'tool',
    phase: 'start',
    itemId: 'tool:c1',
    toolCallId: 'c1',
    name: 'exec',
    title: `Exec ${LEAKY}`,
    meta: LEAKY,
    status: 'running',
    startedAt: now,
  });
  run('tool', {
    phase: 'start',
    name: 'exec',
    toolCallId: 'c1',
    args: { command: LEAKY, env: { TOKEN: SECRETS.variable }, note: LEAKY },
  });
  run('tool', {
    phase: 'result',
    name: 'exec',
    toolCallId: 'c1',
    isError: true,
    result: { content: [{ type: 'text', text: LEAKY }], details: { exitCode: 1, aggregated: LEAKY, error: LEAKY } },
  });
  run('item', {
    kind: 'tool',
    phase: 'end',
    itemId: 'tool:c1',
    toolCallId: 'c1',
    name: 'exec',
    status: 'failed',
    error: LEAKY,
    endedAt: now,
  });
  run('tool', {
    phase: 'start',
    name: 'progress_card',
    toolCallId: 'c2',
    args: { plan: [{ step: LEAKY, status: 'pending' }] },
  });
  run('lifecycle', { phase: 'finishing', error: LEAKY, errorObservation: { failoverReason: 'format' } });
  run('lifecycle', { phase: 'error', error: LEAKY, startedAt: now, endedAt: now });
}

/** What /events says first: the whole list. */
async function firstOfStream(url: string): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(url, { signal: stop.signal });
  const reader = response.body?.getReader();
  let text = '';
  while (reader !== undefined && !/event: sync[\s\S]*\n\n/.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  stop.abort();
  return text;
}
