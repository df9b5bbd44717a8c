import { describe, expect, it } from 'vitest';
import type { Session } from '../src/index.ts';
import { type AcceptanceCase, changeOf, type DeltaCase, overlaid, readFixture } from './fixtures.ts';
import { validatorOf } from './schemas.ts';

const validator = validatorOf();
const isSession = validator('Session');
const isDelta = validator('Delta');
const isChange = validator('Change');

const sessions = readFixture<{ cases: { name: string; session: Session }[] }>('sessions').cases;
const deltas = readFixture<{ base: Session; cases: DeltaCase[] }>('deltas');
const acceptance = readFixture<{ base: Session; cases: AcceptanceCase[] }>('acceptance');
const messages = readFixture<{ cases: { name: string; schema: string; value: unknown }[] }>('messages').cases;
const unknownFields = readFixture<{ cases: { name: string; schema: string; received: object; known: object }[] }>(
  'unknown-fields',
).cases;
const strings = readFixture<{ cases: { name: string; text: string }[] }>('strings').cases;

const minimal = sessions[0]?.session as Session;
const withText = (text: string): Session => ({
  ...minimal,
  title: text,
  error: { code: 'lost', message: text },
  agent: { ...minimal.agent, name: text },
  plan: [{ text, status: 'active' }],
  steps: [{ id: '1', kind: 'tool', name: text, label: text, detail: text, status: 'done', started_ms: 1 }],
});

describe('the schemas allow', () => {
  it.each(sessions)('$name', ({ session }) => {
    expect(isSession(session), JSON.stringify(isSession.errors)).toBe(true);
  });

  it.each(deltas.cases)('the delta of: $name', (row) => {
    expect(isDelta(row.delta)).toBe(row.invalid !== true);
    expect(isSession(overlaid(deltas.base, row.before))).toBe(true);
    expect(isSession(overlaid(deltas.base, row.after))).toBe(true);
  });

  it.each(acceptance.cases)('the change of: $name', (row) => {
    expect(isChange(changeOf(acceptance.base, row)), JSON.stringify(isChange.errors)).toBe(true);
  });

  it.each(messages)('$schema: $name', ({ schema, value }) => {
    const validate = validator(schema);
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each(unknownFields)('unknown fields $name', ({ schema, received, known }) => {
    expect(validator(schema)(received)).toBe(true);
    expect(validator(schema)(known)).toBe(true);
    expect(received).toMatchObject(known);
  });

  it.each(strings)('a text with $name, which JSON carries unchanged', ({ text }) => {
    expect(isSession(withText(text))).toBe(true);
    expect(JSON.parse(JSON.stringify(withText(text)))).toStrictEqual(withText(text));
  });
});

describe('the schemas refuse', () => {
  const step = { id: '1', kind: 'tool', label: 'l', status: 'running', started_ms: 1 } as const;
  const refused: readonly (readonly [string, object])[] = [
    ['an id that is not URL-safe', { id: 'a/b' }],
    ['an id of 65 characters', { id: 'a'.repeat(65) }],
    ['an unknown status', { status: 'busy' }],
    ['null where a field is absent', { title: null }],
    ['null for a list', { steps: null }],
    ['a fraction of a millisecond', { started_ms: 1.5 }],
    ['more than 50 steps', { steps: Array.from({ length: 51 }, (_, i) => ({ ...step, id: String(i) })) }],
    ['a label of 121 code points', { steps: [{ ...step, label: '\u{1d11e}'.repeat(121) }] }],
  ];

  it.each(refused)('%s', (_, overlay) => {
    expect(isSession({ ...minimal, ...overlay })).toBe(false);
  });

  it('no label of 120 code points, whatever they take in UTF-16', () => {
    expect(isSession({ ...minimal, steps: [{ ...step, label: '\u{1d11e}'.repeat(120) }] })).toBe(true);
  });
});
