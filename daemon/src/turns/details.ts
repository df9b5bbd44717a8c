import type { Draft } from './draft.ts';
import type {
  AssistantMessageEvent,
  CompactionEvent,
  PlanEvent,
  RowEvent,
  RunAttemptFailedEvent,
  RunFallbackEvent,
  TextEvent,
  ThinkingEvent,
  TokenUsage,
  WritingEvent,
} from './events.ts';
import { routeOf } from './route.ts';
import { adopt, dropCompaction, dropRetry, liveTurn } from './runs.ts';
import { BOUNDS, type KeyState, type RunState, type TurnState } from './state.ts';
import { addNotice, endThinking, findStep, heard, parentStepOf, putStep, stepId, withTurn } from './steps.ts';

/** What happens inside a run besides its tools: thinking, texts, tokens, plan, notices. */
export function onThinking(draft: Draft, event: ThinkingEvent): void {
  const live = liveTurn(draft, event.run);
  if (live === undefined) return;
  const { run } = live;
  let state = dropCompaction(dropRetry(live.state));
  if (isRootKey(state, run) && state.signal !== 'thinking') state = { ...state, signal: 'thinking' };
  draft.setTurn(keepThinking(state, run.key, event.tsMs));
}

/** In steps of a second, so that a stream of words is not a stream of changes. */
function keepThinking(state: TurnState, key: string, tsMs: number): TurnState {
  const now = state.thinking[key];
  if (now !== undefined && tsMs - now.lastMs < 1_000) return state;
  return { ...state, thinking: { ...state.thinking, [key]: { sinceMs: now?.sinceMs ?? tsMs, lastMs: tsMs } } };
}

export function onWriting(draft: Draft, event: WritingEvent): void {
  const live = liveTurn(draft, event.run);
  if (live === undefined) return;
  let state = dropCompaction(dropRetry(endThinking(live.state, live.run.key)));
  if (isRootKey(state, live.run) && state.signal !== 'writing') state = { ...state, signal: 'writing' };
  draft.setTurn(state);
}

function isRootKey(state: TurnState, run: RunState): boolean {
  return run.key === state.turn.key;
}

/** Interim text: said before tools, so it is a step of its own. */
export function onText(draft: Draft, event: TextEvent): void {
  const found = runAndTurn(draft, event.run?.runId, event.key);
  if (found === undefined || event.text.trim() === '') return;
  const id = stepId(event.itemId);
  const state = endThinking(dropRetry(heard(found.state, draft)), found.run.key);
  if (findStep(state.turn, id) !== undefined) {
    draft.setTurn(state);
    return;
  }
  const parentId = parentStepOf(state, found.run.key);
  draft.setTurn(
    putStep(state, {
      id,
      kind: 'text',
      text: event.text,
      status: 'done',
      startedMs: event.tsMs,
      endedMs: event.tsMs,
      ...(parentId !== undefined && { parentId }),
    }),
  );
}

function runAndTurn(
  draft: Draft,
  runId: string | undefined,
  key: string,
): { run: RunState; state: TurnState } | undefined {
  const run =
    runId === undefined
      ? draft.runs.findLast((other) => other.key === key && other.progress !== 'ended')
      : draft.run(runId);
  const state = run === undefined ? undefined : draft.turn(run.turn);
  return run === undefined || state === undefined ? undefined : { run, state };
}

/** Tokens are summed over the turn's assistant messages, sub-agents' included; context is the root's last one. */
export function onAssistantMessage(draft: Draft, event: AssistantMessageEvent): void {
  const found = runAndTurn(draft, event.run?.runId, event.key);
  if (found === undefined || event.usage === undefined || found.state.countedMessages.includes(event.messageId)) return;
  const { run, state } = found;
  const countedMessages = [...state.countedMessages, event.messageId].slice(-BOUNDS.countedMessages);
  const usage = add(state.turn.usage, event.usage);
  const isContext = isRootKey(state, run) && event.usage.total > 0;
  const next = state.turn.phase.status === 'active' ? endThinking(heard(state, draft), run.key) : state;
  draft.setTurn(
    withTurn(
      { ...next, countedMessages },
      { ...next.turn, usage, ...(isContext && { contextUsed: event.usage.total }) },
    ),
  );
}

