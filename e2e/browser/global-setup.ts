import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The tests open dashboard/dist: it must be of today's sources. */
export default async function setup(): Promise<void> {
  await promisify(execFile)(join(import.meta.dirname, '..', '..', 'scripts', 'ensure-dashboard.sh'));
}
