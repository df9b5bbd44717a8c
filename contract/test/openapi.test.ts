import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ErrorRow, readDocument, type Schema } from '../scripts/document.ts';
import { ERROR_CODES, LIMITS, SESSION_ERROR_CODES, STREAM_EVENTS } from '../src/index.ts';

const document = readDocument();
const schemas = document.components.schemas;
const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** Every schema with its name, `Session.steps` for a property; inline parts too. */
function* walk(name: string, schema: Schema): Generator<readonly [string, Schema]> {
  yield [name, schema];
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    yield* walk(`${name.replace('[]', '')}.${key}`, child);
  for (const child of [...(schema.allOf ?? []), ...(schema.oneOf ?? [])]) yield* walk(name, child);
  if (schema.items !== undefined) yield* walk(`${name}[]`, schema.items);
}

/** Their lengths are no limits. */
const TUPLES = ['HeldEntry', 'ChannelUpdate', 'Patch'];

const all = Object.entries(schemas).flatMap(([name, schema]) => [...walk(name, schema)]);

/** Cells of the rows of docs/errors.md whose first cell is code, by that code. */
const rows = new Map(
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '))
    .map((cells) => [cells[0]?.replaceAll('`', '') ?? '', cells]),
);

describe('openapi.yaml', () => {
  it('has no keyword that its readers do not know (a comma in an unquoted text makes one)', () => {
    const known = [
      'description',
      'type',
      'format',
      'required',
      'properties',
      'items',
      'enum',
      'pattern',
      'nullable',
      'allOf',
      'oneOf',
    ];
    known.push('$ref', 'minLength', 'maxLength', 'minItems', 'maxItems', 'additionalProperties');
    known.push('x-omitempty', 'x-omitzero', 'x-go-name', 'x-go-type', 'x-ts-type');
    const unknown = all.flatMap(([name, schema]) =>
      Object.keys(schema)
        .filter((k) => !known.includes(k))
        .map((k) => `${name}: ${k}`),
    );
    expect(unknown).toStrictEqual([]);
  });

  it('requires only properties that exist', () => {
    const missing = all.flatMap(([name, s]) =>
      (s.required ?? []).filter((p) => s.properties?.[p] === undefined).map((p) => `${name}.${p}`),
    );
    expect(missing).toStrictEqual([]);
  });

  it('lets a delta set every field of a session but identity, steps and order, and clear exactly the optional ones', () => {
    const { properties = {}, required = [] } = schemas.Session ?? {};
    const own = ['id', 'steps', 'steps_dropped', 'seq', 'as_of_ms'];
    const settable = Object.keys(properties).filter((field) => !own.includes(field));
    const set = schemas.DeltaSet?.properties ?? {};
    expect(Object.keys(set).sort()).toStrictEqual(settable.sort());
    const clearable = Object.keys(set).filter((field) => set[field]?.nullable === true);
    expect(clearable.sort()).toStrictEqual(settable.filter((field) => !required.includes(field)).sort());
  });

  it('names an existing schema for every event', () => {
    const events = [...document['x-events'].websocket, ...document['x-events'].dashboard];
    expect(events.filter((e) => schemas[e.schema] === undefined)).toStrictEqual([]);
    expect(document['x-events'].dashboard.map((e) => e.event)).toStrictEqual([...STREAM_EVENTS]);
  });
});

describe('limits', () => {
  const bounds = (schema: Schema): number[] => {
    const inPattern = /\{1,(\d+)\}/.exec(schema.pattern ?? '')?.[1];
    return [schema.maxLength, schema.maxItems, inPattern && Number(inPattern)].filter(
      (n): n is number => typeof n === 'number',
    );
  };

  it('are what the schemas say, and every bound of a schema is a limit', () => {
    const stated = document['x-limits'].flatMap((l) => (l.applies ?? []).map((name) => `${name} ${l.value}`));
    // Members of a pair, ids within a list and parts of allOf are governed by the limit of what they belong to.
    const bounded = all.filter(([name]) => !name.endsWith('[]') && !TUPLES.includes(name));
    expect(stated.sort()).toStrictEqual(bounded.flatMap(([name, s]) => bounds(s).map((n) => `${name} ${n}`)).sort());
  });

  it('stand in the docs and in the constants with the same values', () => {
    for (const { name, value } of document['x-limits']) {
      const constant = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      expect({ name, value: Reflect.get(LIMITS, constant) }).toStrictEqual({ name, value });
      expect(rows.get(name)?.[1]).toBe(value.toLocaleString('en-US'));
    }
    expect(Object.keys(LIMITS)).toHaveLength(document['x-limits'].length);
  });
});

describe('error codes', () => {
  const table = document['x-error-codes'];

  it('are unique, snake_case, and say what happened and what to do in whole sentences', () => {
    expect(new Set(table.map((row) => row.code)).size).toBe(table.length);
    for (const row of [...table, ...document['x-session-error-codes']]) {
      expect(row.code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(row.message).toMatch(/^[A-Z].*\.$/);
      expect(row.action).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('are the same in openapi.yaml, in TypeScript and in the docs', () => {
    expect(ERROR_CODES).toStrictEqual(Object.fromEntries(table.map(({ code, ...row }) => [code, row])));
    for (const row of table) {
      expect(rows.get(row.code)).toStrictEqual([
        `\`${row.code}\``,
        String(row.status),
        row.where.join(', '),
        row.message,
        row.action,
      ]);
    }
    const sessionTable = document['x-session-error-codes'];
    expect(SESSION_ERROR_CODES).toStrictEqual(Object.fromEntries(sessionTable.map(({ code, ...row }) => [code, row])));
    for (const row of sessionTable) expect(rows.get(row.code)?.[1]).toBe(row.status);
    const events = document['x-events'];
    const known = [...table, ...sessionTable].map((r) => r.code).concat(document['x-limits'].map((l) => l.name));
    expect([...rows.keys()].sort()).toStrictEqual(
      [...known, ...events.websocket.map((e) => e.event), ...events.dashboard.map((e) => e.event)].sort(),
    );
  });

  it('have a status that some path of their server answers with, and every refusal of a path has a code', () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path).filter((o) => o.operationId !== undefined),
    );
    for (const tag of ['plugin', 'daemon'] as const) {
      const answered = operations
        .filter((o) => o.tags.includes(tag))
        .flatMap((o) => Object.keys(o.responses).map(Number));
      // 405 belongs to every path; 503 carries the health itself.
      const refusals = new Set(answered.filter((status) => status >= 400 && status !== 503));
      const coded = new Set(
        table.filter((row: ErrorRow) => row.where.includes(tag) && row.status !== 405).map((row) => row.status),
      );
      expect({ tag, statuses: [...coded].sort() }).toStrictEqual({ tag, statuses: [...refusals].sort() });
    }
  });
});
