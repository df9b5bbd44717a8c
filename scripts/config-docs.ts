// Writes docs/configuration.md and .env.daemon.example from the table of settings. `node scripts/config-docs.ts`
import { writeFileSync } from 'node:fs';
import { configurationMarkdown, envExample } from '../daemon/src/config/docs.ts';

const root = new URL('../', import.meta.url);
writeFileSync(new URL('docs/configuration.md', root), configurationMarkdown());
writeFileSync(new URL('.env.daemon.example', root), envExample());
