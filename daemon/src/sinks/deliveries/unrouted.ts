import type { UnroutedReason } from '../mattermost/placement.ts';

const MAX_TURNS = 10_000;

/** Turns on the dashboard alone, and why; counted as they come and go. */
export class UnroutedTurns {
  readonly #reasons = new Map<string, UnroutedReason>();
  readonly #counts = new Map<UnroutedReason, number>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get counts(): ReadonlyMap<UnroutedReason, number> {
    return this.#counts;
  }

  get(id: string): UnroutedReason | undefined {
    return this.#reasons.get(id);
  }

  /** True if that is news. */
  set(id: string, reason: UnroutedReason): boolean {
    const known = this.#reasons.get(id);
    if (known === reason || (known === undefined && this.#reasons.size >= MAX_TURNS)) return false;
    if (known !== undefined) this.#count(known, -1);
    this.#reasons.set(id, reason);
    this.#count(reason, 1);
    this.#onChange();
    return true;
  }

  delete(id: string): void {
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
