import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { CHECKOUT, succeed } from './command.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The daemon's package, built once for the suite. */
    readonly daemonPackage: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const { version } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string };
  const place = mkdtempSync(join(tmpdir(), 'livestatus-release-'));
  const daemonPackage = join(place, `livestatus-${version}.tgz`);
  await succeed('scripts/packaging/daemon.sh', [daemonPackage]);
  project.provide('daemonPackage', daemonPackage);
  return () => rmSync(place, { recursive: true, force: true });
}
