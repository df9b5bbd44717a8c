/** The last frames of a stream, numbered without gaps, bounded in number and size. */
export class FrameRing {
  readonly #maxFrames: number;
  readonly #maxChars: number;
  #frames: string[] = [];
  #chars = 0;
  #last = 0;

  constructor(maxFrames: number, maxChars: number) {
    this.#maxFrames = maxFrames;
    this.#maxChars = maxChars;
  }

  /** Number of the newest frame; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Appends the frame that `encode` makes for its number, and drops the oldest ones beyond the bounds. */
  push(encode: (n: number) => string): string {
    this.#last++;
    const frame = encode(this.#last);
    this.#frames.push(frame);
    this.#chars += frame.length;
    while (this.#frames.length > this.#maxFrames || (this.#chars > this.#maxChars && this.#frames.length > 0)) {
      this.#chars -= this.#frames.shift()?.length ?? 0;
    }
    return frame;
  }

  /** The frames after number `n`, or undefined when some of them are gone (or `n` was never sent). */
  after(n: number): readonly string[] | undefined {
    const missed = this.#last - n;
    if (missed < 0 || missed > this.#frames.length) return undefined;
    return this.#frames.slice(this.#frames.length - missed);
  }

  /** Leaves a gap: whoever was connected before has to be given everything anew. */
  skip(): void {
    this.#last++;
    this.#frames = [];
    this.#chars = 0;
  }
}
