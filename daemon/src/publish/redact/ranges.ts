/** What a secret is replaced by. Contains no character that would end or open a quoted value, and no key name. */
export const MARK = '[redacted]';

/** Where secrets stand in one text. Finders call `add`; overlapping and touching findings become one mark. */
export interface Findings {
  /** `end` is exclusive. Empty and inverted ranges are ignored. */
  add(start: number, end: number): void;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

export class RangeList implements Findings {
  readonly #ranges: Range[] = [];

  add(start: number, end: number): void {
    if (end > start) this.#ranges.push({ start, end });
  }

  /** The text with every range replaced by one mark; the same string if there is none. */
  applyTo(text: string): string {
    if (this.#ranges.length === 0) return text;
    this.#ranges.sort((a, b) => a.start - b.start);
    const parts: string[] = [];
    let kept = 0;
    let end = -1;
    for (const range of this.#ranges) {
      if (range.start > end) {
        if (end >= 0) parts.push(MARK);
        parts.push(text.slice(kept, range.start));
      }
      end = Math.max(end, range.end);
      kept = end;
    }
    parts.push(MARK, text.slice(kept));
    return parts.join('');
  }
}
