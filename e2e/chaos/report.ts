import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../docs/reliability.md');
const BEGIN = '<!-- chaos -->';
const END = '<!-- end -->';
const HEAD = [
  '',
  'fault',
  'what people see meanwhile',
  'all is right again after',
  'turns',
  'twice / lost / stuck',
  'run',
];

/** One row of the table; all texts. */
export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

/** Puts the rows into docs/reliability.md, each in place of the one of its name; rows that were not made anew stay. */
export function writePage(rows: readonly Row[]): void {
  writeFileSync(PAGE, withRows(readFileSync(PAGE, 'utf8'), rows));
}

/** Throws when the page has no marks. */
export function withRows(page: string, rows: readonly Row[]): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`the page has no ${BEGIN} ... ${END}`);
  const lines = new Map(linesOf(page.slice(from, to)));
  for (const { name, cells } of rows) lines.set(name, lineOf([`\`${name}\``, ...cells]));
  const table = [lineOf(HEAD), lineOf(HEAD.map(() => '---')), ...lines.values()];
  return `${page.slice(0, from)}${BEGIN}\n${table.join('\n')}\n${page.slice(to)}`;
}

function linesOf(table: string): readonly (readonly [string, string])[] {
  return table.split('\n').flatMap((line) => {
    const name = /^\| `([a-z-]+)` \|/.exec(line)?.[1];
    return name === undefined ? [] : [[name, line] as const];
  });
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
