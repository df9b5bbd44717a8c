import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Load made of the real recordings: the same runs again and again, under other names and at later times. */
const RECORDINGS = join(import.meta.dirname, '..', 'testdata', 'recordings');

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
