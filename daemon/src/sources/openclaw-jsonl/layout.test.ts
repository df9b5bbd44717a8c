import { describe, expect, it } from 'vitest';
import type { FileSystem } from './file-system.ts';
import { nodeFileSystem } from './file-system.ts';
import { agentsPlace, isTranscript, mapSessionFile, splitTranscriptPath, transcriptOfLock } from './layout.ts';

const withDirectories = (...directories: readonly string[]): FileSystem => ({
  ...nodeFileSystem,
  stat: (path) => (directories.includes(path) ? { kind: 'directory', size: 0, inode: 1, mtimeMs: 0 } : undefined),
});

describe('agents/ is found from', () => {
  it.each([
    { configured: '/srv/agent/state', place: { directory: '/srv/agent/state/agents' } },
    { configured: '/srv/agent/state/agents/', place: { directory: '/srv/agent/state/agents' } },
    {
      configured: '/srv/agent/state/agents/main/sessions',
      place: { directory: '/srv/agent/state/agents', onlyAgent: 'main' },
    },
    { configured: '/srv/agents', place: { directory: '/srv/agents/agents' }, there: ['/srv/agents/agents'] },
  ])('$configured', ({ configured, place, there = [] }) => {
    expect(agentsPlace(withDirectories(...there), configured)).toEqual(place);
  });
});

it.each([
  { name: 'x.jsonl', transcript: true },
  { name: '2026-11-22T21-36-44-632Z_7be8.jsonl', transcript: true },
  { name: 'x.jsonl.reset.2026', transcript: false },
  { name: 'x.jsonl.lock', transcript: false },
  { name: '.jsonl', transcript: false },
  { name: 'sessions.json', transcript: false },
])('$name is a transcript: $transcript', ({ name, transcript }) => {
  expect(isTranscript(name)).toBe(transcript);
});

it('a lock names its transcript', () => {
  expect(transcriptOfLock('x.jsonl.lock')).toBe('x.jsonl');
  expect(transcriptOfLock('sessions.json.lock')).toBeUndefined();
});

describe('sessionFile is mapped to here', () => {
  it.each([
    { sessionFile: '/home/agent/x/state/agents/main/sessions/x.jsonl', path: 'main/sessions/x.jsonl' },
    { sessionFile: '/home/agent/x/state/agents/other/sessions/x.jsonl', path: 'other/sessions/x.jsonl' },
    { sessionFile: 'C:\\agent\\agents\\main\\sessions\\x.jsonl', path: 'main/sessions/x.jsonl' },
    { sessionFile: '/elsewhere/x.jsonl', path: 'main/sessions/x.jsonl' },
    { sessionFile: 'x.jsonl', path: 'main/sessions/x.jsonl' },
    { sessionFile: '/home/agents/../sessions/x.jsonl', path: 'main/sessions/x.jsonl' },
    { sessionFile: '/etc/passwd', path: undefined },
    { sessionFile: '', path: undefined },
  ])('$sessionFile', ({ sessionFile, path }) => {
    expect(mapSessionFile(sessionFile, 'main')).toBe(path);
  });
});

it.each([
  'main/sessions/x.jsonl',
  '../sessions/x.jsonl',
  'main/sessions/../x.jsonl',
  'main/x.jsonl',
  'main/sessions/x.txt',
])('%s leads nowhere else', (path) => {
  expect(splitTranscriptPath(path)).toEqual(
    path === 'main/sessions/x.jsonl' ? { agentId: 'main', name: 'x.jsonl' } : undefined,
  );
});
