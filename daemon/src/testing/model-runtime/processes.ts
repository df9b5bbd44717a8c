import type { Clock } from '../../sources/source.ts';

/** What a process does; each number is how long it then waits, in ms. */
export type Program = Generator<number, void, void>;

/** The processes of one machine, on its clock; all of them can die at once. */
export class Processes {
  readonly #clock: Clock;
  #generation = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs up to the program's first wait at once. The returned function ends it where it waits. */
  start(program: Program): () => void {
    const generation = this.#generation;
    let over = false;
    const step = (): void => {
      if (over || generation !== this.#generation) return;
      const { done, value } = program.next();
      if (done !== true) this.#clock.after(value, step);
    };
    step();
    return () => {
      over = true;
    };
  }

  killAll(): void {
    this.#generation += 1;
  }
}

/** Small numbers that look random and are the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  between(min: number, max: number): number {
    return min + Math.floor(this.#next() * (max - min + 1));
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  #next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }
}
