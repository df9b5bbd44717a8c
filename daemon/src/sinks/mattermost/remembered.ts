import type { Clock } from '../../sources/source.ts';
import type { Backoff } from '../outbox/lane.ts';
import { type Answer, passesByItself, type Trouble } from './trouble.ts';

export interface RememberedOptions<T> {
  readonly ask: (key: string) => Promise<Answer<T>>;
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** After this long it is asked again, when somebody wants to know; until the answer the old one counts. */
  readonly freshMs: number;
  /** Called when something was learnt that was not known before, trouble included. Asynchronously. */
  readonly onNews: (key: string) => void;
}

interface Memory<T> {
  value?: T;
  trouble?: Trouble;
  askedMs: number;
  isAsking: boolean;
}

const MAX_KEYS = 10_000;
/** What a person has to put right is looked at again this seldom. */
const RECHECK_MS = 5 * 60_000;

/** Answers about things that hardly ever change, asked once each. Trouble that passes by itself is asked again. */
export class Remembered<T> {
  readonly #options: RememberedOptions<T>;
  readonly #memories = new Map<string, Memory<T>>();
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(options: RememberedOptions<T>) {
    this.#options = options;
  }

  /** What is known now; if that is nothing, or old, it is asked. */
  get(key: string): { readonly value?: T; readonly trouble?: Trouble } {
    const memory = this.#memories.get(key) ?? this.#remember(key);
    const age = this.#options.clock.now() - memory.askedMs;
    const isDue = age >= (memory.trouble === undefined ? this.#options.freshMs : RECHECK_MS);
    if (isDue && !memory.isAsking) this.#ask(key, memory);
    return memory;
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #remember(key: string): Memory<T> {
    const memory: Memory<T> = { askedMs: Number.NEGATIVE_INFINITY, isAsking: false };
    this.#memories.set(key, memory);
    if (this.#memories.size > MAX_KEYS) {
      for (const oldest of this.#memories.keys()) {
        this.#memories.delete(oldest);
        break;
      }
    }
    return memory;
  }

  #ask(key: string, memory: Memory<T>): void {
    if (this.#stopped) return;
    memory.isAsking = true;
    void this.#options.ask(key).then((answer) => this.#learn(key, memory, answer));
  }

  #learn(key: string, memory: Memory<T>, answer: Answer<T>): void {
    if (this.#stopped) return;
    const { clock, backoff, onNews } = this.#options;
    memory.askedMs = clock.now();
    if (answer.ok) {
      backoff.reset();
      const isNews = memory.value !== answer.value || memory.trouble !== undefined;
      memory.value = answer.value;
      delete memory.trouble;
      memory.isAsking = false;
      if (isNews) onNews(key);
      return;
    }
    const isNews = memory.trouble?.kind !== answer.trouble.kind;
    memory.trouble = answer.trouble;
    if (passesByItself(answer.trouble)) this.#askLater(key, memory, answer.trouble.retryAfterMs ?? 0);
    else memory.isAsking = false;
    if (isNews) onNews(key);
  }

  #askLater(key: string, memory: Memory<T>, atLeastMs: number): void {
    const { clock, backoff } = this.#options;
    const cancel = clock.after(Math.max(backoff.next(), atLeastMs), () => {
      this.#timers.delete(cancel);
      this.#ask(key, memory);
    });
    this.#timers.add(cancel);
  }
}
