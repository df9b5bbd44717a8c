import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAILURES } from '../errors.ts';
import { cliMarkdown } from './docs.ts';
import { EXIT_CODES } from './exit-codes.ts';

it('docs/cli.md is current; "node scripts/config-docs.ts" writes it', () => {
  const committed = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  expect(committed).toBe(cliMarkdown());
});

it('every failure ends with a documented exit code', () => {
  for (const [code, { exitCode }] of Object.entries(FAILURES))
    expect(EXIT_CODES, code).toHaveProperty(String(exitCode));
});
