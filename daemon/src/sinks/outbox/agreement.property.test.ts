import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchRequest, Session } from '@livestatus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../state/testing/fake-clock.ts';
import { FakePlugin } from '../../testing/sinks/fake-plugin.ts';
import { content, session, step, wanted } from '../../testing/sinks/sessions.ts';
import { Lane } from './lane.ts';
import { type BatchOutcome, HEARTBEAT_MS, Outbox, type Receipt } from './outbox.ts';
import { type SeqStore, Sequence } from './seq.ts';

const THROTTLE_MS = 500;
const RETRY_MS = 2_000;
const IDS = ['a', 'b', 'c', 'd'];

type Fault = 'lost_before' | 'lost_after' | 'twice' | 'limited' | 'body_refused';
type Command =
  | { readonly kind: 'change'; readonly id: string; readonly n: number }
  | { readonly kind: 'end' | 'withdraw'; readonly id: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }
  | { readonly kind: 'server_restarts' | 'server_forgets' | 'daemon_restarts' | 'plugin_goes_and_comes' }
  | { readonly kind: 'clock_jumps_back'; readonly ms: number };

const id = fc.constantFrom(...IDS);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('change' as const), id, n: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), id }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 25_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('faults' as const),
      faults: fc.array(fc.constantFrom<Fault>('lost_before', 'lost_after', 'twice', 'limited', 'body_refused'), {
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('server_restarts', 'server_forgets', 'daemon_restarts', 'plugin_goes_and_comes'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock_jumps_back' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
  },
);

/** A daemon's outbox, a plugin, and everything that can go wrong between them. */
class World {
  readonly clock = new FakeClock(1_800_000_000_000);
  readonly plugin = new FakePlugin();
  /** What the daemon wants shown: all that is active, and last states that were not acknowledged. */
  readonly wanted = new Map<string, Session>();
  /** What must stand on the server in the end, acknowledged or not. */
  readonly truth = new Map<string, Session>();
  readonly withdrawn = new Set<string>();
  faults: Fault[] = [];
  readonly #store: SeqStore & { ceiling: number } = {
    ceiling: 0,
    reserve(ceiling) {
      this.ceiling = ceiling;
    },
  };
  /** The server's clock never jumps. */
  #serverNow = 1_800_000_000_000;
  #backMs = 0;
  outbox: Outbox;
  #lane: Lane;

  constructor() {
    [this.outbox, this.#lane] = this.#boot();
  }

  async run(next: Command): Promise<void> {
    switch (next.kind) {
      case 'change':
        this.#put(
          session(next.id, {
            tool_calls: next.n,
            steps: Array.from({ length: next.n % 7 }, (_, n) => step(`${n}`, `${next.n}`)),
          }),
        );
        return;
      case 'end': {
        const state = this.truth.get(next.id);
        if (state?.status === 'active')
          this.#put({ ...session(next.id, { status: 'done' }), steps: state.steps, tool_calls: state.tool_calls });
        return;
      }
      case 'withdraw':
        this.#withdraw(next.id);
        return;
      case 'wait':
        return this.wait(next.ms);
      case 'faults':
        this.faults = [...next.faults];
        return;
      case 'server_restarts':
        this.plugin.restart();
        return;
      case 'server_forgets':
        // Of what has ended and was told, nobody speaks again.
        for (const [name, state] of this.truth)
          if (state.status !== 'active' && !this.wanted.has(name)) this.truth.delete(name);
        this.plugin.forgetSessions();
        return;
      case 'daemon_restarts':
        await this.#lane.stop();
        [this.outbox, this.#lane] = this.#boot();
        for (const state of this.wanted.values()) this.outbox.put(state.id, wanted(state));
        for (const name of this.withdrawn) this.outbox.remove(name, { mayBeKnown: true });
        this.#lane.poke();
        return;
      case 'plugin_goes_and_comes':
        this.#lane.close();
        await this.wait(30_000);
        this.#lane.open();
        return;
      case 'clock_jumps_back':
        this.#backMs += next.ms;
    }
  }

  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= THROTTLE_MS) {
      const part = Math.min(left, THROTTLE_MS);
      this.#serverNow += part;
      this.clock.advance(part);
      await nextTurn();
    }
  }

  async stop(): Promise<void> {
    await this.#lane.stop();
  }

  #boot(): [Outbox, Lane] {
    const clock = {
      now: () => this.clock.now() - this.#backMs,
      after: (ms: number, back: () => void) => this.clock.after(ms, back),
    };
    const outbox = new Outbox({
      daemonId: 'daemon-a',
      throttleMs: THROTTLE_MS,
      sequence: new Sequence(this.#store),
      isComplete: () => true,
      onReceipt: (receipt) => this.#receipt(receipt),
    });
    const lane = new Lane({
      outbox,
      clock,
      backoff: { next: () => RETRY_MS, reset: () => {} },
      receiver: {
        send: async ({ body }) => this.#receive(JSON.parse(body) as BatchRequest),
        remove: async (name) => {
          const fault = this.faults.shift();
          if (fault !== 'lost_before' && fault !== 'limited') this.plugin.remove(name);
          return { done: fault === undefined || fault === 'twice' };
        },
      },
    });
    lane.open();
    return [outbox, lane];
  }

  #receive(request: BatchRequest): BatchOutcome {
    const fault = this.faults.shift();
    if (fault === 'lost_before') return { kind: 'unclear' };
    if (fault === 'limited') return { kind: 'not_taken' };
    if (fault === 'body_refused') return { kind: 'body_refused', code: 'invalid_field' };
    const answer = this.plugin.batch('bot', request, this.#serverNow);
    if (fault === 'twice') this.plugin.batch('bot', request, this.#serverNow);
    return fault === 'lost_after' ? { kind: 'unclear' } : { kind: 'answered', answer };
  }

  #receipt(receipt: Receipt): void {
    if (receipt.kind === 'final' && this.wanted.get(receipt.session.id)?.status !== 'active')
      this.wanted.delete(receipt.session.id);
    if (receipt.kind === 'removed') this.withdrawn.delete(receipt.id);
  }

  #put(state: Session): void {
    this.wanted.set(state.id, state);
    this.truth.set(state.id, state);
    this.withdrawn.delete(state.id);
    this.outbox.put(state.id, wanted(state));
    this.#lane.poke();
  }

  #withdraw(name: string): void {
    if (!this.wanted.has(name)) return;
    this.wanted.delete(name);
    this.truth.delete(name);
    if (this.outbox.remove(name, { mayBeKnown: true })) this.withdrawn.add(name);
    this.#lane.poke();
  }
}

test('D7: whatever went wrong, daemon and server agree within one heartbeat after it is well again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const world = new World();
      try {
        for (const next of commands) await world.run(next);
        world.faults = [];
        // What was refused alone is tried again after 30 s at the earliest: a fault of the body, not of the link.
        const refused = commands.some((one) => one.kind === 'faults' && one.faults.includes('body_refused'));
        await world.wait(RETRY_MS + HEARTBEAT_MS + 4 * THROTTLE_MS + (refused ? 20 * 60_000 : 0));
        for (const [name, state] of world.truth)
          expect(content(world.plugin.session(name)), name).toEqual(content(state));
        const active = [...world.truth.values()].filter(({ status }) => status === 'active').map((state) => state.id);
        expect([...world.plugin.active()].sort()).toEqual(active.sort());
        // Nothing that has ended is kept for ever.
        expect(world.outbox.size).toBe(active.length);
        // No browser ever saw a session end and go on without us having said so.
        for (const states of world.plugin.seen.values())
          for (const state of states) expect(state.error?.code, 'ended by the server').not.toBe('lost');
      } finally {
        await world.stop();
      }
    }),
    { numRuns: 300 },
  );
}, 120_000);
