import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '@livestatus/contract';
import { expect, it } from 'vitest';
import { FAILURES } from './errors.ts';
import { GATEWAY_PROBLEMS } from './sources/openclaw-gateway/problems.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const page = read('docs/troubleshooting.md');

/** The words of a closed set that exists as a type only. */
function union(path: string, name: string): readonly string[] {
  const body = new RegExp(`type ${name} =([^;]*);`).exec(read(path))?.[1] ?? '';
  return [...body.matchAll(/'([a-z_]+)'/g)].map(([, word = '']) => word);
}

const found = (path: string, pattern: RegExp): readonly string[] =>
  [...read(path).matchAll(pattern)].map(([, word = '']) => word);

const SETS: Readonly<Record<string, readonly string[]>> = {
  'what stops a command': Object.keys(FAILURES),
  'the gateway source': Object.keys(GATEWAY_PROBLEMS),
  transcripts: union('daemon/src/sources/openclaw-jsonl/health.ts', 'JsonlHealthCode'),
  'links to Mattermost': found('daemon/src/sinks/mattermost/words.ts', /code: '([a-z_]+)'/g),
  'turns without a place': union('daemon/src/sinks/mattermost/placement.ts', 'UnroutedReason'),
  state: union('daemon/src/state/sqlite-errors.ts', 'StorageTrouble').map((word) => `state_${word}`),
  boxes: Object.keys(ERROR_CODES).filter((code) => code.startsWith('post_')),
  'start-daemon.sh': [
    ...found('start-daemon.sh', /fail \S+ ([a-z_]+) /g),
    ...found('start-daemon.sh', /say ["']\(([a-z_]+)\)/g),
  ],
};

it.each(Object.entries(SETS))('docs/troubleshooting.md explains every code of %s', (_, codes) => {
  expect(codes.length).toBeGreaterThan(4);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
