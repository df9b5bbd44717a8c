import { childEnded, childStarted, endOfRoot } from './children.ts';
import type { Draft } from './draft.ts';
import type { RequestEvent } from './events.ts';
import { isContinuationRun, isSubagentKey, requestName, runName, turnId } from './identity.ts';
import { absorb, answer, continuedBy, continues, joinTurn, reopened, takenUp } from './joining.ts';
import { ensureChild } from './parents.ts';
import { ownRequest, requestFor, take } from './request-book.ts';
import { routeOf } from './route.ts';
import { TIMES, type TurnState } from './state.ts';
import { isActive, parentStepOf } from './steps.ts';
import type { Route, Turn } from './turn.ts';

/** Gives a turn its name for good (T1), or folds it into the turn that its request carries on (T2). */
export function nameTurn(draft: Draft, uid: string, request: RequestEvent | undefined): void {
  const state = draft.turn(uid);
  if (state === undefined) return;
  if (request !== undefined) take(draft, request, uid);
  const target = request === undefined ? undefined : continues(draft, uid, request);
  if (request !== undefined && target !== undefined) {
    joinTurn(draft, state, target, request);
    return;
  }
  if (state.nameBy === undefined) return;
  if (state.early && request?.provenance?.kind === 'main_session_restart_recovery' && state.nameBy > draft.now) {
    // A recovery of a turn that history may still tell of.
    draft.setTurn({ ...state, nameBy: draft.now + TIMES.lateNameWaitMs });
    return;
  }
  draft.setTurn(named(draft, state, request));
  endRecoveryWait(draft, state.turn.key);
}

/** Its time is over: no request came (T1). */
export function nameInTime(draft: Draft, state: TurnState): void {
  const { key } = state.turn;
  if (foldOrphan(draft, state, true)) return;
  if (isBelated(draft, state)) {
    draft.dropTurn(state.uid);
    return;
  }
  nameTurn(draft, state.uid, isSubagentKey(key) ? undefined : lastChance(draft, state));
}

/** No history spoke against what was asked before the run began; of one that was seen in the middle nothing is known. */
function lastChance(draft: Draft, { uid, turn, late, early }: TurnState): RequestEvent | undefined {
  const own = ownRequest(draft, turn.key, uid);
  if (own !== undefined || late || !early || isContinuationRun(uid)) return own;
  const request = requestFor(draft, turn.key, uid);
  return request !== undefined && request.recordedMs <= turn.startedMs ? request : undefined;
}

/** T2 b: a continuation that was seen before the turn that it carries on goes into that turn, while nobody has seen it yet. */
export function foldContinuations(draft: Draft): void {
  for (const state of draft.turns) {
    if (state.nameBy === undefined || !isContinuationRun(state.uid)) continue;
    const continued = continuedBy(draft, state.turn.key, state.uid);
    if (continued === undefined || continued.state.uid === state.uid) continue;
    // That of a sub-agent goes under its step, below.
    if (continued.state.turn.key !== state.turn.key) continue;
    absorb(draft, state, reopened(continued.state));
    answer(draft, state.uid, state.turn.startedMs, continued.childKeys);
  }
}

/** T5: a sub-agent's run that was seen before its parent's turn goes into that turn, while nobody has seen it yet. */
export function foldOrphans(draft: Draft): void {
  for (const state of draft.turns) {
    if (state.nameBy !== undefined) foldOrphan(draft, state, !state.early);
  }
}

function foldOrphan(draft: Draft, state: TurnState, mayGuess: boolean): boolean {
  const { key, startedMs } = state.turn;
  if (draft.key(key).parentKey === undefined) return false;
  const parent = ensureChild(draft, key, startedMs, mayGuess);
  if (parent === undefined || parent.uid === state.uid) return false;
  foldInto(draft, state, parent);
  return true;
}

/** A sub-agent that is over, of a turn that is over: nobody saw it, and nothing of it is to come. */
function isBelated(draft: Draft, { uid, root, turn }: TurnState): boolean {
  if (root.kind !== 'ended') return false;
  return draft.turns.some((other) => other.uid !== uid && other.children.some((child) => child.key === turn.key));
}

function foldInto(draft: Draft, orphan: TurnState, parent: TurnState): void {
  const { key } = orphan.turn;
  const runs = draft.runs.filter((run) => run.turn === orphan.uid && run.key === key);
  const begun = runs.reduce((state, run) => childStarted(state, key, run.runId), takenUp(parent));
  absorb(draft, orphan, begun, parentStepOf(begun, key));
  const state = draft.turn(parent.uid);
  const end = endOfRoot(orphan.root);
  if (state !== undefined && end !== undefined) draft.setTurn(childEnded(state, key, end));
  for (const { runId, startedMs } of runs) {
    const continued = continuedBy(draft, key, runId);
    if (continued !== undefined) answer(draft, runId, startedMs, continued.childKeys);
  }
}

function named(draft: Draft, state: TurnState, request: RequestEvent | undefined): TurnState {
  const { nameBy: _, ...rest } = state;
  const name = state.turn.name === '' ? freeName(draft, state, request) : state.turn.name;
  const turn: Turn = {
    ...state.turn,
    id: turnId(name),
    name,
    route: routeFor(draft, state.turn.key, request),
    hidden: state.quiet,
    ...(request?.text !== undefined && { requestText: request.text }),
    ...(request !== undefined && asked(request)),
  };
  return { ...rest, turn };
}

/** Ids of another chat system are no posts and no users here; and they are not unique, so they name nothing. */
function postOf(request: RequestEvent | undefined): string | undefined {
  const { transport } = request ?? {};
  return transport?.channel === 'mattermost' ? transport.messageId : undefined;
}

function asked(request: RequestEvent): Partial<Turn> {
  const requestPostId = postOf(request);
  if (requestPostId === undefined) return request.transport === undefined ? {} : { startedMs: request.recordedMs };
  const { senderId, recordedMs } = request;
  return { requestPostId, startedMs: recordedMs, ...(senderId !== undefined && { requestedBy: senderId }) };
}

/** A name is used once: a run that serves nothing new has its own. */
function freeName(draft: Draft, state: TurnState, request: RequestEvent | undefined): string {
  const messageId = postOf(request);
  if (messageId === undefined) return runName(state.uid);
  const name = requestName({
    botUserId: request?.botUserId,
    agentId: draft.agentId(state.turn.key),
    accountId: request?.accountId,
    messageId,
  });
  return draft.turns.some((other) => other.turn.name === name) ? runName(state.uid) : name;
}

/** Sub-agents use the root's route (T10). */
export function routeFor(draft: Draft, key: string, request: RequestEvent | undefined): Route {
  const root = rootOf(draft, key);
  const row = draft.key(root).route ?? (root === key ? undefined : draft.key(key).route);
  return routeOf(root, request, row);
}

/** Sub-agents nest; a loop of broken rows ends here. */
const MAX_DEPTH = 16;

function rootOf(draft: Draft, key: string): string {
  let root = key;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const { parentKey } = draft.key(root);
    if (parentKey === undefined) return root;
    root = parentKey;
  }
  return root;
}

/** The unknown run that was perhaps to resume another turn of the key turned out to serve its own (T9). */
function endRecoveryWait(draft: Draft, key: string): void {
  for (const state of draft.turns) {
    if (!isActive(state) || state.turn.key !== key || state.unobserved?.recovering !== true) continue;
    const lostAt = draft.now + TIMES.lostAfterMs;
    draft.setTurn({ ...state, unobserved: { sinceMs: state.unobserved.sinceMs, lostAt } });
  }
}
