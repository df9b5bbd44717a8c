import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a Node process's resident memory is, bytes. */
export interface Memory {
  readonly rss: number;
  /** Pages of programs and libraries, which processes of the same program share. */
  readonly program: number;
  /** The C library's main heap: compilers' scratch, SQLite, buffers. */
  readonly cHeap: number;
  /** Everything else: V8's heap and code, stacks, large buffers. */
  readonly anonymous: number;
}

/** Resident memory of a process, bytes. */
export function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;
}

/** Linux tells for each mapping of a process how much of it is resident. */
export function memoryOf(pid: number): Memory {
  const sums = { program: 0, cHeap: 0, anonymous: 0 };
  let kind: keyof typeof sums = 'anonymous';
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)$/.exec(line);
    if (mapping !== null) kind = kindOf(mapping[1] ?? '');
    const rss = /^Rss:\s+(\d+) kB/.exec(line)?.[1];
    if (rss !== undefined) sums[kind] += Number(rss) * 1_024;
  }
  return { rss: rssOf(pid), ...sums };
}

function kindOf(path: string): 'program' | 'cHeap' | 'anonymous' {
  if (path.startsWith('/')) return 'program';
  return path === '[heap]' ? 'cHeap' : 'anonymous';
}

const SETTLE_MS = 1_000;

/** What Node takes before it has done anything. */
export async function bareNodeRss(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  try {
    await sleep(SETTLE_MS);
    return rssOf(child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
  }
}
