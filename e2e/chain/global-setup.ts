import type { TestProject } from 'vitest/node';
import { type SharedChain, startChain } from './harness/own-chain.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly chain: SharedChain;
  }
}

/** The chain of the suite. Every test makes its own channels and people (harness/chain.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chain = await startChain();
  project.provide('chain', chain.shared());
  return () => chain.dispose();
}
