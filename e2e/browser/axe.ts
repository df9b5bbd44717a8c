import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, ElementContext, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Every rule that axe knows for WCAG 2.1 A and AA. */
export const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** What axe finds in the page, or below what a selector finds, as `rule: element`. */
export async function axeViolations(page: Page, context?: string, tags: string[] = WCAG): Promise<string[]> {
  // Not by addScriptTag: the page's policy allows no inline script.
  await page.evaluate(await readFile(AXE, 'utf8'));
  type Axe = { run(context: ElementContext, options: RunOptions): Promise<AxeResults> };
  const results = await page.evaluate(
    ([where, options]) => (window as unknown as { axe: Axe }).axe.run(where ?? document, options),
    [context, { runOnly: { type: 'tag', values: tags } } satisfies RunOptions] as const,
  );
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
