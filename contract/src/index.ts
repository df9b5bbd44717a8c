/** What the parts of Live Status say to each other (design, section 4). This file is the only door into the package. */
export { type Acceptance, accept, type Writer } from './accept.ts';
export { apply, isDelta } from './apply.ts';
export { diff } from './diff.ts';
export * from './generated/tables.ts';
export { deltaOf } from './patch.ts';
export { decodePayload, encodePayload, type ReceivedUpdate } from './payload.ts';
export type * from './types.ts';
