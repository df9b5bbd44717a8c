// Writes every generated file but the Go types (oapi-codegen makes those) below the directory given as the argument.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readDocument } from './document.ts';
import { goTables } from './go.ts';
import { errorsPage } from './markdown.ts';
import { typescriptTables, typescriptTypes } from './typescript.ts';

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const root = process.argv[2];
if (root === undefined) throw new Error('usage: node contract/scripts/generate.ts OUTPUT_ROOT');
const document = readDocument();
write(join(root, 'contract/src/generated/openapi.ts'), await typescriptTypes());
write(join(root, 'contract/src/generated/tables.ts'), typescriptTables(document));
write(join(root, 'plugin/server/contract/tables.gen.go'), goTables(document));
write(join(root, 'docs/errors.md'), errorsPage(document));
