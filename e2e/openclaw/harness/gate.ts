import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A shell command that runs until the test opens it: "in the middle" without a sleep on a guess. */
export interface Gate {
  readonly command: string;
  readonly open: () => Promise<void>;
}

/** A new gate, whose sign is a file in `dir`. The command gives up waiting after `atMostS`, and ends as if opened. */
export function gateIn(dir: string, atMostS = 60): Gate {
  const file = join(dir, `gate-${randomBytes(6).toString('hex')}`);
  return {
    command: `for i in $(seq ${atMostS * 5}); do [ -e ${file} ] && break; sleep 0.2; done; echo open`,
    open: () => writeFile(file, ''),
  };
}
