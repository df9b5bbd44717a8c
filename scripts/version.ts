// The version of everything is that of the root package.json. `node scripts/version.ts` copies it to where tools and people look for it: the
// workspaces (and their dependencies on one another), the plugin's manifest, the names of files in the admin guide. With --check it
// writes nothing and fails on a difference.
import { readFileSync, writeFileSync } from 'node:fs';

interface Package {
  version: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const { version, workspaces = [] } = JSON.parse(read('package.json')) as Package;

/** The text of a package file or manifest with our version in it; everything else, layout included, stays. */
function withVersion(text: string): string {
  return text
    .replace(/^( {2}"version": ")[^"]*(")/m, `$1${version}$2`)
    .replace(/("@livestatus\/[a-z-]+": ")[^"]*(")/g, `$1${version}$2`)
    .replace(/(\blivestatus-)\d+\.\d+\.\d+(\.t)/g, `$1${version}$2`);
}

for (const path of [...workspaces.map((name) => `${name}/package.json`), 'plugin/plugin.json', 'docs/admin-guide.md']) {
  const text = read(path);
  const wanted = withVersion(text);
  if (text === wanted) continue;
  if (!process.argv.includes('--check')) {
    writeFileSync(new URL(path, root), wanted);
  } else {
    process.stderr.write(
      `${path} does not have version ${version}: run "node scripts/version.ts" and commit the result.\n`,
    );
    process.exitCode = 1;
  }
}
