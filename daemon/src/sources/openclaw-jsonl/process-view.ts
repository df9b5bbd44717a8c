import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { LockInfo } from './lock.ts';

/** Which processes can be seen from here. */
export interface ProcessView {
  /** Whether the process that made the lock is visible and runs. */
  sees(lock: LockInfo): boolean;
  /** True if nothing on this machine can run unseen: we are not in a container of our own. */
  readonly wholeMachine: boolean;
}

/** Reading `/proc`, as an argument for tests. Both return undefined when there is no such file. */
export interface ProcFiles {
  read(path: string): string | undefined;
  link(path: string): string | undefined;
  list(path: string): readonly string[];
}

/** The first process namespace of a Linux machine always has this number (PROC_PID_INIT_INO). */
const FIRST_NAMESPACE = 'pid:[4026531836]';

export function createProcessView(proc: ProcFiles): ProcessView {
  const wholeMachine = proc.link('/proc/self/ns/pid') === FIRST_NAMESPACE;
  return {
    wholeMachine,
    sees(lock) {
      if (lock.pid === undefined) return false;
      if (isSame(proc.read(`/proc/${lock.pid}/stat`), lock)) return true;
      return wholeMachine && isInContainer(proc, lock);
    },
  };
}

export const nodeProcFiles: ProcFiles = {
  read: (path) => whenReadable(() => readFileSync(path, 'latin1')),
  link: (path) => whenReadable(() => readlinkSync(path)),
  list: (path) => whenReadable(() => readdirSync(path)) ?? [],
};

/** Process ids are reused; the start time tells whether this is the process that wrote the lock. */
function isSame(stat: string | undefined, lock: LockInfo): boolean {
  const fields = statFields(stat);
  if (fields === undefined || fields.state === 'Z' || fields.state === 'X') return false;
  return lock.starttime === undefined || fields.starttime === lock.starttime;
}

/** A container's process has another id inside, which its lock names, but the same start time. */
function isInContainer(proc: ProcFiles, lock: LockInfo): boolean {
  if (lock.starttime === undefined) return false;
  return proc.list('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || !isSame(proc.read(`/proc/${pid}/stat`), lock)) return false;
    const inner = /^NSpid:(.*)$/m.exec(proc.read(`/proc/${pid}/status`) ?? '')?.[1] ?? '';
    return inner.trim().split(/\s+/).includes(String(lock.pid));
  });
}

/** proc_pid_stat(5): the name in parentheses may itself contain spaces and parentheses. */
function statFields(stat: string | undefined): { readonly state: string; readonly starttime: number } | undefined {
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, starttime] = [fields[0], Number(fields[19])];
  return state === undefined || Number.isNaN(starttime) ? undefined : { state, starttime };
}

function whenReadable<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
