// Writes docs/configuration.md, .env.daemon.example and docs/cli.md from the tables in the daemon. `node scripts/config-docs.ts`
import { writeFileSync } from 'node:fs';
import { cliMarkdown } from '../daemon/src/cli/docs.ts';
import { configurationMarkdown, envExample } from '../daemon/src/config/docs.ts';

const root = new URL('../', import.meta.url);
writeFileSync(new URL('docs/configuration.md', root), configurationMarkdown());
writeFileSync(new URL('.env.daemon.example', root), envExample());
writeFileSync(new URL('docs/cli.md', root), cliMarkdown());
