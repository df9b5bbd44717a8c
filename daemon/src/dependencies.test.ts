import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const readJson = <T>(path: string): T => JSON.parse(read(path)) as T;

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly license?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const WORKSPACES = readJson<Manifest>('package.json').workspaces ?? [];
const ALL = 'all';

/** package -> where it is declared, as the page writes it. */
function declared(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (name: string, place: string): void => {
    if (!name.startsWith('@livestatus/')) found.set(name, [...(found.get(name) ?? []), place]);
  };
  for (const place of ['.', ...WORKSPACES]) {
    const { dependencies = {}, devDependencies = {} } = readJson<Manifest>(`${place}/package.json`);
    const name = place === '.' ? ALL : place;
    for (const dependency of Object.keys(dependencies)) add(dependency, name);
    for (const dependency of Object.keys(devDependencies)) add(dependency, `${name} (dev)`);
  }
  return found;
}

/** The rows of one table of the page, without its head. */
function rows(section: string): readonly (readonly string[])[] {
  const part = read('docs/dependencies.md').split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = part.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const PINNED = /^\d+\.\d+\.\d+$/;
const ALLOWED = /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|MIT OR Apache-2\.0)$/;
/** Only tests use it; it is neither changed nor shipped. */
const TEST_TOOL_OF_ANOTHER_LICENCE = 'axe-core';

it('docs/dependencies.md lists exactly the npm packages that are declared, where they are declared, each with its reason', () => {
  const listed = new Map(rows('npm').map(([name = '', , where = '']) => [name, where.split(', ')]));
  const byName = (map: ReadonlyMap<string, readonly string[]>) => Object.fromEntries([...map].sort());
  expect(byName(listed)).toEqual(byName(declared()));
  for (const [name, , , reason] of rows('npm')) expect(reason, name).toBeTruthy();
});

it('every npm package has the licence that the page says, and one of those that are allowed', () => {
  for (const [name = '', licence = ''] of rows('npm')) {
    expect(readJson<Manifest>(`node_modules/${name}/package.json`).license, name).toBe(licence);
    if (name !== TEST_TOOL_OF_ANOTHER_LICENCE) expect(licence, name).toMatch(ALLOWED);
  }
});

it('every version is pinned exactly', () => {
  for (const place of ['.', ...WORKSPACES]) {
    const { dependencies, devDependencies } = readJson<Manifest>(`${place}/package.json`);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, `${place}: ${name}`).toMatch(PINNED);
    }
  }
});

it('every npm package is used where it is declared', () => {
  for (const [name, places] of declared()) {
    for (const place of places) expect(isUsed(name, place.replace(' (dev)', '')), `${name} in ${place}`).toBe(true);
  }
});

it('docs/dependencies.md lists exactly the Go modules that we name ourselves', () => {
  const direct = read('plugin/server/go.mod').matchAll(/^(?:require )?\s*(\S+\.\S+\/\S+) v\S+$/gm);
  const tools = ['contract', 'plugin'].flatMap((place) => [
    ...read(`${place}/tools/go.mod`).matchAll(/^tool (\S+)\/cmd\/\S+$/gm),
  ]);
  const named = [...direct, ...tools].map(([, module]) => module);
  expect(rows('Go').map(([module]) => module)).toEqual(named);
});

/** Imported; types of something that is; needed by something that is (peer); or a command that a script runs. */
function isUsed(name: string, place: string): boolean {
  const sources = sourcesOf(place);
  if (isNamed(name, sources) || isTypesOfSomething(name, sources)) return true;
  return isPeerOfSomething(name, place, sources) || isCommand(name);
}

function isNamed(name: string, sources: string): boolean {
  return sources.includes(`'${name}'`) || sources.includes(`'${name}/`);
}

function isTypesOfSomething(name: string, sources: string): boolean {
  if (!name.startsWith('@types/')) return false;
  const typed = name.slice('@types/'.length);
  return isNamed(typed, sources) || (typed === 'node' && sources.includes("'node:"));
}

function isPeerOfSomething(name: string, place: string, sources: string): boolean {
  const neighbours = [...declared()].filter(([other, places]) => {
    const isHere = places.some((where) => where.startsWith(place) || where.startsWith(ALL));
    return isHere && other !== name && isNamed(other, sources);
  });
  return neighbours.some(([other]) => {
    const { peerDependencies = {} } = readJson<Manifest>(`node_modules/${other}/package.json`);
    return Object.hasOwn(peerDependencies, name);
  });
}

function isCommand(name: string): boolean {
  const { bin } = readJson<Manifest>(`node_modules/${name}/package.json`);
  const commands = typeof bin === 'object' ? Object.keys(bin) : [];
  const scripts = read('scripts/run-tests.ts');
  return commands.some((command) => scripts.includes(`'${command}'`));
}

const known = new Map<string, string>();

/** All committed sources of a workspace as one text. */
function sourcesOf(place: string): string {
  let text = known.get(place);
  if (text === undefined) {
    const paths = (place === ALL ? [...WORKSPACES, 'scripts'] : [place]).flatMap((folder) =>
      ['ts', 'tsx', 'mjs'].map((ending) => `${folder}/*.${ending}`),
    );
    const files = execFileSync('git', ['ls-files', '-z', ...paths], { cwd: ROOT, encoding: 'utf8' });
    text = files.split('\0').filter(Boolean).map(read).join('\n');
    known.set(place, text);
  }
  return text;
}
