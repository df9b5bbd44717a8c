import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { between } from '../../e2e/chaos/harness/random.ts';
import { type RecordedRun, recordedRun } from '../live/recorded-run.ts';
import { type RunPlace, SimulatedRun } from '../live/simulated-run.ts';
import { until } from '../live/until.ts';

/** Ms. A turn of one to three minutes with a tool call every few seconds; the next request comes soon after its end. */
const TURN_MS = [60_000, 180_000] as const;
const BETWEEN_CALLS_MS = [3_000, 8_000] as const;
const CALL_MS = [200, 3_000] as const;
const BETWEEN_TURNS_MS = [500, 3_000] as const;
const SUBSCRIBE_TIMEOUT_MS = 60_000;

export interface SeatsOptions {
  readonly gateway: FakeGateway;
  readonly seats: number;
  readonly random: () => number;
  /** A person asks: a place of its own for each turn. */
  readonly ask: (turn: number) => Promise<RunPlace>;
}

/** People who keep so many agents at work: as soon as a turn ends, somebody asks the next one. */
export class Seats {
  turns = 0;
  calls = 0;
  readonly #options: SeatsOptions;
  readonly #recorded: RecordedRun = recordedRun();
  #isOver = false;

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** Works until `ms` have passed, lets no turn begin after that and resolves when the last has ended. */
  async work(ms: number): Promise<void> {
    const over = sleep(ms).then(() => {
      this.#isOver = true;
    });
    const seats = Array.from({ length: this.#options.seats }, () => this.#sit());
    await Promise.all([over, ...seats]);
  }

  async #sit(): Promise<void> {
    // Not all at once, as nobody would.
    await this.#pause([0, BETWEEN_CALLS_MS[1]]);
    while (!this.#isOver) {
      await this.#turn();
      await this.#pause(BETWEEN_TURNS_MS);
    }
  }

  async #turn(): Promise<void> {
    const { gateway, random, ask } = this.#options;
    this.turns += 1;
    const number = this.turns;
    const place = await ask(number);
    const run = new SimulatedRun(this.#recorded, number, (event, payload) => gateway.emit(event, payload), place);
    run.announce();
    // A channel's run events are only told to who has subscribed to its key.
    await until('the key is subscribed', SUBSCRIBE_TIMEOUT_MS, () => gateway.clients[0]?.keys.has(run.key) === true);
    run.begin();
    const end = performance.now() + between(random, ...TURN_MS);
    while (!this.#isOver && performance.now() < end) await this.#call(run);
    run.end();
  }

  async #call(run: SimulatedRun): Promise<void> {
    run.think();
    await this.#pause(BETWEEN_CALLS_MS);
    run.think();
    run.say();
    const id = run.startCall();
    await this.#pause(CALL_MS);
    run.endCall(id);
    this.calls += 1;
  }

  #pause(range: readonly [number, number]): Promise<void> {
    return sleep(between(this.#options.random, ...range));
  }
}
