/** Longer texts are seldom equal, and then worth no look-up. */
const MAX_CHARS = 200;

/**
 * One string for equal texts: a thousand agents read the same files with the same tools, and each frame brings a copy of its
 * own. Bounded: two generations of at most `maxTexts`; what was not asked for during a whole generation is forgotten.
 */
export class TextPool {
  readonly #maxTexts: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(maxTexts: number) {
    this.#maxTexts = maxTexts;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** An equal text, the one that came first as long as it is remembered. */
  shared(text: string): string {
    if (text.length > MAX_CHARS) return text;
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const kept = this.#old.get(text) ?? text;
    this.#young.set(kept, kept);
    if (this.#young.size >= this.#maxTexts) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return kept;
  }
}
