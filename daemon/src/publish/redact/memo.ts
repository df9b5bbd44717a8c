/** Remembers the newest answers, bounded by the bytes of their texts. */
export class TextMemo {
  readonly #answers = new Map<string, string>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The remembered answer, which becomes the newest. */
  get(text: string): string | undefined {
    const answer = this.#answers.get(text);
    if (answer === undefined) return undefined;
    this.#answers.delete(text);
    this.#answers.set(text, answer);
    return answer;
  }

  set(text: string, answer: string): void {
    const bytes = cost(text, answer);
    if (bytes > this.#maxBytes / 8 || this.#answers.has(text)) return;
    this.#answers.set(text, answer);
    this.#bytes += bytes;
    for (const [oldest, old] of this.#answers) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#answers.delete(oldest);
      this.#bytes -= cost(oldest, old);
    }
  }
}

/** Two bytes a character, and what an entry of a Map takes. An unchanged text is one string, kept once. */
function cost(text: string, answer: string): number {
  return 64 + 2 * text.length + (answer === text ? 0 : 2 * answer.length);
}
