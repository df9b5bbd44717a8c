import { expect, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { expectEnded, expectTools, toolSteps } from '../openclaw/harness/expect-turn.ts';
import { shell } from '../openclaw/harness/script.ts';
import { StreamFollower } from '../openclaw/harness/stream.ts';
import { Chain } from './harness/chain.ts';
import { openThread, seenBox, stateOf } from './harness/seen-box.ts';
import { standsRight } from './harness/stands-right.ts';

const newPage = browserPages();
const SILENT_S = 150;

/** In a file of its own: the others run beside it. */
test(`a tool that is silent for ${SILENT_S} s is active all the time, and never quiet`, async () => {
  const chain = await Chain.join();
  const stream = new StreamFollower(chain.dashboard.baseUrl);
  try {
    const room = await chain.room('public', 'patient');
    // Others have a command in the foreground for two minutes at most.
    const command = `for i in $(seq ${SILENT_S}); do sleep 1; done; echo woke`;
    const silent = shell(command, { timeoutSeconds: SILENT_S + 60 });
    await chain.play({ silent: [{ calls: [silent] }, { text: 'It is awake.' }] });
    const request = await room.ask('silent');
    const box = await chain.boxOf(room, request);
    const page = await chain.open(newPage, room.asker, room);
    await openThread(page, box);
    const seen = seenBox(page, box);
    await stateOf(seen).filter({ hasText: 'Working' }).waitFor();
    // Every word that the page shows meanwhile is kept by the page itself.
    await seen.evaluate((element) => {
      const words: string[] = [];
      const look = (): void => {
        const word = element.querySelector('[role=status]')?.textContent ?? '';
        if (words.at(-1) !== word) words.push(word);
      };
      new MutationObserver(look).observe(element, { subtree: true, childList: true, characterData: true });
      look();
      Object.assign(window, { shownStates: words });
    });
    await stateOf(seen)
      .filter({ hasText: 'Done' })
      .waitFor({ timeout: (SILENT_S + 60) * 1000 });

    const session = await standsRight(chain, room, request, box);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
    const [tool] = toolSteps(session);
    expect((tool?.ended_ms ?? 0) - (tool?.started_ms ?? 0)).toBeGreaterThanOrEqual(SILENT_S * 1000 - 1000);
    const words = await page.evaluate(() => (window as never as { shownStates: string[] }).shownStates);
    expect(words.map((word) => word.replace(/^.*: /, ''))).toEqual(['Working', 'Done']);
    const states = stream.history.filter(({ id }) => id === session.id);
    expect(states.filter(({ stalled }) => stalled === true)).toEqual([]);
    expect(states.filter(({ activity }) => activity === 'unobserved')).toEqual([]);
    expect(await chain.boxesIn(room)).toHaveLength(1);
  } finally {
    await stream.close();
  }
}, 420_000);
