import type { TestProject } from 'vitest/node';
import { type SharedSite, startSite } from './harness/site.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly site: SharedSite;
  }
}

/** The site of the suite: Mattermost with the plugin behind the host page. Every test makes its own team and people. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const site = await startSite();
  project.provide('site', site.shared());
  return () => site.dispose();
}
