import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Load made of the real recordings: the same runs again and again, under other names and at later times. */
export const RECORDINGS = join(import.meta.dirname, '..', 'testdata', 'recordings');

/** Pause between one run of a recording and the next, in ms: no two share a moment. */
const PAUSE_MS = 1_000;

/** Every id that tells one copy from another: runs, messages, sessions, calls, 26-character posts and channels. */
const IDS =
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\bcall_[a-z0-9]+|\b[a-z0-9]{26}\b|"(?:id|parentId)":"[0-9a-f]{8}"/g;
/** Moments as JSON numbers, and as ISO texts. All recordings are of the same week. */
const MOMENTS = /(?<=[:[])179[0-9]{10}(?=[,}\]])|2026-11-2[0-9]T[0-9:]{8}\.[0-9]{3}Z/g;

/** The same text as it would be in another run: new ids (the same id becomes the same new one everywhere), later times. */
export function retold(text: string, copy: number, byMs: number): string {
  const tail = copy.toString(36).padStart(4, '0');
  const named = text.replace(IDS, (id) => (id.endsWith('"') ? `${id.slice(0, -5)}${tail}"` : id.slice(0, -4) + tail));
  return named.replace(MOMENTS, (moment) =>
    moment.startsWith('2026') ? new Date(Date.parse(moment) + byMs).toISOString() : String(Number(moment) + byMs),
  );
}

/** One thing that happened, at `t` ms on the recording's clock; `text` is what the source gets to see. */
export interface Moment {
  readonly t: number;
  readonly text: string;
}

/** Copies of the recordings, one after the other, until their texts have `bytes` bytes. */
export function grown<M extends Moment>(
  recordings: readonly (readonly M[])[],
  bytes: number,
  anew: (moment: M, copy: number, byMs: number) => M,
): readonly M[] {
  const out: M[] = [];
  let size = 0;
  let nowMs = recordings[0]?.[0]?.t ?? 0;
  for (let copy = 1; size < bytes; copy += 1) {
    for (const recording of recordings) {
      const byMs = Math.round(nowMs - (recording[0]?.t ?? 0));
      for (const moment of recording) {
        const next = anew(moment, copy, byMs);
        out.push(next);
        size += Buffer.byteLength(next.text);
        nowMs = next.t;
      }
      nowMs += PAUSE_MS;
    }
  }
  return out;
}

/** One frame of a gateway connection. */
export interface Frame extends Moment {
  readonly dir: 'in' | 'out' | 'close';
}

/** Every gateway recording: what came and went over its connection. */
export function gatewayRecordings(): readonly (readonly Frame[])[] {
  return ['gateway', 'gateway-extra']
    .map((name) => join(RECORDINGS, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesOf(folder).map((name) => framesOf(readFileSync(join(folder, name), 'utf8'))))
    .filter((frames) => frames.length > 0);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !name.endsWith('.mm.jsonl'))
    .sort();
}

/** The frames of one recording, as they were. */
export function recordedFrames(name: string): readonly Frame[] {
  return framesOf(readFileSync(join(RECORDINGS, name), 'utf8'));
}

function framesOf(file: string): readonly Frame[] {
  return file.split('\n').flatMap((line) => {
    if (!line.includes('"dir"')) return [];
    const { t, dir, f } = JSON.parse(line) as { t: number; dir: string; f?: unknown };
    if (dir !== 'in' && dir !== 'out') return { t, dir: 'close' as const, text: 'null' };
    return f === undefined ? [] : { t, dir, text: JSON.stringify(f) };
  });
}

/** A gateway recording of at least `bytes` bytes. */
export function gatewayFrames(bytes: number): readonly Frame[] {
  return grown(gatewayRecordings(), bytes, (frame, copy, byMs) => ({
    ...frame,
    t: frame.t + byMs,
    text: retold(frame.text, copy, byMs),
  }));
}

/** What happened to a transcript: a run's lock was made, a line was written, the lock went. */
export interface TranscriptMoment extends Moment {
  readonly op: 'lock' | 'line' | 'unlock';
  readonly path: string;
  /** The session key that `sessions.json` gives the transcript. */
  readonly key: string;
  /** Start of the line in its transcript. */
  readonly offset: number;
}

