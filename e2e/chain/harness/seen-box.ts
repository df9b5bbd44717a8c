import type { Locator, Page } from 'playwright-core';
import type { Box } from '../../plugin/harness/boxes.ts';

/** Opens the thread that a box stands in, as a person does; nothing if it stands in the center itself. */
export async function openThread(page: Page, { post }: Box): Promise<void> {
  if (post.root_id === '') return;
  await page
    .locator(`#post_${post.root_id}`)
    .getByRole('button', { name: /repl(y|ies)$/ })
    .click();
}

/** A box in a page: in the open thread, or in the center where the box itself is at top level. */
export function seenBox(page: Page, { post }: Box): Locator {
  return page.locator(post.root_id === '' ? `#post_${post.id}` : `#rhsPost_${post.id}`).getByRole('article');
}

/** The word of its state, which a screen reader is told: "Working", "Done". */
export function stateOf(box: Locator): Locator {
  return box.getByRole('status');
}

/** A line of its log. (What the agent does now stands above the log.) */
export function stepIn(box: Locator, stepId: string): Locator {
  return box.locator(`[data-step-id="${stepId}"]`);
}
