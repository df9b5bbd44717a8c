import type { TestProject } from 'vitest/node';
import { succeed } from '../release/command.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Mattermost's own command line tool. */
    readonly mmctl: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const exported = await succeed('scripts/ensure-mmctl.sh', []);
  project.provide('mmctl', /LIVESTATUS_MMCTL=(.*)\n/.exec(exported)?.[1] ?? '');
}
