import type { Draft } from './draft.ts';
import type {
  AssistantMessageEvent,
  CompactionEvent,
  PlanEvent,
  RowEvent,
  RunAttemptFailedEvent,
  RunFallbackEvent,
  RunModelEvent,
  RunRef,
  TextEvent,
  ThinkingEvent,
  WritingEvent,
} from './events.ts';
import { addUsage, takenUp } from './joining.ts';
import { routeFor } from './naming.ts';
import { completed } from './route.ts';
import { adopt, type Live, live } from './runs.ts';
import { BOUNDS, type KeyState, type RunState, type TurnState } from './state.ts';
import {
  addNotice,
  endThinking,
  findStep,
  isActive,
  ofKey,
  parentStepOf,
  putStep,
  stepId,
  withoutCompaction,
  withoutRetry,
  withTurn,
} from './steps.ts';

/** What happens inside a run besides its tools: thinking, texts, tokens, plan, notices. */
export function onThinking(draft: Draft, event: ThinkingEvent): void {
  const going = live(draft, event.run);
  if (going !== undefined) draft.setTurn(keepThinking(signalled(going, 'thinking'), going.run.key, event.tsMs));
}

/** In steps of a second, so that a stream of words is not a stream of changes. */
function keepThinking(state: TurnState, key: string, tsMs: number): TurnState {
  const spell = ofKey(state.thinking, key);
  if (spell !== undefined && tsMs - spell.lastMs < 1_000) return state;
  return { ...state, thinking: { ...state.thinking, [key]: { sinceMs: spell?.sinceMs ?? tsMs, lastMs: tsMs } } };
}

export function onWriting(draft: Draft, event: WritingEvent): void {
  const going = live(draft, event.run);
  if (going !== undefined) draft.setTurn(endThinking(signalled(going, 'writing'), going.run.key));
}

/** The model answers: no retry and no compaction any more. Only the root's signal is the turn's. */
function signalled({ run, state }: Live, signal: TurnState['signal']): TurnState {
  const next = withoutRetry(state, run.key);
  if (!isRootKey(next, run)) return next;
  const rest = withoutCompaction(next);
  return rest.signal === signal ? rest : { ...rest, signal };
}

function isRootKey(state: TurnState, run: RunState): boolean {
  return run.key === state.turn.key;
}

/** A sign of life. Another model after a failed attempt is a fail-over, if nothing else tells of it (failover-400). */
export function onModel(draft: Draft, event: RunModelEvent): void {
  const going = live(draft, event.run);
  if (going === undefined) return;
  const { run, state } = going;
  const model = event.model === undefined ? run.model : modelName(event.provider, event.model);
  const changed = run.model !== undefined && model !== undefined && model !== run.model;
  draft.setTurn(changed && ofKey(state.retrying, run.key) ? fallenBack(going, run.model, model, event.tsMs) : state);
  if (model !== undefined && model !== run.model) draft.setRun({ ...run, model });
}

function modelName(provider: string | undefined, model: string): string {
  return provider === undefined ? model : `${provider}/${model}`;
}

/** Interim text: said before tools, so it is a step of its own. */
export function onText(draft: Draft, event: TextEvent): void {
  const found = runAndTurn(draft, event);
  if (found === undefined || event.text.trim() === '') return;
  const { key } = found.run;
  const state = endThinking(withoutRetry(found.state, key), key);
  draft.setTurn(withText(state, event, parentStepOf(state, key)));
}

function withText(state: TurnState, { itemId, text, tsMs }: TextEvent, parentId: string | undefined): TurnState {
  const id = stepId(itemId);
  if (findStep(state.turn, id) !== undefined) return state;
  const when = { status: 'done', startedMs: tsMs, endedMs: tsMs } as const;
  return putStep(state, { id, kind: 'text', text, ...when, ...(parentId !== undefined && { parentId }) });
}

interface Detail {
  readonly key: string;
  readonly run?: RunRef;
  readonly past?: boolean;
}

