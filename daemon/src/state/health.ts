import type { LinkHealth } from '../server/ports.ts';
import type { StorageTrouble } from './sqlite-errors.ts';

const REASONS: Readonly<Record<StorageTrouble, (dir: string) => string>> = {
  locked: (dir) =>
    `Another process holds the database in ${dir}; state is kept in memory. Find it with "fuser ${dir}/state.db".`,
  disk_full: (dir) =>
    `The disk of ${dir} is full; state is kept in memory and written when there is room. Free some space.`,
  unwritable: (dir) =>
    `${dir} cannot be written; state is kept in memory. Correct its owner and permissions, or STATE_DIR.`,
  corrupt: (dir) =>
    `The database in ${dir} is damaged; state is kept in memory. Restart the daemon: it sets the file aside.`,
  gone: (dir) =>
    `The database in ${dir} was removed or replaced while the daemon runs; everything is written anew as soon as ${dir}/state.db can be made.`,
  failed: (dir) => `The database in ${dir} cannot be written; state is kept in memory. The log has the details.`,
};

/** Health `state_disk_full`, `state_unwritable`, ...: the daemon works, but would forget on a restart. */
export function troubleHealth(trouble: StorageTrouble, dir: string, sinceMs: number): LinkHealth {
  return {
    name: 'state',
    state: 'degraded',
    code: `state_${trouble}`,
    reason: REASONS[trouble](dir),
    detail: { dir },
    sinceMs,
  };
}
