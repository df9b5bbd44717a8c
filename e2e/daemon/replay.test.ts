import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { livestatus, RECORDINGS } from './cli.ts';

const TOOLS = join(RECORDINGS, 'gateway', 'mm-channel-tools.jsonl');
const YIELD = join(RECORDINGS, 'gateway', '11-yield-question.jsonl');
const SUBAGENT = join(RECORDINGS, 'jsonl', 'subagent');

describe('livestatus replay PATH... --speed 0 --json', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'livestatus-recordings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('prints an array of sessions, oldest first, and nothing else on stdout', async () => {
    const { code, stdout } = await livestatus(['replay', YIELD, '--speed', '0', '--json']);
    const sessions = JSON.parse(stdout) as Session[];
    expect(code).toBe(0);
    expect(sessions.map((session) => session.status)).toEqual(['done', 'done']);
    expect(sessions.map((session) => session.daemon_id)).toEqual(['replay', 'replay']);
    expect(sessions.map((session) => session.started_ms)).toEqual(sessions.map((session) => session.started_ms).sort());
  });

  test('two runs are byte-identical, for frames and for transcripts', async () => {
    for (const path of [TOOLS, SUBAGENT]) {
      const [first, second] = [
        await livestatus(['replay', path, '--speed', '0', '--json']),
        await livestatus(['replay', path, '--speed', '0', '--json']),
      ];
      expect(first.stdout).toBe(second.stdout);
      expect(first.stdout.length).toBeGreaterThan(100);
    }
  });

  test('several paths give one array', async () => {
    const { stdout } = await livestatus(['replay', TOOLS, SUBAGENT, '--speed', '0', '--json']);
    const sessions = JSON.parse(stdout) as Session[];
    expect(sessions).toHaveLength(2);
    expect(new Set(sessions.map((session) => session.id)).size).toBe(2);
  });

  test('a recording without a turn gives [] and exit 0', async () => {
    const { code, stdout } = await livestatus([
      'replay',
      join(RECORDINGS, 'gateway', '14-bot-post-typed.jsonl'),
      '--speed',
      '0',
      '--json',
    ]);
    expect([code, JSON.parse(stdout)]).toEqual([0, []]);
  });

  test('PRIVACY applies to every channel', async () => {
    const { stdout } = await livestatus(['replay', TOOLS, '--speed', '0', '--json'], { PRIVACY: 'minimal' });
    const [session] = JSON.parse(stdout) as Session[];
    expect([session?.steps, session?.title, session?.tool_calls]).toEqual([[], undefined, 5]);
  });

  test.each([
    ['posts of Mattermost', () => join(RECORDINGS, 'gateway', '04-plan.mm.jsonl')],
    ['an empty file', () => written(folder, 'empty.jsonl', '')],
    ['a text', () => written(folder, 'text.jsonl', 'hello\nworld\n')],
    ['binary', () => written(folder, 'binary.jsonl', Buffer.from([0, 255, 10, 200, 0]))],
    ['a folder without steps', () => folder],
  ])('%s is no recording: exit 2 and a coded error', async (_, path) => {
    const { code, stdout, stderr } = await livestatus(['replay', path(), '--speed', '0', '--json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('(not_a_recording)');
  });

  test('a path that is not there: exit 2', async () => {
    const { code, stderr } = await livestatus(['replay', '/no/such/file.jsonl', '--speed', '0', '--json']);
    expect(code).toBe(2);
    expect(stderr).toContain('(path_not_found)');
  });

  test('a recording that breaks off in the middle of a line is played as far as it goes', async () => {
    const whole = await livestatus(['replay', TOOLS, '--speed', '0', '--json']);
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(TOOLS);
    const path = written(folder, 'cut.jsonl', bytes.subarray(0, bytes.length - 100));
    const { code, stdout, stderr } = await livestatus(['replay', path, '--speed', '0', '--json']);
    expect([code, stdout]).toEqual([0, whole.stdout]);
    expect(stderr).toContain('skipped 1 lines');
  });
});

function written(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
