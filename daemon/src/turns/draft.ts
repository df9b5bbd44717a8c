import { agentIdOf } from './identity.ts';
import { BOUNDS, type Family, type KeyState, type RunState, type TurnState } from './state.ts';

/**
 * Copy-on-write view of a family during one reduction. Nothing of the given family is ever changed; `finish` returns the
 * same reference when nothing was.
 */
export class Draft {
  readonly now: number;
  readonly stalledAfterMs: number;
  readonly #before: Family;
  #keys: Readonly<Record<string, KeyState>>;
  #runs: Readonly<Record<string, RunState>>;
  #turns: readonly TurnState[];
  readonly #touched = new Set<string>();

  constructor(family: Family, now: number, stalledAfterMs: number) {
    this.now = now;
    this.stalledAfterMs = stalledAfterMs;
    this.#before = family;
    this.#keys = family.keys;
    this.#runs = family.runs;
    this.#turns = family.turns;
  }

  get turns(): readonly TurnState[] {
    return this.#turns;
  }

  get runs(): readonly RunState[] {
    return Object.values(this.#runs);
  }

  key(key: string): KeyState {
    return this.#keys[key] ?? { key, requests: [] };
  }

  setKey(next: KeyState): void {
    if (this.#keys[next.key] !== next) this.#keys = { ...this.#keys, [next.key]: next };
  }

  run(runId: string): RunState | undefined {
    return Object.hasOwn(this.#runs, runId) ? this.#runs[runId] : undefined;
  }

  setRun(next: RunState): void {
    if (this.#runs[next.runId] !== next) this.#runs = { ...this.#runs, [next.runId]: next };
  }

  turn(uid: string): TurnState | undefined {
    return this.#turns.find((turn) => turn.uid === uid);
  }

  /** Turns whose state was set in this reduction: their phase has to be worked out again. */
  get touched(): ReadonlySet<string> {
    return this.#touched;
  }

  setTurn(next: TurnState): void {
    const at = this.#turns.findIndex((turn) => turn.uid === next.uid);
    if (at < 0) this.#turns = [...this.#turns, next];
    else if (this.#turns[at] === next) return;
    else this.#turns = this.#turns.with(at, next);
    this.#touched.add(next.uid);
  }

  removeTurn(uid: string): void {
    this.#turns = this.#turns.filter((turn) => turn.uid !== uid);
    this.#touched.delete(uid);
  }

  dropTurn(uid: string): void {
    this.removeTurn(uid);
    this.#runs = Object.fromEntries(Object.entries(this.#runs).filter(([, run]) => run.turn !== uid));
  }

  agentId(key: string): string {
    return this.key(key).agentId ?? agentIdOf(key);
  }

  finish(): Family {
    const same =
      this.#keys === this.#before.keys && this.#runs === this.#before.runs && this.#turns === this.#before.turns;
    return same ? this.#before : { id: this.#before.id, keys: this.#keys, runs: this.#runs, turns: this.#turns };
  }

  /** Keeps the number of ended turns bounded; open ones are never dropped. */
  bound(): void {
    let excess = this.#turns.length - BOUNDS.keptTurns;
    for (const turn of this.#turns) {
      if (excess <= 0) return;
      if (turn.turn.phase.status === 'active') continue;
      this.dropTurn(turn.uid);
      excess -= 1;
    }
  }
}
