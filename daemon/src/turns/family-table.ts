import { emptyFamily, type Family } from './state.ts';

/**
 * The families by id, and which family each session key belongs to. Families without a turn are only remembered for what
 * their rows said; beyond `maxIdle` the one that was silent longest is forgotten.
 */
export class FamilyTable {
  readonly #families = new Map<string, Family>();
  readonly #familyOf = new Map<string, string>();
  /** In order of their last change. */
  readonly #idle = new Set<string>();
  readonly #maxIdle: number;
  readonly #onForgotten: (id: string) => void;

  constructor(maxIdle: number, onForgotten: (id: string) => void) {
    this.#maxIdle = maxIdle;
    this.#onForgotten = onForgotten;
  }

  all(): IterableIterator<Family> {
    return this.#families.values();
  }

  get(id: string): Family | undefined {
    return this.#families.get(id);
  }

  /** The family of a session key; an empty one, not kept, if there is none. */
  of(key: string): Family {
    const id = this.#familyOf.get(key) ?? key;
    return this.#families.get(id) ?? emptyFamily(id);
  }

  /** Keeps the new state of a family; `before` is what was kept of it, if anything. */
  put(family: Family, before?: Family): void {
    this.#families.set(family.id, family);
    if (before?.keys !== family.keys) this.#index(family, before);
    this.#idle.delete(family.id);
    if (family.turns.length > 0) return;
    this.#idle.add(family.id);
    this.#forgetOldest();
  }

  /**
   * A child's key moves into its parent's family, with all that was known of it. The family that changed by it, if any. A
   * child that already has a box of its own keeps it (T5).
   */
  adopt(key: string, parentKey: string): Family | undefined {
    if (key === parentKey) return undefined;
    const parent = this.of(parentKey);
    const child = this.of(key);
    if (child.id === parent.id || child.turns.some((state) => state.nameBy === undefined)) return undefined;
    this.#familyOf.set(key, parent.id);
    if (!this.#families.has(child.id)) return undefined;
    this.#remove(child);
    const merged: Family = {
      id: parent.id,
      keys: [...child.keys.filter(({ key }) => !parent.keys.some((other) => other.key === key)), ...parent.keys],
      runs: [...child.runs, ...parent.runs],
      turns: [...parent.turns, ...child.turns],
    };
    this.put(merged, this.#families.get(parent.id));
    this.#onForgotten(child.id);
    return merged;
  }

  #index(family: Family, before: Family | undefined): void {
    for (const { key } of family.keys) this.#familyOf.set(key, family.id);
    if (before === undefined || !hasLost(family, before)) return;
    const kept = new Set(family.keys.map(({ key }) => key));
    for (const { key } of before.keys) {
      if (!kept.has(key) && this.#familyOf.get(key) === family.id) this.#familyOf.delete(key);
    }
  }

  #forgetOldest(): void {
    for (const id of this.#idle) {
      if (this.#idle.size <= this.#maxIdle) return;
      const oldest = this.#families.get(id);
      if (oldest !== undefined) this.#remove(oldest);
      this.#onForgotten(id);
    }
  }

  #remove(family: Family): void {
    this.#families.delete(family.id);
    this.#idle.delete(family.id);
    for (const { key } of family.keys) {
      if (this.#familyOf.get(key) === family.id) this.#familyOf.delete(key);
    }
  }
}

/** Keys keep their place in the list, so the first that differs tells. */
function hasLost(family: Family, before: Family): boolean {
  return before.keys.some(({ key }, at) => family.keys[at]?.key !== key);
}
