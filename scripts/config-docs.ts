// Writes docs/configuration.md, .env.daemon.example and docs/cli.md from the tables in the daemon. `node scripts/config-docs.ts`
// With --check it writes nothing and fails when one of them is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import { cliMarkdown } from '../daemon/src/cli/docs.ts';
import { configurationMarkdown, envExample } from '../daemon/src/config/docs.ts';

const root = new URL('../', import.meta.url);
const files: readonly (readonly [path: string, text: string])[] = [
  ['docs/configuration.md', configurationMarkdown()],
  ['.env.daemon.example', envExample()],
  ['docs/cli.md', cliMarkdown()],
];

for (const [path, text] of files) {
  const file = new URL(path, root);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${path} is not current: run "node scripts/config-docs.ts" and commit the result.\n`);
    process.exitCode = 1;
  }
}