/** The run and its turn, heard if they go on; after their end details are still filled in (T4). */
function runAndTurn(draft: Draft, { key, run: ref, past }: Detail): Live | undefined {
  const runId = ref?.runId ?? draft.runs.findLast((run) => run.key === key && run.progress !== 'ended')?.runId;
  if (runId === undefined) return undefined;
  const going = past === true ? undefined : live(draft, ref ?? { runId });
  if (going !== undefined) return going;
  const run = draft.run(runId);
  const state = draft.turnOf(runId);
  return run === undefined || state === undefined ? undefined : { run, state };
}

/** Tokens are summed over the turn's assistant messages, sub-agents' included; context is the root's last one. */
export function onAssistantMessage(draft: Draft, event: AssistantMessageEvent): void {
  const found = runAndTurn(draft, event);
  if (found === undefined) return;
  const { run, state } = found;
  if (event.silent !== run.silent && event.past !== true) draft.setRun(withSilence(run, event.silent));
  const next = counted(isActive(state) ? endThinking(state, run.key) : state, run, event);
  draft.setTurn(event.silent === true ? silenced(next, run) : next);
}

/** The word of its silence came after its end (cron-isolated). */
function silenced(state: TurnState, run: RunState): TurnState {
  const { root } = state;
  const isEnd = run.progress === 'ended' && run.endedBy === 'done' && isRootKey(state, run);
  if (!isEnd || isActive(state) || root.kind !== 'ended' || root.outcome.kind !== 'done') return state;
  if (root.outcome.silent === true) return state;
  return { ...takenUp(state), root: { ...root, outcome: { ...root.outcome, silent: true } } };
}

function withSilence(run: RunState, silent: boolean | undefined): RunState {
  const { silent: _, ...rest } = run;
  return silent === true ? { ...rest, silent } : rest;
}

function counted(state: TurnState, run: RunState, { usage, messageId }: AssistantMessageEvent): TurnState {
  if (usage === undefined || state.countedMessages.includes(messageId)) return state;
  const countedMessages = [...state.countedMessages, messageId].slice(-BOUNDS.countedMessages);
  const isContext = isRootKey(state, run) && usage.total > 0;
  const sum = addUsage(state.turn.usage, usage) ?? usage;
  return withTurn(
    { ...state, countedMessages },
    { ...state.turn, usage: sum, ...(isContext && { contextUsed: usage.total }) },
  );
}

/** T4: an attempt failed; the runtime tries again or says that it will not. */
export function onAttemptFailed(draft: Draft, event: RunAttemptFailedEvent): void {
  const going = live(draft, event.run);
  if (going === undefined) return;
  const { key } = going.run;
  const state = endThinking(going.state, key);
  const calm = isRootKey(state, going.run) ? withoutCompaction(state) : state;
  draft.setTurn(withRetry(calm, key, event.tsMs, event.message));
}

/** Since the first failure in a row, with the words of the last. */
function withRetry(state: TurnState, key: string, tsMs: number, message: string): TurnState {
  const known = ofKey(state.retrying, key);
  if (known?.message === message) return state;
  return { ...state, retrying: { ...state.retrying, [key]: { sinceMs: known?.sinceMs ?? tsMs, message } } };
}

export function onFallback(draft: Draft, event: RunFallbackEvent): void {
  const going = live(draft, event.run);
  if (going === undefined) return;
  draft.setTurn(withoutRetry(fallenBack(going, event.from, event.to, event.tsMs), going.run.key));
}

function fallenBack({ run, state }: Live, from: string | undefined, to: string | undefined, atMs: number): TurnState {
  const id = `fallback:${run.runId}:${from ?? ''}:${to ?? ''}`;
  return addNotice(state, { id, code: 'fallback', atMs, text: to, parentId: parentStepOf(state, run.key) });
}

