import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A value that must not be printed. Template strings, JSON, logs and `util.inspect` show a mask; only `reveal()`, called
 * where the secret is sent or compared, gives the text.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
