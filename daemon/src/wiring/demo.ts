import { join } from 'node:path';

/** The recordings that `make demo` plays, and the names their agents get there, so that several are seen at once. */
const DEMO: readonly { readonly file: string; readonly agent: string; readonly shows: string }[] = [
  { file: 'mm-channel-tools', agent: 'sol', shows: 'tools in a channel, one of them failing' },
  { file: '11-yield-question', agent: 'scout', shows: 'a sub-agent, and a question while it works' },
  { file: '06-stop-after-steer', agent: 'builder', shows: 'a long silent command, a new instruction, a stop' },
  { file: 'mm-dm-error', agent: 'scribe', shows: 'a provider error, in a direct message' },
  { file: '07-failover-500', agent: 'relay', shows: 'retries, then another model' },
  { file: '04-plan', agent: 'planner', shows: 'a plan, step by step' },
  { file: '01-approval-allow', agent: 'ops', shows: 'a command that waits for approval' },
];

export function demoPaths(root: string): readonly string[] {
  return DEMO.map(({ file }) => join(root, 'testdata', 'recordings', 'gateway', `${file}.jsonl`));
}

export const DEMO_AGENTS: readonly string[] = DEMO.map(({ agent }) => agent);

/** For the console: what is played, one line each. */
export function demoLines(): readonly string[] {
  return DEMO.map(({ agent, shows }) => `  ${agent.padEnd(8)} ${shows}`);
}
