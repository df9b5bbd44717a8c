import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './results.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'benchmarks.md');

export interface Section {
  readonly machine: string;
  readonly date: string;
  readonly results: readonly Result[];
}

/** Puts a bench's figures into docs/benchmarks.md, between the marks of its name. Throws when the page has no such marks. */
export function writePage(bench: string, section: Section): void {
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), bench, section));
}

/** The page with this section's figures in place of the older ones. */
export function withSection(page: string, bench: string, { machine, date, results }: Section): string {
  const [begin, end] = [`<!-- bench:${bench} -->`, '<!-- end -->'];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page has no ${begin} ... ${end}`);
  const rows = results.map(({ name, figure, budget = '', passed }) => [name, figure, budget, verdictOf(passed)]);
  const lines = [['what', 'figure', 'budget', ''], ['---', '---', '---', '---'], ...rows].map(rowOf);
  return `${page.slice(0, from)}${begin}\n${date}, ${machine}\n\n${lines.join('\n')}\n${page.slice(to)}`;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function verdictOf(passed: boolean | undefined): string {
  if (passed === undefined) return '';
  return passed ? 'ok' : '**missed**';
}
