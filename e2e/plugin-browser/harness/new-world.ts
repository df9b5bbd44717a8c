import { inject } from 'vitest';
import { World } from './world.ts';

/** A corner of its own on the suite's server. */
export function newWorld(): Promise<World> {
  return World.create(inject('site'));
}
