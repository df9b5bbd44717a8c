/** The entries that were set last, at most so many: beyond that the oldest is let go. */
export class Newest<V> {
  readonly #max: number;
  /** In the order in which they were set. */
  readonly #entries = new Map<string, V>();

  constructor(max: number) {
    this.#max = max;
  }

  get(id: string): V | undefined {
    return this.#entries.get(id);
  }

  set(id: string, value: V): void {
    this.#entries.delete(id);
    this.#entries.set(id, value);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size > this.#max) this.#entries.delete(oldest);
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }
}
