import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Load made of the real recordings: the same frames again and again, under other names and at later times. */
export const RECORDINGS = join(import.meta.dirname, '..', 'testdata', 'recordings');

/** Every id that tells one copy from another: runs, messages, sessions, Mattermost's 26-character ids. */
const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\bcall_[a-z0-9]+\b|\b[a-z0-9]{26}\b/g;

/** The same text with every id made new for this copy; the same id becomes the same new one everywhere. */
export function renamed(text: string, copy: number): string {
  const tail = copy.toString(36).padStart(5, '0');
  return text.replace(IDS, (id) => id.slice(0, -5) + tail);
}

/** Lines of all gateway recordings that hold run events, in the order of their files. */
export function gatewayLines(): readonly string[] {
  const folder = join(RECORDINGS, 'gateway');
  return readdirSync(folder)
    .filter((name) => /^(\d\d-|mm-|tools|spawn|error)/.test(name) && name.endsWith('.jsonl') && !name.includes('.mm.'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{"t"') || line.includes('"dir"'));
}

/** Transcript lines of the JSONL recordings: what `append` steps wrote. */
export function transcriptLines(): readonly string[] {
  const folder = join(RECORDINGS, 'jsonl');
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name, 'steps.jsonl'), 'utf8').split('\n'))
    .filter((line) => line.includes('"append"'))
    .map((line) => (JSON.parse(line) as { data: string }).data.trimEnd());
}

/** Copies of `lines` under new names until they are at least `bytes` long. */
export function grown(lines: readonly string[], bytes: number): readonly string[] {
  const out: string[] = [];
  let size = 0;
  for (let copy = 1; size < bytes; copy += 1) {
    for (const line of lines) {
      const next = renamed(line, copy);
      out.push(next);
      size += next.length;
    }
  }
  return out;
}