/** A sub-agent's compaction is told, but it is not what the turn does. */
export function onCompaction(draft: Draft, event: CompactionEvent): void {
  const found = runAndTurn(draft, event);
  if (found === undefined || found.run.progress === 'ended') return;
  const { run } = found;
  const state = endThinking(found.state, run.key);
  const isRoot = isRootKey(state, run);
  if (event.phase === 'started') draft.setTurn(compacting(state, run, event.tsMs));
  else draft.setTurn(isRoot ? withoutCompaction(state) : state);
}

function compacting(state: TurnState, run: RunState, tsMs: number): TurnState {
  const id = `compaction:${run.runId}:${tsMs}`;
  const noted = addNotice(state, { id, code: 'compaction', atMs: tsMs, parentId: parentStepOf(state, run.key) });
  return isRootKey(state, run) && noted.compactingSince === undefined ? { ...noted, compactingSince: tsMs } : noted;
}

/** T13. Only the root's own plan: a sub-agent's would overwrite it. */
export function onPlan(draft: Draft, event: PlanEvent): void {
  const found = runAndTurn(draft, event);
  if (found === undefined || !isRootKey(found.state, found.run)) return;
  const { state } = found;
  const same = isSamePlan(state.turn.plan, event.items);
  draft.setTurn(same ? state : withTurn(state, { ...state.turn, plan: event.items }));
}

function isSamePlan(a: PlanEvent['items'] | undefined, b: PlanEvent['items']): boolean {
  if (a?.length !== b.length) return false;
  return a.every((item, index) => item.text === b[index]?.text && item.status === b[index]?.status);
}

/** Facts of a key; they complete the route and names of its open turns. */
export function onRow(draft: Draft, event: RowEvent): void {
  if (event.spawnedBy !== undefined) adopt(draft, event.key, event.spawnedBy);
  const before = draft.key(event.key);
  const after = withFacts(before, event);
  if (after === before) return;
  draft.setKey(after);
  for (const state of draft.turns) if (isActive(state)) draft.setTurn(corrected(draft, state, after));
}

const FACTS = ['agentId', 'agentName', 'label', 'contextWindow'] as const;

/** Rows come with nearly every event and say what they said before. */
function isNews(before: KeyState, event: RowEvent): boolean {
  if (event.route !== undefined && !isSameRow(event.route, before.route)) return true;
  return FACTS.some((field) => event[field] !== undefined && event[field] !== before[field]);
}

function withFacts(before: KeyState, event: RowEvent): KeyState {
  if (!isNews(before, event)) return before;
  const { agentId, agentName, label, route, contextWindow } = event;
  return {
    ...before,
    ...(agentId !== undefined && { agentId }),
    ...(agentName !== undefined && { agentName }),
    ...(label !== undefined && { label }),
    ...(route !== undefined && !isSameRow(route, before.route) && { route }),
    ...(contextWindow !== undefined && { contextWindow }),
  };
}

const ROUTE_FIELDS = ['chat', 'channelId', 'userId', 'threadId', 'accountId'] as const;

function isSameRow(a: NonNullable<KeyState['route']>, b: KeyState['route']): boolean {
  return ROUTE_FIELDS.every((field) => a[field] === b?.[field]);
}

function corrected(draft: Draft, state: TurnState, key: KeyState): TurnState {
  const { turn } = state;
  // A sub-agent's turn of its own stands where its root's row says.
  const isNamed = state.nameBy === undefined;
  const request = draft.key(turn.key).requests.find((pending) => pending.takenBy === state.uid)?.event;
  const route = isNamed ? completed(turn.route, routeFor(draft, turn.key, request)) : turn.route;
  const isOwn = turn.key === key.key;
  const contextWindow = isOwn ? (key.contextWindow ?? turn.contextWindow) : turn.contextWindow;
  const name = isOwn ? (key.agentName ?? turn.agent.name) : turn.agent.name;
  if (route === turn.route && contextWindow === turn.contextWindow && name === turn.agent.name) return state;
  const agent = { ...turn.agent, name };
  return withTurn(state, { ...turn, route, agent, ...(contextWindow !== undefined && { contextWindow }) });
}
