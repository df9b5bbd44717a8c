/** One thing that is due at a time. */
interface Entry {
  readonly at: number;
  readonly id: string;
}

/**
 * Who is due when, earliest first; setting and taking cost the logarithm of how many there are. A deadline that moved to a
 * later time keeps its place and comes up early: whoever takes it looks again (deadlines of silence move with every event).
 */
export class Deadlines {
  readonly #heap: Entry[] = [];
  readonly #queued = new Map<string, number>();

  /** Infinity = nothing is due. May be too early. */
  get next(): number {
    this.#dropStale();
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes effect only if it is earlier than what is known for `id`. */
  set(id: string, at: number): void {
    const queued = this.#queued.get(id);
    if (queued !== undefined && queued <= at) return;
    this.#queued.set(id, at);
    this.#push({ at, id });
  }

  delete(id: string): void {
    this.#queued.delete(id);
  }

  /** Takes out everything that is due at `now`, earliest first. */
  take(now: number): readonly string[] {
    const due: string[] = [];
    while (this.next <= now) {
      const entry = this.#pop();
      if (entry === undefined) break;
      this.#queued.delete(entry.id);
      due.push(entry.id);
    }
    return due;
  }

  #dropStale(): void {
    for (let top = this.#heap[0]; top !== undefined && this.#queued.get(top.id) !== top.at; top = this.#heap[0]) {
      this.#pop();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (timeOf(heap[above]) <= entry.at) break;
      this.#swap(at, above);
      at = above;
    }
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0, below = 1; below < heap.length; below = 2 * at + 1) {
      const least = timeOf(heap[below + 1]) < timeOf(heap[below]) ? below + 1 : below;
      if (last.at <= timeOf(heap[least])) break;
      this.#swap(at, least);
      at = least;
    }
    return top;
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }
}

function timeOf(entry: Entry | undefined): number {
  return entry?.at ?? Number.POSITIVE_INFINITY;
}
