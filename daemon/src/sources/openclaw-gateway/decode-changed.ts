import type { ChildSettledEvent, RunEndedEvent, RunOutcome, RunStartedEvent } from '../../turns/events.ts';
import { outcomeOf } from './decode-agent.ts';
import { flag, isObject, type Json, list, object, optional, text } from './fields.ts';

/** What a `sessions.changed` payload tells besides the facts of its row. */
export interface ChangeContext {
  readonly key: string;
  readonly at: number;
  /** The payload's own time, on the daemon's clock. */
  readonly tsMs: number;
}

/** Reasons whose row is the last word about a sub-agent's input, or about the sub-agent. */
const SETTLING_REASONS: ReadonlySet<string> = new Set(['agent.input.settled', 'subagent-status']);

/** Undefined if the payload settles nothing (T9, 06-stop-during-subagent, restart-kill9-subagent). */
export function childSettled(payload: Json, { key, at, tsMs }: ChangeContext): ChildSettledEvent | undefined {
  if (!SETTLING_REASONS.has(text(payload, 'reason') ?? '')) return undefined;
  const row = object(payload, 'session') ?? payload;
  const outcome = childOutcome(row);
  const abortedAncestors = list(payload, 'ancestorSessions')
    .filter(isObject)
    .filter((ancestor) => flag(ancestor, 'abortedLastRun'))
    .flatMap((ancestor) => text(ancestor, 'key') ?? []);
  if (outcome === undefined && abortedAncestors.length === 0) return undefined;
  return { type: 'child.settled', key, at, abortedAncestors, tsMs, ...optional('outcome', outcome) };
}

/** How a sub-agent's last run ended. A row that says `running` without an active run waits for its own sub-agents. */
export function childOutcome(row: Json): RunOutcome | undefined {
  if (row.hasActiveRun !== false || text(row, 'spawnedBy') === undefined) return undefined;
  switch (text(row, 'status')) {
    case 'done':
      return { kind: 'done' };
    case 'failed':
      return { kind: 'error', message: text(row, 'lastRunError') ?? 'The sub-agent failed without a reason.' };
    case 'killed':
      return { kind: 'aborted', code: 'aborted' };
    default:
      return undefined;
  }
}

/** For a key that shows no run events (*.subscribe-only) its rows tell start and end. */
export function rowLifecycle(
  payload: Json,
  runId: string,
  { key, at, tsMs }: ChangeContext,
): RunStartedEvent | RunEndedEvent | undefined {
  const row = object(payload, 'session');
  switch (text(payload, 'phase')) {
    case 'start':
      return {
        type: 'run.started',
        key,
        at,
        run: { runId },
        startedMs: tsMs,
        ...optional('spawnedBy', text(row, 'spawnedBy')),
      };
    case 'end':
      return { type: 'run.ended', key, at, run: { runId }, endedMs: tsMs, outcome: rowEnd(row) };
    case 'error':
      return { type: 'run.ended', key, at, run: { runId }, endedMs: tsMs, outcome: rowError(row) };
    default:
      return undefined;
  }
}

/**
 * After a yield nothing runs and the row has no last word: it says `running`, a sub-agent's only that it has sub-agents of
 * its own (11-yield-question, nested-subagents). Of a run that is over it says so, or still that it runs (15-ask-user).
 */
function rowEnd(row: Json | undefined): RunOutcome {
  const status = text(row, 'status');
  const isOpen = status === 'running' || (status === undefined && flag(row, 'hasActiveSubagentRun'));
  const yielded = isOpen && row?.hasActiveRun === false && !flag(row, 'abortedLastRun');
  return outcomeOf({ phase: 'end', ...(yielded && { yielded }) });
}

function rowError(row: Json | undefined): RunOutcome {
  const aborted = flag(row, 'abortedLastRun') || text(row, 'status') === 'killed';
  return outcomeOf({
    phase: 'error',
    ...(aborted && { aborted: true }),
    ...optional('error', text(row, 'lastRunError')),
  });
}
