import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GatewayDecoder } from './decode.ts';
import { parseFrame } from './parse-frame.ts';

const RECORDINGS = join(import.meta.dirname, '..', '..', '..', '..', 'testdata', 'recordings');
const FILES = ['gateway', 'gateway-extra']
  .map((name) => join(RECORDINGS, name))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.jsonl') && !path.endsWith('.mm.jsonl'));

interface Line {
  readonly t: number;
  readonly dir: string;
  readonly f?: { readonly id?: string; readonly method?: string; readonly params?: unknown };
}

function linesOf(path: string): readonly Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"dir"'))
    .map((line) => JSON.parse(line) as Line);
}

/** Everything that a decoder says of a recording whose frames were parsed like this. */
function told(lines: readonly Line[], parse: (text: string) => unknown): readonly unknown[] {
  const out: unknown[] = [];
  const decoder = new GatewayDecoder({
    event: (event) => out.push(event),
    onUnknownKey: (key) => out.push(['key', key]),
    onSyncNeeded: (key) => out.push(['sync', key]),
  });
  for (const { t, dir, f } of lines) {
    if (dir === 'in') decoder.frame(parse(JSON.stringify(f)), t);
    else if (dir === 'out') decoder.request(f?.id ?? '', f?.method ?? '', f?.params, t);
    else decoder.closed(t);
  }
  return [...out, decoder.stats()];
}

function frame(event: string, payload: string): string {
  return `{"type":"event","event":"${event}","payload":${payload},"seq":7}`;
}

describe('a parsed frame', () => {
  test.each(FILES.map((path) => [path.slice(RECORDINGS.length + 1), path]))(
    '%s tells the decoder the same',
    (_, path) => {
      const lines = linesOf(path);
      expect(told(lines, parseFrame)).toEqual(told(lines, JSON.parse));
    },
  );

  test('keeps what stands before the row of a run event, and the sequence number', () => {
    const text = frame(
      'agent',
      '{"runId":"r","stream":"tool","data":{"a":"}"},"ts":1,"session":{"key":"k","x":{}},"updatedAt":5}',
    );
    expect(parseFrame(text)).toEqual({
      type: 'event',
      event: 'agent',
      payload: { runId: 'r', stream: 'tool', data: { a: '}' }, ts: 1 },
      seq: 7,
    });
  });

  test('keeps the row of a change and leaves out its copy', () => {
    const text = frame(
      'sessions.changed',
      '{"sessionKey":"k","ts":1,"session":{"key":"k","origin":{"to":"x"},"sharingRole":"owner"},"origin":{"to":"x"}}',
    );
    expect(parseFrame(text)).toEqual({
      type: 'event',
      event: 'sessions.changed',
      payload: { sessionKey: 'k', ts: 1, session: { key: 'k', origin: { to: 'x' }, sharingRole: 'owner' } },
      seq: 7,
    });
  });

  test.each([
    ['task', '{"action":"upserted","task":{"sessionKey":"k"}}', { action: 'upserted' }],
    ['cron', '{"jobId":"j","action":"added","job":{"id":"j"},"nextRunAtMs":1}', { jobId: 'j', action: 'added' }],
  ])('of %s leaves out the entry', (event, payload, kept) => {
    expect(parseFrame(frame(event, payload))).toEqual({ type: 'event', event, payload: kept, seq: 7 });
  });

  test.each([
    ['a job that has run', 'cron', '{"jobId":"j","job":{"id":"j"},"sessionId":"s","sessionKey":"k","runAtMs":1}'],
    ['a job whose entry stands deeper', 'cron', '{"jobId":"j","x":{"a":1,"job":{"id":"j"}},"y":1}'],
    ['a row inside the data', 'agent', '{"stream":"tool","data":{"a":1,"session":{"key":"k"},"b":2},"ts":1}'],
    ['text that looks like a row', 'agent', `{"data":${JSON.stringify('x,"session":{"key":"k"}')},"ts":1}`],
    ['a child known only by the copy', 'agent', '{"ts":1,"session":{"key":"k","spawnedBy":"p"},"spawnedBy":"p"}'],
    ['a row without its last field', 'session.message', '{"message":{},"session":{"key":"k"},"more":1}'],
    [
      'a row with fields behind its last',
      'session.message',
      '{"message":{},"session":{"key":"k","sharingRole":"owner","z":1}}',
    ],
    [
      'a last field deeper down',
      'session.message',
      '{"message":{},"session":{"key":"k","x":{"sharingRole":"owner"},"y":1},"z":1}',
    ],
    ['own fields behind the row', 'sessions.changed', '{"session":{"key":"k","sharingRole":"owner"},"ts":1}'],
    [
      'a change that tells of ancestors',
      'sessions.changed',
      '{"reason":"agent.input.settled","ts":1,"session":{"key":"k","sharingRole":"owner"},"ancestorSessions":[{"key":"p"}]}',
    ],
    ['a finished answer', 'chat', '{"state":"final","message":{"text":"whole"}}'],
    ['a name nobody knows', 'weather.changed', '{"ts":1,"session":{"key":"k","sharingRole":"owner"},"sun":true}'],
  ])('is whole when it holds %s', (_, event, payload) => {
    const text = frame(event, payload);
    expect(parseFrame(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['no sequence number', '{"type":"event","event":"agent","payload":{"ts":1,"session":{"key":"k"},"x":1}}'],
    [
      'other fields behind the payload',
      '{"type":"event","event":"agent","payload":{"ts":1,"session":{"key":"k"}},"seq":7,"more":1}',
    ],
    [
      'another order of its fields',
      '{"event":"agent","type":"event","payload":{"ts":1,"session":{"key":"k"}},"seq":7}',
    ],
    ['an answer', '{"type":"res","id":"1","ok":true,"payload":{"a":1,"session":{"key":"k"}}}'],
  ])('is whole with %s', (_, text) => {
    expect(parseFrame(text)).toEqual(JSON.parse(text));
  });

  test.each(['', 'hello', '{"type":"event","event":"agent","payload":{"a', '{"type":"event","event":"agent"'])(
    'that is no JSON is refused: %j',
    (text) => {
      expect(() => parseFrame(text)).toThrow(SyntaxError);
    },
  );
});
