import type { TestProject } from 'vitest/node';
import { type SharedStack, startStack } from '../mattermost/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly stack: SharedStack;
  }
}

/** The server of the suite, with the plugin enabled. Every test makes its own teams, people, channels and daemons. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startStack();
  project.provide('stack', stack.shared());
  return () => stack.dispose();
}
