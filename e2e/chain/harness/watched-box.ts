import type { Locator } from 'playwright-core';
import { waitFor } from '../../openclaw/harness/wait.ts';

/** What a box told its reader, and when it stood in the page, on this machine's clock. */
export interface Told {
  readonly atMs: number;
  /** `state`: the word of the turn's state; `note`: what became of a click. A screen reader is told both. */
  readonly where: 'state' | 'note';
  readonly text: string;
}

interface WatchingWindow extends Window {
  told?: Record<string, Told[]>;
}

/** Writes down in the page itself what is announced of one box: each change of a live region, also to the same words. */
export class WatchedBox {
  readonly #seen: Locator;

  private constructor(seen: Locator) {
    this.#seen = seen;
  }

  static async watch(seen: Locator): Promise<WatchedBox> {
    await seen.waitFor();
    await seen.evaluate((box) => {
      const post = box.closest('[id^="rhsPost_"], [id^="post_"]')?.id ?? '';
      const view = window as WatchingWindow;
      const told: Told[] = [];
      view.told = { ...view.told, [post]: told };
      const regions = { state: '[role="status"]', note: '[aria-live="polite"]' };
      const last: Record<string, { element: Element | null; text: string }> = {};
      const look = (): void => {
        for (const [where, selector] of Object.entries(regions) as ['state' | 'note', string][]) {
          const element = document.querySelector(`#${post} article ${selector}`);
          const text = element?.textContent ?? '';
          if (last[where]?.element === element && last[where]?.text === text) continue;
          // A region that comes empty says nothing.
          if (text !== '' || last[where]?.text !== '') told.push({ atMs: Date.now(), where, text });
          last[where] = { element, text };
        }
      };
      look();
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    return new WatchedBox(seen);
  }

  told(): Promise<readonly Told[]> {
    return this.#seen.evaluate((box) => {
      const post = box.closest('[id^="rhsPost_"], [id^="post_"]')?.id ?? '';
      return (window as WatchingWindow).told?.[post] ?? [];
    });
  }

  /** Waits until the box has said something like this, and gives back the first time. */
  first(where: Told['where'], text: RegExp, deadlineMs = 60_000): Promise<Told> {
    return waitFor(
      `the box to say ${text} as its ${where}`,
      async () => (await this.told()).find((told) => told.where === where && text.test(told.text)),
      { deadlineMs, everyMs: 50, seen: async () => JSON.stringify(await this.told()) },
    );
  }

  /** How often each of its words was announced. */
  async times(where: Told['where'], text: RegExp): Promise<number> {
    return (await this.told()).filter((told) => told.where === where && text.test(told.text)).length;
  }
}
