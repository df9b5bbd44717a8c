import { expect, it } from 'vitest';
import { withRows } from './report.ts';

const PAGE = 'before\n<!-- chaos -->\n<!-- end -->\nafter\n';
const row = (name: string, cell: string) => ({ name, cells: [cell] });

it('the table stands between its marks, and nothing else changes', () => {
  const page = withRows(PAGE, [row('daemon-kill', 'killed')]);
  expect(page).toMatch(/^before\n<!-- chaos -->\n\|.*\| `daemon-kill` \| killed \|\n<!-- end -->\nafter\n$/s);
});

it('a row that is made anew takes the place of the older one; the others stay', () => {
  const first = withRows(PAGE, [row('daemon-kill', 'old'), row('plugin-killed', 'kept')]);
  const page = withRows(first, [row('daemon-kill', 'new')]);
  expect(page).not.toContain('old');
  expect(page.indexOf('new')).toBeLessThan(page.indexOf('kept'));
});

it('a bar in a cell does not end it', () => {
  expect(withRows(PAGE, [row('disk-full', 'a | b')])).toContain('a \\| b');
});

it('a page without marks is refused', () => {
  expect(() => withRows('nothing', [])).toThrow('<!-- chaos -->');
});
