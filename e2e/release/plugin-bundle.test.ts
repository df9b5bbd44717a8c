import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, succeed } from './command.ts';

const ID = 'com.openclaw.livestatus';
const OWN = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

let place: string;
let bundle: string;

/** This machine's own executable alone: `make dist` builds all six by the same rule. */
const build = (name: string): Promise<string> =>
  succeed('make', ['-s', '-C', 'plugin', 'local', `BUNDLE=${join(place, name)}`]);

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'livestatus-bundle-'));
  bundle = join(place, 'first.tar.gz');
  await build('first.tar.gz');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the plugin's bundle", () => {
  test('is one folder of the name of the plugin, with what its manifest names, and the licences of what is linked in', async () => {
    const files = (await succeed('tar', ['-tzf', bundle]))
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith('/'));
    expect(files.sort()).toEqual(
      [
        'LICENSE',
        'THIRD-PARTY-LICENCES.txt',
        'assets/icon.svg',
        'plugin.json',
        `server/dist/plugin-${OWN}`,
        'webapp/dist/main.js',
      ].map((file) => `${ID}/${file}`),
    );
    await succeed('tar', ['-xzf', bundle, '-C', place]);
    const licences = readFileSync(join(place, ID, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
    for (const module of ['github.com/mattermost/mattermost/server/public', 'github.com/gorilla/mux'])
      expect(licences).toContain(`${module} v`);
  });

  test('is the same bytes when it is built again, and names no path of this machine', async () => {
    await build('second.tar.gz');
    expect(readFileSync(join(place, 'second.tar.gz')).equals(readFileSync(bundle))).toBe(true);
    const named = await succeed('bash', ['-c', 'grep -rlF -- "$1" "$2" || true', '-', CHECKOUT, join(place, ID)]);
    expect(named).toBe('');
  });
});
