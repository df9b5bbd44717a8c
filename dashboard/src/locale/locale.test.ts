import { expect, it } from 'vitest';
import { readerLocale } from './locale.ts';

it.each([
  [['de-DE', 'en'], 'de-DE'],
  [['en-US@posix', 'fr'], 'fr'],
  [['en-US@posix'], 'en'],
  [['', 'C'], 'en'],
  [[], 'en'],
])('of %j the reader gets %s', (languages, locale) => expect(readerLocale(languages)).toBe(locale));
