import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLabelOverrides } from './label-overrides.ts';

const WORDS = { verb: 'look up', running: 'Looking up', done: 'Looked up' };

function codes(json: unknown): string[] {
  const parsed = parseLabelOverrides(json);
  return parsed.ok ? [] : parsed.problems.map(({ code, path }) => (path === '' ? code : `${path}: ${code}`));
}

describe('parseLabelOverrides', () => {
  it('accepts texts and words', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ a: 'Doing it', b: { ...WORDS, object: '`{x|y}`[ in {z}]', plain: 'it' } })).toEqual([]);
  });

  it.each([
    ['a list', [], ['labels_not_an_object']],
    ['null', null, ['labels_not_an_object']],
    ['a number as label', { a: 1 }, ['a: label_not_text_or_object']],
    ['an empty text', { a: ' \u200b ' }, ['a: label_text_empty']],
    ['a long text', { a: 'x'.repeat(201) }, ['a: label_text_too_long']],
    ['an open brace', { a: 'x {y' }, ['a: label_template_invalid']],
    ['a stray brace', { a: 'x }' }, ['a: label_template_invalid']],
    ['an open bracket', { a: 'x [y' }, ['a: label_template_invalid']],
    ['a stray bracket', { a: 'x ]' }, ['a: label_template_invalid']],
    ['nested brackets', { a: '[x [y]]' }, ['a: label_template_invalid']],
    ['one backtick', { a: '`{x}' }, ['a: label_template_invalid']],
    ['a bad name', { a: '{x y}' }, ['a: label_template_invalid']],
    ['a value in a verb', { a: { ...WORDS, done: 'Did {x}' } }, ['a.done: label_plain_has_values']],
    ['an optional part in plain', { a: { ...WORDS, plain: 'a[ b]' } }, ['a.plain: label_plain_has_values']],
  ])('refuses %s', (_, json, expected) => {
    expect(codes(json)).toEqual(expected);
  });

  it('reports every problem of a file, each with its place', () => {
    expect(codes({ a: 1, b: { verb: 2, runing: 'x' }, c: '' }).sort()).toEqual(
      [
        'a: label_not_text_or_object',
        'b.verb: label_field_not_text',
        'b.runing: label_field_unknown',
        'b.running: label_field_missing',
        'b.done: label_field_missing',
        'c: label_text_empty',
      ].sort(),
    );
  });

  it('says in each problem what is expected', () => {
    const parsed = parseLabelOverrides({ a: { ...WORDS, extra: 'x' } });
    expect(!parsed.ok && parsed.problems[0]?.message).toBe(
      'unknown field; known are verb, running, done, object, plain',
    );
  });

  it('has its problems listed in docs/labels.md, and no others', () => {
    const docs = readFileSync(new URL('../../../docs/labels.md', import.meta.url), 'utf8');
    const listed = [...docs.matchAll(/^\| `(labels?_\w+)` \|/gm)].map(([, code]) => code);
    const source = readFileSync(new URL('label-overrides.ts', import.meta.url), 'utf8');
    const declared = [...source.matchAll(/^ {4}\| '(labels?_\w+)'/gm)].map(([, code]) => code);
    expect(listed).toEqual(declared);
  });
});
