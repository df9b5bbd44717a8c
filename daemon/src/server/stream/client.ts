/** One open connection, as the hub needs it. A Node response is one. */
export interface StreamTarget {
  /** False when the kernel takes no more for now; `drain` follows. */
  write(text: string): boolean;
  end(): void;
  destroy(): void;
}

/** Most that waits for a slow reader; beyond it all of that is dropped for one `sync`. */
const MAX_QUEUED_CHARS = 1024 * 1024;

/**
 * Writes to one reader and never holds more for it than the bound. A reader that does not keep up gets everything anew
 * (`sync`) once it reads again: fewer and larger messages, never a growing queue and never a gap.
 */
export class StreamClient {
  readonly #target: StreamTarget;
  #queue: string[] = [];
  #queuedChars = 0;
  #state: 'flowing' | 'blocked' | 'behind' = 'flowing';
  #blockedSinceMs = 0;

  constructor(target: StreamTarget) {
    this.#target = target;
  }

  send(text: string, nowMs: number): void {
    if (this.#state === 'flowing') {
      this.#write(text, nowMs);
      return;
    }
    if (this.#state === 'behind') return;
    this.#queue.push(text);
    this.#queuedChars += text.length;
    if (this.#queuedChars <= MAX_QUEUED_CHARS) return;
    this.#queue = [];
    this.#queuedChars = 0;
    this.#state = 'behind';
  }

  /** Nothing is written to a reader that is blocked: that it reads no more shows by itself. */
  keepAlive(text: string, nowMs: number): void {
    if (this.#state === 'flowing') this.#write(text, nowMs);
  }

  /** The reader reads again. `catchUp` makes the whole state for one that has fallen behind. */
  drained(nowMs: number, catchUp: () => string): void {
    if (this.#state === 'behind') {
      // Made while this reader still counts as behind: what making it sends to the others must not reach it first.
      const everything = catchUp();
      this.#state = 'flowing';
      this.#write(everything, nowMs);
      return;
    }
    this.#state = 'flowing';
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedChars = 0;
    for (const text of queue) this.send(text, nowMs);
  }

  /** How long it has read nothing. */
  blockedMs(nowMs: number): number {
    return this.#state === 'flowing' ? 0 : nowMs - this.#blockedSinceMs;
  }

  end(): void {
    this.#target.end();
  }

  destroy(): void {
    this.#target.destroy();
  }

  #write(text: string, nowMs: number): void {
    if (this.#target.write(text)) return;
    this.#state = 'blocked';
    this.#blockedSinceMs = nowMs;
  }
}
