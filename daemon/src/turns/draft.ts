import { agentIdOf } from './identity.ts';
import { BOUNDS, type Family, type KeyState, type RunState, type TurnState } from './state.ts';

const NONE: readonly string[] = [];

/**
 * Copy-on-write view of a family during one reduction. Nothing of the given family is ever changed; `finish` returns the
 * same reference when nothing was.
 */
export class Draft {
  readonly now: number;
  readonly stalledAfterMs: number;
  readonly #before: Family;
  #keys: readonly KeyState[];
  #runs: readonly RunState[];
  #turns: readonly TurnState[];
  #touched: readonly string[] = NONE;

  constructor(family: Family, now: number, stalledAfterMs: number) {
    this.now = now;
    this.stalledAfterMs = stalledAfterMs;
    this.#before = family;
    this.#keys = family.keys;
    this.#runs = family.runs;
    this.#turns = family.turns;
  }

  get keys(): readonly KeyState[] {
    return this.#keys;
  }

  /** In order of opening. */
  get turns(): readonly TurnState[] {
    return this.#turns;
  }

  /** In order of their start. */
  get runs(): readonly RunState[] {
    return this.#runs;
  }

  get isChanged(): boolean {
    return this.#turns !== this.#before.turns || this.#runs !== this.#before.runs || this.#keys !== this.#before.keys;
  }

  key(key: string): KeyState {
    return this.#ownKey(key) ?? { key, requests: [] };
  }

  setKey(next: KeyState): void {
    const at = this.#keys.findIndex((state) => state.key === next.key);
    if (at < 0) this.#keys = [...this.#keys, next];
    else if (this.#keys[at] !== next) this.#keys = this.#keys.with(at, next);
  }

  run(runId: string): RunState | undefined {
    return runOf(this.#runs, runId);
  }

  setRun(next: RunState): void {
    const at = this.#runs.findLastIndex((run) => run.runId === next.runId);
    if (at >= 0) {
      if (this.#runs[at] !== next) this.#runs = this.#runs.with(at, next);
      return;
    }
    this.#runs = [...this.#runs, next];
    // A family knows the keys of all its runs: that is how their next event finds it.
    if (this.#ownKey(next.key) === undefined) this.setKey(this.key(next.key));
  }

  turn(uid: string): TurnState | undefined {
    // From the end: events are nearly always about the latest turns.
    return this.#turns.findLast((turn) => turn.uid === uid);
  }

  turnOf(runId: string): TurnState | undefined {
    const uid = this.run(runId)?.turn;
    return uid === undefined ? undefined : this.turn(uid);
  }

  /** Turns whose state was set in this reduction: their phase has to be worked out again. */
  get touched(): readonly string[] {
    return this.#touched;
  }

  setTurn(next: TurnState): void {
    const at = this.#turns.findLastIndex((turn) => turn.uid === next.uid);
    if (at < 0) this.#turns = [...this.#turns, next];
    else if (this.#turns[at] === next) return;
    else this.#turns = this.#turns.with(at, next);
    if (!this.#touched.includes(next.uid)) this.#touched = [...this.#touched, next.uid];
  }

  /** Its runs go on in another turn. */
  removeTurn(uid: string): void {
    this.#turns = this.#turns.filter((turn) => turn.uid !== uid);
    this.#touched = this.#touched.filter((touched) => touched !== uid);
  }

  dropTurn(uid: string): void {
    this.removeTurn(uid);
    this.#runs = this.#runs.filter((run) => run.turn !== uid);
  }

  agentId(key: string): string {
    return this.key(key).agentId ?? agentIdOf(key);
  }

  /** Keeps ended turns and idle keys bounded; what is open is never dropped. */
  bound(): void {
    this.#boundTurns();
    if (this.#keys !== this.#before.keys) this.#boundKeys();
  }

  finish(): Family {
    if (!this.isChanged) return this.#before;
    return { id: this.#before.id, keys: this.#keys, runs: this.#runs, turns: this.#turns };
  }

  #ownKey(key: string): KeyState | undefined {
    return this.#keys.find((state) => state.key === key);
  }

  #boundTurns(): void {
    let excess = this.#turns.length - BOUNDS.keptTurns;
    for (const turn of this.#turns) {
      if (excess <= 0) return;
      if (turn.turn.phase.status === 'active') continue;
      this.dropTurn(turn.uid);
      excess -= 1;
    }
  }

  #boundKeys(): void {
    let excess = this.#keys.length - BOUNDS.keys;
    if (excess <= 0) return;
    const used = new Set([this.#before.id, ...this.runs.map((run) => run.key)]);
    for (const { turn, children } of this.#turns) for (const { key } of [turn, ...children]) used.add(key);
    for (const key of this.#turns.map((state) => state.turn.key)) this.#addAncestors(key, used);
    const kept = this.#keys.filter(({ key }) => used.has(key) || excess-- <= 0);
    if (kept.length < this.#keys.length) this.#keys = kept;
  }

  #addAncestors(key: string, used: Set<string>): void {
    for (let next = this.key(key).parentKey; next !== undefined && !used.has(next); next = this.key(next).parentKey) {
      used.add(next);
    }
  }
}

/** From the end: events are nearly always about the latest runs. */
export function runOf(runs: readonly RunState[], runId: string): RunState | undefined {
  return runs.findLast((run) => run.runId === runId);
}