function add(a: TokenUsage | undefined, b: TokenUsage): TokenUsage {
  if (a === undefined) return b;
  const cost = a.costUsd === undefined && b.costUsd === undefined ? undefined : (a.costUsd ?? 0) + (b.costUsd ?? 0);
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    total: a.total + b.total,
    ...(cost !== undefined && { costUsd: cost }),
  };
}

/** T4: an attempt failed; the runtime tries again or says that it will not. */
export function onAttemptFailed(draft: Draft, event: RunAttemptFailedEvent): void {
  const live = liveTurn(draft, event.run);
  if (live === undefined) return;
  const state = dropCompaction(endThinking(live.state, live.run.key));
  draft.setTurn({ ...state, retrying: { sinceMs: state.retrying?.sinceMs ?? event.tsMs, message: event.message } });
}

export function onFallback(draft: Draft, event: RunFallbackEvent): void {
  const live = liveTurn(draft, event.run);
  if (live === undefined) return;
  const id = `fallback:${event.run.runId}:${event.from ?? ''}:${event.to ?? ''}`;
  const parentId = parentStepOf(live.state, live.run.key);
  draft.setTurn(addNotice(dropRetry(live.state), { id, code: 'fallback', atMs: event.tsMs, text: event.to, parentId }));
}

export function onCompaction(draft: Draft, event: CompactionEvent): void {
  const found = runAndTurn(draft, event.run?.runId, event.key);
  if (found === undefined || found.run.progress === 'ended') return;
  const state = endThinking(heard(found.state, draft), found.run.key);
  if (event.phase === 'ended') {
    draft.setTurn(dropCompaction(state));
    return;
  }
  if (state.compactingSince !== undefined) return;
  const noted = addNotice(state, {
    id: `compaction:${found.run.runId}:${event.tsMs}`,
    code: 'compaction',
    atMs: event.tsMs,
  });
  draft.setTurn({ ...noted, compactingSince: event.tsMs });
}

/** T13. Only the root's own plan: a sub-agent's would overwrite it. */
export function onPlan(draft: Draft, event: PlanEvent): void {
  const found = runAndTurn(draft, event.run?.runId, event.key);
  if (found === undefined || !isRootKey(found.state, found.run)) return;
  draft.setTurn(withTurn(heard(found.state, draft), { ...found.state.turn, plan: event.items }));
}

/** Facts of a key; they correct the route and names of its open turns. */
export function onRow(draft: Draft, event: RowEvent): void {
  if (event.spawnedBy !== undefined) adopt(draft, event.key, event.spawnedBy);
  const before = draft.key(event.key);
  const after: KeyState = {
    ...before,
    ...(event.agentId !== undefined && { agentId: event.agentId }),
    ...(event.agentName !== undefined && { agentName: event.agentName }),
    ...(event.label !== undefined && { label: event.label }),
    ...(event.route !== undefined && { route: event.route }),
    ...(event.contextWindow !== undefined && { contextWindow: event.contextWindow }),
  };
  draft.setKey(after);
  for (const state of draft.turns) {
    if (state.turn.key === event.key && state.turn.phase.status === 'active') draft.setTurn(corrected(state, after));
  }
}

function corrected(state: TurnState, key: KeyState): TurnState {
  const request = key.requests.findLast((pending) => pending.takenBy === state.uid)?.event;
  const route = state.nameBy === undefined ? routeOf(state.turn.key, request, key.route) : state.turn.route;
  const sameRoute = JSON.stringify(route) === JSON.stringify(state.turn.route);
  if (sameRoute && key.contextWindow === state.turn.contextWindow) return state;
  return withTurn(state, {
    ...state.turn,
    route: sameRoute ? state.turn.route : route,
    ...(key.contextWindow !== undefined && { contextWindow: key.contextWindow }),
  });
}
