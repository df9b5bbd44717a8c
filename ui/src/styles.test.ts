import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const here = import.meta.dirname;
/** These import others and say nothing themselves. */
const LISTS = ['styles.css', 'turn-styles.css'];
const sheets = globSync('**/*.css', { cwd: here }).filter((file) => !LISTS.includes(file));
const read = (file: string): string => readFileSync(`${here}/${file}`, 'utf8');

it('every stylesheet is part of styles.css', () => {
  const imported = LISTS.flatMap((list) =>
    [...read(list).matchAll(/@import "\.\/(.+)"/g)].map(([, file]) => file ?? ''),
  );
  expect(imported.filter((file) => !LISTS.includes(file)).sort()).toEqual(sheets.sort());
});

it('colours stand in tokens.css only, as fallbacks of Mattermost’s variables', () => {
  const coloured = sheets.filter((file) => file !== 'tokens.css' && /#[0-9a-f]{3,8}\b|rgba?\(\d/i.test(read(file)));
  expect(coloured).toEqual([]);
});

it('no component names a colour', () => {
  const sources = globSync('**/*.tsx', { cwd: here }).filter((file) => !file.includes('.test.'));
  expect(sources.filter((file) => /#[0-9a-f]{6}\b|rgba?\(/i.test(read(file)))).toEqual([]);
});

it('every animation is switched off for those who ask for less motion', () => {
  const moving = sheets.filter((file) => /^\s+(animation|transition):/m.test(read(file)));
  expect(moving.filter((file) => !read(file).includes('prefers-reduced-motion: reduce'))).toEqual([]);
});
