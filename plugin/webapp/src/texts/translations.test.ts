import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIntl } from 'react-intl';
import { describe, expect, it } from 'vitest';
import german from '../../i18n/de.json';
import { registrationIntl, translationsOf } from './translations.ts';

const WEBAPP = join(import.meta.dirname, '..', '..');
const SOURCES = [join(WEBAPP, 'src'), join(WEBAPP, '..', '..', 'ui', 'src')];

/** id -> English text of every message in the code. */
function messagesInCode(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of SOURCES) {
    for (const file of globSync('**/*.{ts,tsx}', { cwd: folder }).filter((name) => !name.includes('.test.'))) {
      const source = readFileSync(join(folder, file), 'utf8');
      for (const [, id = '', text = ''] of source.matchAll(
        /id: '(livestatus\.[^']+)',\s*defaultMessage:\s*'([^']*)'/g,
      )) {
        found[id] = text;
      }
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const english = messagesInCode();

/** The names of what is put into a message. */
const argumentsOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/(?<!(?:=\d+|one|other) )\{(\w+)[,}]/g)].map(([, name = '']) => name))].sort();

describe('texts', () => {
  it('i18n/en.json is the copy of the code for translators (update with -u)', async () => {
    expect(Object.keys(english).length).toBeGreaterThan(70);
    await expect(`${JSON.stringify(english, null, 2)}\n`).toMatchFileSnapshot('../../i18n/en.json');
  });

  it('every message of the code has its id and an English text beside it', () => {
    const ids = SOURCES.flatMap((folder) =>
      globSync('**/*.{ts,tsx}', { cwd: folder })
        .filter((name) => !name.includes('.test.'))
        .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/id: '(livestatus\.[^']+)'/g)]),
    ).map(([, id]) => id);
    expect([...new Set(ids)].sort()).toEqual(Object.keys(english).sort());
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('every message is there in German, with the same arguments', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english));
    for (const [id, text] of Object.entries(german)) {
      expect(argumentsOf(text), id).toEqual(argumentsOf(english[id] ?? ''));
    }
  });

  it('every German message can be read by the formatter', () => {
    const complaints: unknown[] = [];
    const intl = createIntl({ locale: 'de', messages: german, onError: (error) => complaints.push(error) });
    for (const [id, text] of Object.entries(german)) {
      const values = Object.fromEntries(argumentsOf(text).map((name) => [name, 2]));
      intl.formatMessage({ id }, values);
    }
    expect(complaints).toEqual([]);
  });

  it.each([
    ['de', true],
    ['de-AT', true],
    ['en', false],
    ['', false],
  ])('of the locale %j are German: %s', (locale, isGerman) => {
    expect(translationsOf(locale) === german).toBe(isGerman);
  });

  it('that are registered as strings are in the language of the user', () => {
    const intl = registrationIntl({ entities: { users: { currentUserId: 'me', profiles: { me: { locale: 'de' } } } } });
    expect(intl.formatMessage({ id: 'livestatus.settings.widget_off' })).toBe('Nie');
    expect(registrationIntl({}).locale).toBe('en');
  });
});
