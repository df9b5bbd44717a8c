import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', '.git', '.build', 'dist']);

/** Every page of the repository, relative to its root. */
function pages(folder = ''): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : pages(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The targets of `[text](target)`, code left out. */
function links(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

it.each(pages())('%s: what it links to is there', (page) => {
  const relative = links(page).filter((target) => !/^[a-z]+:|^#/.test(target));
  const missing = relative.filter((target) => !existsSync(join(ROOT, dirname(page), target.replace(/#.*/, ''))));
  expect(missing).toEqual([]);
});

it('every page of docs/ can be reached from the README or AGENTS.md', () => {
  const named = `${readFileSync(join(ROOT, 'README.md'), 'utf8')}${readFileSync(join(ROOT, 'AGENTS.md'), 'utf8')}`;
  const unreachable = pages('docs').filter((page) => !named.includes(page));
  expect(unreachable).toEqual([]);
});
