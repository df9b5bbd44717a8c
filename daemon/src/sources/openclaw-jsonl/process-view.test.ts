import { describe, expect, it } from 'vitest';
import { createProcessView, nodeProcFiles, type ProcFiles } from './process-view.ts';

const LOCK = { createdAt: '2026-11-22T21:31:28.385Z', createdMs: 0, pid: 7, starttime: 96_159 };
const stat = (starttime: number, name = 'node', state = 'S') =>
  `7 (${name}) ${state} ${'0 '.repeat(18)}${starttime} 0 0`;

function view(files: Readonly<Record<string, string>>, namespace = 'pid:[4026532000]') {
  const proc: ProcFiles = {
    read: (path) => files[path],
    link: () => namespace,
    list: () => Object.keys(files).flatMap((path) => /^\/proc\/(\d+)\/stat$/.exec(path)?.[1] ?? []),
  };
  return createProcessView(proc);
}

describe('the process of a lock is seen', () => {
  it.each([
    { when: 'id and start time agree', files: { '/proc/7/stat': stat(96_159) }, seen: true },
    { when: 'its name looks like the end of a name', files: { '/proc/7/stat': stat(96_159, 'a) S 1 (b') }, seen: true },
    { when: 'the id was given to another process', files: { '/proc/7/stat': stat(200_000) }, seen: false },
    { when: 'it is a zombie', files: { '/proc/7/stat': stat(96_159, 'node', 'Z') }, seen: false },
    { when: 'there is none', files: {}, seen: false },
  ])('$when: $seen', ({ files, seen }) => {
    expect(view(files).sees(LOCK)).toBe(seen);
  });

  it('by its id alone when the lock has no start time', () => {
    const { starttime: _, ...lock } = LOCK;
    expect(view({ '/proc/7/stat': stat(1) }).sees(lock)).toBe(true);
  });

  it('inside a container of this machine, where it has another id', () => {
    const files = { '/proc/31337/stat': stat(96_159), '/proc/31337/status': 'Name:\tnode\nNSpid:\t31337\t7\n' };
    expect(view(files, 'pid:[4026531836]').sees(LOCK)).toBe(true);
    expect(view(files).sees(LOCK)).toBe(false);
  });

  it('on this very machine: our own process', () => {
    const fields = nodeProcFiles.read('/proc/self/stat')?.split(') ')[1]?.split(' ');
    const lock = { ...LOCK, pid: process.pid, starttime: Number(fields?.[19]) };
    expect(createProcessView(nodeProcFiles).sees(lock)).toBe(true);
    expect(createProcessView(nodeProcFiles).sees({ ...lock, starttime: lock.starttime + 1 })).toBe(false);
  });
});
