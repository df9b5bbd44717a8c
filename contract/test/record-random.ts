// Writes fixtures/random-deltas.json: pairs of random states and the delta between them, for readers in other languages.
// usage: node contract/test/record-random.ts   (the seed is fixed: the same file unless the generator or diff changes)
import { writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { diff, type Session } from '../src/index.ts';
import { session } from './arbitraries.ts';

const pairs = fc.sample(fc.tuple(session, session), { seed: 5, numRuns: 16 });
const cases = pairs.map(([before, other], i) => {
  const after: Session = { ...other, seq: before.seq + 1 + i };
  return JSON.stringify({ before, after, delta: diff(before, after) });
});
const about = 'Recorded by contract/test/record-random.ts: apply(before, delta) is after.';
writeFileSync(
  new URL('../fixtures/random-deltas.json', import.meta.url),
  `{\n  "about": ${JSON.stringify(about)},\n  "cases": [\n    ${cases.join(',\n    ')}\n  ]\n}\n`,
);
