import { describe, expect, it } from 'vitest';
import type { Cursor } from './cursor.ts';
import { cursorPort } from './cursor-store.ts';
import { MemoryCursors } from './testing/world.ts';

const CURSOR: Cursor = {
  path: 'main/sessions/s1.jsonl',
  offset: 4096,
  inode: 17,
  mark: 99,
  run: {
    key: 'agent:main:main',
    createdAt: '2026-11-22T21:31:28.385Z',
    seenMs: 5,
    headerMs: 4,
    messages: true,
    asked: true,
    model: 'mock-1',
    last: { stop: 'toolUse', offset: 2048, ms: 5, silent: false, yielded: true },
  },
};

describe('cursors', () => {
  it('come back as they were', () => {
    const port = cursorPort(new MemoryCursors());
    const bare: Cursor = {
      ...CURSOR,
      path: 'main/sessions/s2.jsonl',
      run: { key: 'k', createdAt: CURSOR.run.createdAt, messages: false, asked: false },
    };
    port.set(CURSOR);
    port.set(bare);
    expect(port.load()).toEqual([CURSOR, bare]);
    port.delete(CURSOR.path);
    expect(port.load()).toEqual([bare]);
  });

  it.each([
    { what: 'no JSON', json: '{' },
    { what: 'no cursor', json: '{"offset":1}' },
    { what: 'a wrong offset', json: JSON.stringify({ ...CURSOR, offset: '4096' }) },
    { what: 'no run', json: JSON.stringify({ ...CURSOR, run: null }) },
    {
      what: 'a run without a time',
      json: JSON.stringify({ ...CURSOR, run: { ...CURSOR.run, createdAt: 'yesterday?' } }),
    },
    { what: 'a path that leads elsewhere', json: JSON.stringify(CURSOR), path: '../../etc/x.jsonl' },
  ])('are left out when they are damaged: $what', ({ json, path = CURSOR.path }) => {
    const texts = new MemoryCursors();
    texts.set(path, json);
    expect(cursorPort(texts).load()).toEqual([]);
  });
});
