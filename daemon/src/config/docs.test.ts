import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationMarkdown, envExample } from './docs.ts';
import { loadConfig } from './load.ts';

const committed = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the documentation of settings', () => {
  it('is current; "node scripts/config-docs.ts" writes it', () => {
    expect(committed('docs/configuration.md')).toBe(configurationMarkdown());
    expect(committed('.env.daemon.example')).toBe(envExample());
  });

  it('has an example file that is a valid configuration, as it stands and with every line switched on', () => {
    const asItStands = envExample();
    const switchedOn = asItStands.replace(/^#([A-Z])/gm, '$1');
    for (const text of [asItStands, switchedOn]) {
      const input = { env: {}, home: '/home/sam', cwd: '/', readSecretFile: () => ({ text: '', mode: 0 }) };
      const result = loadConfig({ ...input, envFile: { path: '.env.daemon', text } });
      expect(result).toMatchObject({ ok: true, warnings: [] });
    }
  });
});
