import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../state/testing/fake-clock.ts';
import { type BoxWriter, HandOver, PATIENCE_MS } from './hand-over.ts';

/** A writer that is busy for a while after it was told to stop. */
class SlowWriter implements BoxWriter {
  isOpen = false;
  isBusy = false;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  open(): void {
    this.isOpen = true;
    this.isBusy = true;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await new Promise<void>((resolve) => this.#clock.after(700, resolve));
    this.isBusy = this.isOpen;
  }
}

function world({ hasPlugin = true } = {}) {
  const clock = new FakeClock(1_000);
  const plugin = new SlowWriter(clock);
  const rest = new SlowWriter(clock);
  const handOver = new HandOver({ plugin: hasPlugin ? plugin : undefined, rest, clock, onChange: () => {} });
  handOver.start();
  const wait = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      await nextTurn();
      clock.advance(Math.min(100, left));
    }
    await nextTurn();
  };
  return { clock, plugin, rest, handOver, wait };
}

describe('P3: who writes the boxes', () => {
  test('nobody before it is known whether the plugin is there', async () => {
    const { plugin, rest, wait } = world();
    await wait(60_000);
    expect([plugin.isOpen, rest.isOpen]).toEqual([false, false]);
  });

  test('REST at once where no plugin is configured, or Mattermost has none', async () => {
    const without = world({ hasPlugin: false });
    await without.wait(100);
    expect(without.rest.isOpen).toBe(true);
    const missing = world();
    missing.handOver.pluginIsDown(true);
    await missing.wait(1_000);
    expect([missing.plugin.isOpen, missing.rest.isOpen]).toEqual([false, true]);
  });

  test('a plugin that does not answer is waited for; one that answers in time keeps the boxes', async () => {
    const { plugin, rest, handOver, wait } = world();
    handOver.pluginIsUp();
    await wait(1_000);
    handOver.pluginIsDown(false);
    await wait(PATIENCE_MS - 1_000);
    handOver.pluginWorks();
    await wait(PATIENCE_MS);
    expect([plugin.isOpen, rest.isOpen]).toEqual([true, false]);
    handOver.pluginIsDown(true);
    await wait(PATIENCE_MS + 2_000);
    expect([plugin.isOpen, rest.isOpen]).toEqual([false, true]);
    handOver.pluginIsUp();
    await wait(2_000);
    expect([plugin.isOpen, rest.isOpen]).toEqual([true, false]);
  });

  test('never both, in whatever order things happen', async () => {
    const step = fc.oneof(
      fc.constantFrom('up' as const, 'down' as const, 'missing' as const, 'works' as const),
      fc.integer({ min: 1, max: 12_000 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { clock, plugin, rest, handOver } = world();
        const check = (): void => expect(plugin.isBusy && rest.isBusy, 'both write').toBe(false);
        for (const next of steps) {
          if (next === 'up') handOver.pluginIsUp();
          else if (next === 'down' || next === 'missing') handOver.pluginIsDown(next === 'missing');
          else if (next === 'works') handOver.pluginWorks();
          else {
            for (let left = next; left > 0; left -= 400) {
              await nextTurn();
              check();
              clock.advance(Math.min(400, left));
            }
          }
          check();
        }
      }),
      { numRuns: 100 },
    );
  });
});
