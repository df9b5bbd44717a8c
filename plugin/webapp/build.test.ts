// @vitest-environment node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import config from './webpack.config.mjs';

const OUT = join(import.meta.dirname, '..', '..', '.build', 'plugin-webapp');
const MAX_GZIP_BYTES = 35 * 1024;

function build(): Promise<void> {
  return new Promise((resolve, reject) => {
    webpack({ ...config, output: { ...config.output, path: OUT } }, (error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })));
      else resolve();
    });
  });
}

describe('the bundle', () => {
  let bundle: string;
  beforeAll(async () => {
    await build();
    bundle = readFileSync(join(OUT, 'main.js'), 'utf8');
  }, 120_000);

  it('is at most 35 KB over the wire', () => {
    const bytes = gzipSync(bundle, { level: 9 }).length;
    process.stdout.write(`plugin webapp bundle: ${(bytes / 1024).toFixed(1)} KB gzip\n`);
    expect(bytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });

  it("needs nothing that the host's policy forbids", () => {
    const forbidden = /\beval\(|new Function\(|Function\("return|new Worker\(|\.innerHTML|createElement\("script"/g;
    expect(bundle.match(forbidden) ?? []).toEqual([]);
  });

  it('takes React and its companions from the host', () => {
    for (const name of ['React', 'ReactIntl', 'ReactRedux']) {
      expect(new RegExp(`[=(]${name}[;,)]`).test(bundle), name).toBe(true);
    }
    expect(bundle.match(/react-dom\/client|__SECRET_INTERNALS|useSyncExternalStore|useInsertionEffect/g) ?? []).toEqual(
      [],
    );
  });
});
