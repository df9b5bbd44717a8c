import { RememberedMap } from '../../collections/remembered.ts';
import type { UnroutedReason } from '../mattermost/placement.ts';

const MAX_TURNS = 10_000;
/** Ended ones are remembered for the details that come late; the dashboard keeps the reason itself. */
const MAX_ENDED = 1_000;

/** Turns on the dashboard alone, and why; the active ones are counted as they come and go. */
export class UnroutedTurns {
  readonly #reasons = new Map<string, UnroutedReason>();
  readonly #ended = new RememberedMap<UnroutedReason>(MAX_ENDED);
  readonly #counts = new Map<UnroutedReason, number>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get counts(): ReadonlyMap<UnroutedReason, number> {
    return this.#counts;
  }

  /** Of an active turn, or of one that has ended not long ago. */
  get(id: string): UnroutedReason | undefined {
    return this.#reasons.get(id) ?? this.#ended.get(id);
  }

  /** True if that is news. */
  set(id: string, reason: UnroutedReason): boolean {
    const known = this.#reasons.get(id);
    if (known === reason || (known === undefined && this.#reasons.size >= MAX_TURNS)) return false;
    if (known !== undefined) this.#count(known, -1);
    this.#ended.take(id);
    this.#reasons.set(id, reason);
    this.#count(reason, 1);
    this.#onChange();
    return true;
  }

  /** It has ended, still on the dashboard alone. */
  end(id: string, reason: UnroutedReason): void {
    this.delete(id);
    this.#ended.set(id, reason);
  }

  /** It is in Mattermost, or nowhere. */
  delete(id: string): void {
    this.#ended.take(id);
    const known = this.#reasons.get(id);
    if (known === undefined) return;
    this.#reasons.delete(id);
    this.#count(known, -1);
    this.#onChange();
  }

  #count(reason: UnroutedReason, by: number): void {
    const count = (this.#counts.get(reason) ?? 0) + by;
    if (count === 0) this.#counts.delete(reason);
    else this.#counts.set(reason, count);
  }
}
