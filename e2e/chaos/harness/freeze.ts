import { readdir, readFile } from 'node:fs/promises';

/** SIGSTOP to a process and everything below it, as when a machine swaps or a debugger holds it. Gives back what ends it. */
export async function freeze(pid: number): Promise<() => void> {
  const stopped = await treeOf(pid);
  // Parents first: none of them may see a child stop, or start another.
  for (const one of stopped) signal(one, 'SIGSTOP');
  return () => {
    for (const one of stopped.toReversed()) signal(one, 'SIGCONT');
  };
}

/** The process and all its descendants, each after its parent. PostgreSQL's are in process groups of their own. */
async function treeOf(root: number): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = await parentOf(entry);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

async function parentOf(pid: string): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
