import { describe, expect, it } from 'vitest';
import { endOfPath, fill, join, template } from './label-template.ts';

const render = (source: string, facts: Readonly<Record<string, string>>, max = 120): string | undefined => {
  const pieces = fill(template(source), (name) => facts[name]);
  return pieces && join(pieces, max);
};

describe('templates', () => {
  it.each([
    ['a value', 'x `{a}` y', { a: '1' }, 'x `1` y'],
    ['the first value that there is', '{a|b|c}', { b: '2', c: '3' }, '2'],
    ['an optional part that can be filled', '{a}[ in {b}]', { a: '1', b: '2' }, '1 in 2'],
    ['no optional part that cannot', '{a}[ in {b}]', { a: '1' }, '1'],
    ['nothing if a value is missing', '{a}', {}, undefined],
    ['nothing if a value has nothing to be seen', '{a}', { a: '\u200b' }, undefined],
    ['a value on one line and without backticks', '`{a}`', { a: 'x`\ny' }, "`x' y`"],
    ['a value that looks like a template as it is', '{a}', { a: '{b}' }, '{b}'],
  ])('give %s', (_, source, facts, expected) => {
    expect(render(source, facts)).toBe(expected);
  });

  it('shorten the longest value first, and keep the words and the backticks', () => {
    expect(render('Running `{a}` on {b}', { a: 'x'.repeat(100), b: 'host' }, 30)).toBe(
      'Running `xxxxxxxxxxx…` on host',
    );
    expect(render('`{a}` and `{b}`', { a: 'a'.repeat(50), b: 'b'.repeat(50) }, 40)).toMatch(/^`a+…` and `b+…`$/);
  });

  it('keep the end of a path', () => {
    const path = '/home/agent/workspace/projects/alpha/src/components/status-box/status-box.tsx';
    expect(render('Reading `{path}`', { path })).toBe(
      'Reading `…/projects/alpha/src/components/status-box/status-box.tsx`',
    );
    expect(render('Reading `{path}`', { path: 'src/app.ts' })).toBe('Reading `src/app.ts`');
  });
});

describe('endOfPath', () => {
  it.each([
    ['whole segments', 'a/b/c/d.ts', 8, '…/c/d.ts'],
    ['a name alone if it does not fit', 'a/very-long-name.ts', 10, 'a/very-lo…'],
    ['Windows paths', 'C:\\a\\b\\c.txt', 9, '…\\b\\c.txt'],
    ['what fits as it is', 'a/b', 3, 'a/b'],
  ])('keeps %s', (_, path, max, expected) => {
    expect(endOfPath(path, max)).toBe(expected);
  });
});
