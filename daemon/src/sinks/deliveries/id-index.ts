/** Ids of deliveries by a name; a name without ids takes no room. */
export class IdIndex {
  readonly #ids = new Map<string, Set<string>>();

  get(name: string): Iterable<string> {
    return this.#ids.get(name) ?? [];
  }

  add(name: string, id: string): void {
    const ids = this.#ids.get(name);
    if (ids === undefined) this.#ids.set(name, new Set([id]));
    else ids.add(id);
  }

  delete(name: string, id: string): void {
    const ids = this.#ids.get(name);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(name);
  }

  /** Gives all ids of a name and forgets them. */
  take(name: string): Iterable<string> {
    const ids = this.get(name);
    this.#ids.delete(name);
    return ids;
  }
}
