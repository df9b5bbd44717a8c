import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../release/command.ts';

/** A block of the guide that is to be typed (`run`) or written into a file (`edit`). */
export interface Step {
  readonly kind: 'run' | 'edit';
  readonly name: string;
  readonly lines: string;
}

export interface Guide {
  /** By name, in the order of the page. */
  readonly steps: ReadonlyMap<string, Step>;
  /** Shell blocks that nobody follows. */
  readonly unmarked: readonly string[];
}

const BLOCK = /(?:<!-- (run|edit): (\S+) -->\n)?```(sh|ini)\n([\s\S]*?)```/g;

/** docs/admin-guide.md as a list of things to do. */
export function readGuide(): Guide {
  const text = readFileSync(join(CHECKOUT, 'docs/admin-guide.md'), 'utf8');
  const steps = new Map<string, Step>();
  const unmarked: string[] = [];
  for (const [, kind, name, , lines = ''] of text.matchAll(BLOCK)) {
    if (kind === undefined || name === undefined) unmarked.push(lines);
    else steps.set(name, { kind: kind as Step['kind'], name, lines });
  }
  return { steps, unmarked };
}
