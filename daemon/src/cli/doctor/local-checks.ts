import type { LoadResult } from '../../config/load.ts';
import type { ConfigProblem } from '../../config/problem.ts';
import type { StateInspection } from '../../state/inspect.ts';
import { type Finding, fail, pass, warn } from './check.ts';

const MIN_NODE = [22, 19] as const;

/** node:sqlite and type stripping come without flags from 22.19 on. */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  if (recent) return pass(`Node ${version}`);
  return fail(
    `Node ${version} is too old`,
    `Use Node ${MIN_NODE.join('.')} or newer, or start bin/livestatus, which brings one.`,
  );
}

export function judgeConfig(result: LoadResult, envFile: string | undefined): Finding {
  const from = envFile === undefined ? 'the environment' : `the environment and ${envFile}`;
  if (!result.ok)
    return fail(
      `${count(result.problems.length, 'problem')} in ${from}: ${list(result.problems)}`,
      'Correct these variables; docs/configuration.md explains each.',
    );
  if (result.warnings.length === 0) return pass(`Read from ${from}`);
  return warn(list(result.warnings), 'Correct these variables, or leave them if they are meant so.');
}

export function judgeState(dir: string, inspection: StateInspection): Finding {
  switch (inspection.kind) {
    case 'new':
      return pass(`${dir} will be made at the first start`);
    case 'in_use':
      return pass(`${dir} is in use by a running daemon`);
    case 'ok': {
      const found = `${dir}: ${count(inspection.ended, 'ended turn')}, ${Math.ceil(inspection.bytes / 1024)} KiB`;
      if (!inspection.exposed) return pass(found);
      return warn(
        `${found}; others may read the directory`,
        `Run "chmod 700 ${dir}" (the daemon does it at its next start).`,
      );
    }
    case 'unusable':
      return warn(`The database in ${dir} is ${inspection.reason}`, UNUSABLE[inspection.reason]);
    case 'unwritable':
      return fail(
        `${dir} cannot be written (${inspection.code})`,
        'Give this user the right to write there, or set STATE_DIR to another directory.',
      );
  }
}

const UNUSABLE = {
  corrupt: 'The daemon sets it aside at its next start and begins a fresh one; look at the disk if this repeats.',
  newer: 'A newer Live Status wrote it: start that one, or let this one set it aside at its next start.',
  foreign: 'It is not ours: set STATE_DIR to a directory of its own, or the daemon sets that file aside.',
} as const;

function list(problems: readonly ConfigProblem[]): string {
  return problems.map(({ name, message }) => `${name}: ${message}`).join('; ');
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
