import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECKOUT, succeed } from './command.ts';

interface Setting {
  readonly key: string;
  readonly type: string;
  readonly display_name: string;
  readonly help_text: string;
  readonly default: unknown;
  readonly secret?: boolean;
  readonly options?: readonly { readonly value: string; readonly display_name: string }[];
}

interface Manifest {
  readonly id: string;
  readonly version: string;
  readonly min_server_version: string;
  readonly icon_path: string;
  readonly server: { readonly executables: Readonly<Record<string, string>> };
  readonly webapp: { readonly bundle_path: string };
  readonly settings_schema: { readonly settings: readonly Setting[] };
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(CHECKOUT, path), 'utf8'));
const manifest = read('plugin/plugin.json') as Manifest;
const setting = (key: string) => manifest.settings_schema.settings.find((one) => one.key === key);

describe('the plugin manifest', () => {
  test('has the version of the root package.json, as has everything else', async () => {
    expect(manifest.version).toBe((read('package.json') as { version: string }).version);
    expect(await succeed('node', ['--disable-warning=ExperimentalWarning', 'scripts/version.ts', '--check'])).toBe('');
  });

  test('keeps the id of the first release, and its paths', () => {
    expect(manifest.id).toBe('com.openclaw.livestatus');
    expect(manifest.min_server_version).toBe('9.9.0');
    expect(manifest.webapp.bundle_path).toBe('webapp/dist/main.js');
    expect(existsSync(join(CHECKOUT, 'plugin', manifest.icon_path))).toBe(true);
  });

  test('names an executable for each platform, as plugin/Makefile builds them', async () => {
    const platforms = ['linux', 'darwin', 'windows'].flatMap((os) => [`${os}-amd64`, `${os}-arm64`]);
    const path = (platform: string) => `server/dist/plugin-${platform}${platform.startsWith('windows') ? '.exe' : ''}`;
    expect(manifest.server.executables).toEqual(Object.fromEntries(platforms.map((one) => [one, path(one)])));
    const commands = await succeed('make', ['--no-print-directory', '-n', '-C', 'plugin', 'server']);
    for (const one of platforms) expect(commands).toContain(`-o ${path(one).replace('server/', '')} `);
  });

  test('settings: the secret is generated and masked, the others have the defaults that the help texts name', () => {
    expect(setting('SharedSecret')).toMatchObject({ type: 'generated', secret: true });
    expect(setting('WidgetDefault')).toMatchObject({ type: 'dropdown', default: 'all' });
    expect(setting('WidgetDefault')?.options?.map(({ value }) => value)).toEqual(['all', 'mine', 'off']);
    expect(setting('ActiveEditFirstS')).toMatchObject({ type: 'number', default: 30 });
    expect(setting('ActiveEditEveryS')).toMatchObject({ type: 'number', default: 120 });
    expect(setting('NotifyWaiting')).toMatchObject({ type: 'bool', default: true });
    for (const { display_name, help_text } of manifest.settings_schema.settings) {
      expect(display_name).not.toBe('');
      expect(help_text.length).toBeGreaterThan(40);
    }
  });
});
