import { isDeepStrictEqual } from 'node:util';
import { LIMITS, type Session } from '@livestatus/contract';
import type { Rig } from './rig.ts';
import type { SimulatedRun } from './simulated-run.ts';
import { until } from './until.ts';

const END_TIMEOUT_MS = 30_000;

/**
 * Ends all runs and compares what the API then says of each turn with what was told, and with what a reader of the stream has
 * put together. Returns what is wrong, in words; nothing = nothing lost, every final state exact.
 */
export async function endAndCheck(rig: Rig, runs: readonly SimulatedRun[]): Promise<readonly string[]> {
  const ids = new Map(runs.map((run) => [run, rig.session(run)?.id]));
  for (const run of runs) run.end();
  const ended = () => runs.every((run) => rig.stream.sessions.get(ids.get(run) ?? '')?.status === 'done');
  await until('all turns have ended', END_TIMEOUT_MS, ended).catch(() => {});
  const wrong: string[] = [];
  for (const run of runs) {
    const id = ids.get(run);
    if (id === undefined) wrong.push(`${run.key}: never shown`);
    else {
      const session = await rig.daemon.get<Session>(`/api/v1/sessions/${id}`);
      wrong.push(...problemsOf(session, run).map((problem) => `${run.key}: ${problem}`));
      if (!isDeepStrictEqual(withoutTime(session), withoutTime(rig.stream.sessions.get(id))))
        wrong.push(`${run.key}: the stream tells something else than the API`);
    }
  }
  if (rig.stream.misfits > 0) wrong.push(`${rig.stream.misfits} deltas did not fit`);
  if (rig.stream.syncs !== 1) wrong.push(`the stream began anew ${rig.stream.syncs - 1} times`);
  return wrong;
}

/** What a session's last state tells otherwise than its run did. */
export function problemsOf(session: Session, run: SimulatedRun): readonly string[] {
  const problems: string[] = [];
  const expected = run.calls.length;
  if (session.status !== 'done') problems.push(`is ${session.status}`);
  if (session.tool_calls !== expected) problems.push(`has ${session.tool_calls} calls, not ${expected}`);
  const tools = session.steps.filter((step) => step.kind === 'tool');
  const open = tools.filter((step) => step.status !== 'done');
  if (open.length > 0) problems.push(`has ${open.length} steps that are not done`);
  const shown = tools.map((step) => step.id);
  if (!isDeepStrictEqual(shown, run.calls.slice(-shown.length))) problems.push('shows other steps than the last ones');
  if (session.steps.length < Math.min(expected, LIMITS.stepsPerSession))
    problems.push(`shows ${shown.length} steps only`);
  return problems;
}

/** When it was looked at is no part of what it is. */
function withoutTime(session: Session | undefined): Partial<Session> {
  const { as_of_ms: _, ...rest } = session ?? {};
  return rest;
}
