export * from './builders.ts';
export * from './states.ts';
export * from './stress.ts';
