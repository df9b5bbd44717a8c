// Prints the package.json of the npm package `livestatus`: the version and the dependencies are those of the checkout. Every dependency
// is inside the package (bundled), so an install fetches nothing and runs exactly what was tested.
import { readFileSync } from 'node:fs';

interface Package {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const read = (path: string): Package =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as Package;
const { version, license, engines } = read('package.json');
const { dependencies } = read('daemon/package.json');

const manifest = {
  name: 'livestatus',
  version,
  description: 'Live Status daemon: shows what AI agents are doing, live',
  license,
  type: 'module',
  bin: { livestatus: 'bin/livestatus' },
  engines,
  dependencies,
  bundleDependencies: Object.keys(dependencies),
};
process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
