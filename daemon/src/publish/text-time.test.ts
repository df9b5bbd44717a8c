import { expect, test } from 'vitest';
import { oneLine } from './text.ts';

// A line break behind a long run of words once made the test for plain text take exponential time (the daemon hung).
test.each([
  ['words, then a line break', `${'word '.repeat(40)}x\ny`],
  ['one long word, then a line break', `${'w'.repeat(250)}\n`],
  ['a command and a key', `curl -H "Authorization: Bearer [redacted]" https://[redacted]@example.com/x\n[redacted]`],
])('one line of %s is made at once', (_, text) => {
  const started = performance.now();
  oneLine(text);
  expect(performance.now() - started).toBeLessThan(50);
});
