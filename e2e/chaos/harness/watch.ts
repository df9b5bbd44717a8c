import { pause } from '../../openclaw/harness/wait.ts';
import { notRight, type Places, placesOf, type Shown, type TrueTurn } from './verdict.ts';

const LOOK_EVERY_MS = 500;

interface Glance {
  /** On this process's `performance.now()`, and as a date. */
  readonly at: number;
  readonly date: number;
  /** Undefined: the server did not answer, so nothing was shown that is right. */
  readonly places: Places | undefined;
}

/** Looks at what people see again and again, from the end of a fault on. */
export class Watch {
  readonly #look: () => Promise<Shown>;
  readonly #since = performance.now();
  readonly #glances: Glance[] = [];
  readonly #looking: Promise<void>;
  #isOver = false;

  constructor(look: () => Promise<Shown>) {
    this.#look = look;
    this.#looking = this.#watch();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#looking;
  }

  /** From the end of the fault to the last moment at which anything was not right, ms. */
  rightAfterMs(truth: readonly TrueTurn[]): number {
    const last = this.#glances.findLast((glance) => this.#wrong(truth, glance).length > 0);
    return last === undefined ? 0 : last.at - this.#since;
  }

  /** How it came right, for whoever wants to know why it took so long: each time something else was wrong than before. */
  story(truth: readonly TrueTurn[]): readonly string[] {
    let before = '';
    return this.#glances.flatMap((glance) => {
      const now = this.#wrong(truth, glance).join('; ');
      if (now === before) return [];
      before = now;
      return [`+${((glance.at - this.#since) / 1_000).toFixed(1)} s: ${now === '' ? 'all is right' : now}`];
    });
  }

  /** What the last look found, in words. */
  wrongNow(truth: readonly TrueTurn[]): readonly string[] {
    const last = this.#glances.at(-1);
    return last === undefined ? ['nobody has looked yet'] : this.#wrong(truth, last);
  }

  #wrong(truth: readonly TrueTurn[], { date, places }: Glance): readonly string[] {
    return places === undefined ? ['the server does not answer'] : notRight(truth, places, date);
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      const date = Date.now();
      const places = await this.#look().then(placesOf, () => undefined);
      this.#glances.push({ at: performance.now(), date, places });
      await pause(LOOK_EVERY_MS);
    }
  }
}
