import { record, text } from '../../sources/openclaw-gateway/hello.ts';
import type { RecordedLine } from '../../sources/openclaw-gateway/record.ts';
import { findPosts } from './retell.ts';

/** What a recording makes the pretend OpenClaw do at a moment. `t` is on the recording's own clock, in ms. */
export type RecordedFact =
  | { readonly kind: 'event'; readonly t: number; readonly event: string; readonly payload: unknown }
  /** The list of sessions as it was given to the one who recorded. */
  | { readonly kind: 'rows'; readonly t: number; readonly rows: readonly unknown[] }
  | { readonly kind: 'history'; readonly t: number; readonly key: string; readonly history: unknown }
  /** The gateway was gone from `t` to `backMs`, and still starting until `readyMs`. */
  | { readonly kind: 'outage'; readonly t: number; readonly backMs: number; readonly readyMs: number };

export interface Recording {
  /** First and last moment of the recording. */
  readonly startMs: number;
  readonly endMs: number;
  /** In order of time. */
  readonly facts: readonly RecordedFact[];
  /** The ids of the posts in it. */
  readonly posts: ReadonlySet<string>;
  /** The agents in it, as their session keys name them. */
  readonly agents: ReadonlySet<string>;
  /** Session keys without an id of their own (`agent:main:main`): two playings at once would meet there. */
  readonly fixedKeys: ReadonlySet<string>;
}

/** Frames of the connection itself; the fake gateway makes its own. */
const OWN_EVENTS = new Set(['connect.challenge', 'tick', 'health', 'presence', 'shutdown']);
/** A list or history asked for right after connecting belongs to the state found there, so it is known from the start. */
const INITIAL_MS = 3_000;

/** Reads the text of a gateway recording. Throws `TypeError` if it is none. */
export function readRecording(jsonl: string): Recording {
  const lines = jsonl.split('\n').filter((line) => line.trim() !== '');
  return recordingOf(lines.map(readLine));
}

function readLine(line: string): RecordedLine {
  const { t, dir, f } = record(JSON.parse(line));
  if (typeof t !== 'number' || (dir !== 'in' && dir !== 'out' && dir !== 'close' && dir !== 'err')) {
    throw new TypeError('not a gateway recording: a line without t and dir');
  }
  return { t, dir, f };
}

function recordingOf(lines: readonly RecordedLine[]): Recording {
  const first = lines[0];
  const last = lines.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('not a gateway recording: empty');
  const facts: RecordedFact[] = [];
  const questions = new Map<string, { readonly method: string; readonly params: unknown }>();
  let connectedMs = first.t;
  let lostMs: number | undefined;
  let challengedMs: number | undefined;
  for (const { t, dir, f } of lines) {
    const frame = record(f);
    if (dir === 'close') {
      lostMs ??= t;
      questions.clear();
    } else if (dir === 'out') {
      questions.set(String(frame.id), { method: String(frame.method), params: frame.params });
    } else if (dir === 'in' && frame.type === 'event') {
      if (frame.event === 'connect.challenge') challengedMs ??= t;
      else if (!OWN_EVENTS.has(String(frame.event))) {
        facts.push({ kind: 'event', t, event: String(frame.event), payload: frame.payload });
      }
    } else if (dir === 'in' && frame.ok === true) {
      const question = questions.get(String(frame.id));
      if (question?.method === 'connect') {
        if (lostMs !== undefined) facts.push({ kind: 'outage', t: lostMs, backMs: challengedMs ?? t, readyMs: t });
        connectedMs = t;
        lostMs = undefined;
        challengedMs = undefined;
      } else if (question !== undefined) {
        facts.push(...answerFacts(question.method, question.params, frame.payload, t, connectedMs));
      }
    }
  }
  const json = JSON.stringify(facts);
  return {
    startMs: first.t,
    endMs: last.t,
    facts: facts.toSorted((a, b) => a.t - b.t),
    posts: findPosts(json),
    agents: new Set([...json.matchAll(/"agent:([^:"]+):/g)].map((match) => match[1] ?? '')),
    fixedKeys: new Set([...json.matchAll(/"(agent:[^:"]+:[a-z]+)"/g)].map((match) => match[1] ?? '')),
  };
}

function answerFacts(
  method: string,
  params: unknown,
  payload: unknown,
  answeredMs: number,
  connectedMs: number,
): readonly RecordedFact[] {
  const t = answeredMs - connectedMs <= INITIAL_MS ? connectedMs : answeredMs;
  if (method === 'sessions.subscribe') return rowFacts(record(payload).list, t);
  if (method === 'sessions.list') return rowFacts(payload, t);
  const key = text(record(params).sessionKey);
  return method === 'chat.history' && key !== undefined ? [{ kind: 'history', t, key, history: payload }] : [];
}

function rowFacts(list: unknown, t: number): readonly RecordedFact[] {
  const { sessions } = record(list);
  return Array.isArray(sessions) && sessions.length > 0 ? [{ kind: 'rows', t, rows: sessions }] : [];
}
