import { isUnclaimed, wasStopped, withChild, withKey } from './children.ts';
import type { Draft } from './draft.ts';
import { inventedId } from './spawns.ts';
import type { Child, TurnState } from './state.ts';
import { findStep, isActive, isGivenUp, parentStepOf } from './steps.ts';
import type { AgentStep } from './turn.ts';

/** Which turn a sub-agent's run belongs to: sub-agents fold into the root's box at any depth (T5). */

/**
 * Finds or makes the child of `key` in a turn that goes on; undefined if its parent serves none. With `mayGuess` also where
 * neither a spawn call nor its label names it: of a child that was seen late, its parent's history may still tell.
 */
export function ensureChild(draft: Draft, key: string, atMs: number, mayGuess: boolean): TurnState | undefined {
  const existing = homeOf(draft, key);
  if (existing !== undefined) return existing;
  const { parentKey, label } = draft.key(key);
  const parent = parentKey === undefined ? undefined : parentTurnOf(draft, { parentKey, label, atMs }, mayGuess);
  if (parentKey === undefined || parent === undefined) return undefined;
  const spawn = spawnFor(parent, parentKey, label);
  const next =
    spawn === undefined ? addChild(parent, { key, parentKey, label, atMs }) : withKey(parent, spawn.stepId, key);
  draft.setTurn(next);
  return next;
}

/** The turn that a child belongs to, if it can still go on there. */
function homeOf(draft: Draft, key: string): TurnState | undefined {
  return draft.turns.findLast((state) => {
    const child = state.children.find((other) => other.key === key);
    if (child === undefined) return false;
    return goesOn(state) || (child.state === 'spawned' && !wasStopped(state));
  });
}

function goesOn(state: TurnState): boolean {
  return isActive(state) || isGivenUp(state);
}

/**
 * The turn of the parent that waits for a child, by its label if it has one; else the newest that goes on and was there
 * before the child: a question that was asked meanwhile has not spawned it (11-yield-question, joined late).
 */
function parentTurnOf(
  draft: Draft,
  { parentKey, label, atMs }: Omit<NewChild, 'key'>,
  mayGuess: boolean,
): TurnState | undefined {
  const going = draft.turns.filter((state) => goesOn(state) && servesKey(state, parentKey));
  const named = going.findLast((state) => label !== undefined && spawnName(state, parentKey, label) !== undefined);
  if (named !== undefined || !mayGuess) return named;
  return (
    going.findLast((state) => spawnFor(state, parentKey, undefined) !== undefined) ??
    going.findLast((state) => state.turn.startedMs <= atMs)
  );
}

function servesKey(state: TurnState, key: string): boolean {
  return state.turn.key === key || state.children.some((child) => child.key === key);
}

/** The spawn call that a child most likely came from: the one with its label, else the oldest that names none yet. */
function spawnFor(state: TurnState, parentKey: string, label: string | undefined): Child | undefined {
  const named = label === undefined ? undefined : spawnName(state, parentKey, label);
  return named ?? state.children.find((child) => isUnclaimed(child, parentKey));
}

function spawnName(state: TurnState, parentKey: string, label: string): Child | undefined {
  return state.children.find((child) => {
    const step = isUnclaimed(child, parentKey) ? findStep(state.turn, child.stepId) : undefined;
    return step?.kind === 'agent' && step.name === label;
  });
}

interface NewChild {
  readonly key: string;
  readonly parentKey: string;
  readonly label: string | undefined;
  readonly atMs: number;
}

function addChild(state: TurnState, { key, parentKey, label, atMs }: NewChild): TurnState {
  const parentId = parentStepOf(state, parentKey);
  const step: AgentStep = {
    id: inventedId(key),
    kind: 'agent',
    name: label ?? 'sub-agent',
    childKey: key,
    status: 'running',
    startedMs: atMs,
    ...(parentId !== undefined && { parentId }),
  };
  return withChild(state, step, parentKey);
}