interface RecordedStep {
  readonly t: number;
  readonly op: 'write' | 'append' | 'rename' | 'delete';
  readonly path: string;
  readonly data?: string;
}

const LOCK = '.lock';

/** Every recording of transcripts: locks and the lines written under them. The text of a moment is its line, or its lock. */
export function transcriptRecordings(): readonly (readonly TranscriptMoment[])[] {
  const folder = join(RECORDINGS, 'jsonl');
  return readdirSync(folder)
    .sort()
    .map((name) => momentsOf(readFileSync(join(folder, name, 'steps.jsonl'), 'utf8')));
}

function momentsOf(file: string): readonly TranscriptMoment[] {
  // Not by readline: transcripts hold U+2028 as it is.
  const steps = file
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedStep);
  const keys = new Map(steps.filter((step) => step.path.endsWith('sessions.json')).flatMap(keysOf));
  const sizes = new Map<string, number>();
  return steps.flatMap(({ t, op, path, data = '' }): readonly TranscriptMoment[] => {
    const locked = path.endsWith(LOCK);
    const transcript = locked ? path.slice(0, -LOCK.length) : path;
    const key = keys.get(transcript);
    if (key === undefined || op === 'rename') return [];
    const base = { t: Math.round(t), path: transcript, key };
    if (locked) return [{ ...base, op: op === 'delete' ? 'unlock' : 'lock', text: data, offset: 0 }];
    if (op !== 'append') return [];
    const offset = sizes.get(transcript) ?? 0;
    sizes.set(transcript, offset + Buffer.byteLength(data));
    return [{ ...base, op: 'line', text: data.trimEnd(), offset }];
  });
}

/** Transcript -> session key, as one version of `sessions.json` tells it. */
function keysOf({ path, data = '{}' }: RecordedStep): readonly (readonly [string, string])[] {
  const folder = dirname(path);
  const entries = Object.entries(JSON.parse(data) as Record<string, { sessionId?: string; sessionFile?: string }>);
  return entries.map(([key, entry]) => [join(folder, basename(entry.sessionFile ?? `${entry.sessionId}.jsonl`)), key]);
}

/** A recording of transcripts of at least `bytes` bytes of lines (and locks). */
export function transcriptMoments(
  bytes: number,
  recordings: readonly (readonly TranscriptMoment[])[] = transcriptRecordings(),
): readonly TranscriptMoment[] {
  return grown(recordings, bytes, (moment, copy, byMs) => ({
    ...moment,
    t: moment.t + byMs,
    text: retold(moment.text, copy, byMs),
    path: retold(moment.path, copy, byMs),
    key: retold(moment.key, copy, byMs),
  }));
}

/**
 * The same recordings, with the output of every call that did not fail repeated until it has `chars` characters: the scripted
 * provider of the recordings makes its tools say a line or two, which no agent at work does.
 */
export function withOutputs(
  recordings: readonly (readonly TranscriptMoment[])[],
  chars: number,
): readonly (readonly TranscriptMoment[])[] {
  return recordings.map((moments) =>
    moments.map((moment) => (moment.op === 'line' ? { ...moment, text: withOutput(moment.text, chars) } : moment)),
  );
}

function withOutput(line: string, chars: number): string {
  const record = JSON.parse(line) as { message?: ToolResult };
  const { message } = record;
  const [first, ...others] = message?.content ?? [];
  if (message?.role !== 'toolResult' || message.isError !== false || typeof first?.text !== 'string') return line;
  const text = repeated(first.text, chars);
  const { aggregated } = message.details ?? {};
  const details = message.details && { ...message.details, ...(aggregated !== undefined && { aggregated: text }) };
  const content = [{ ...first, text }, ...others];
  return JSON.stringify({ ...record, message: { ...message, content, ...(details !== undefined && { details }) } });
}

interface ToolResult {
  readonly role: string;
  readonly isError?: boolean;
  readonly content?: readonly { readonly text?: string }[];
  readonly details?: { readonly aggregated?: string };
}

function repeated(text: string, chars: number): string {
  return text === '' ? text : `${text}\n`.repeat(Math.ceil(chars / (text.length + 1)));
}
