import { expect, it } from 'vitest';
import { type Sample, verdicts } from './samples.ts';

const samples = (rss: readonly number[], handles: number): readonly Sample[] =>
  rss.map((megabytes) => ({ rssBytes: megabytes * 1e6, handles }));
const passed = (load: readonly Sample[], idle: Sample = { rssBytes: 1e8, handles: 20 }) =>
  verdicts('daemon', load, idle).map((result) => result.passed);

it('memory that warms up and then stays is flat', () => {
  expect(passed(samples([50, 80, 100, 100, 101, 102], 20))).toEqual([true, undefined, true]);
});

it('a last third more than a tenth above the middle one is not', () => {
  expect(passed(samples([50, 80, 100, 100, 111, 112], 20))).toEqual([false, undefined, true]);
});

it('handles that are open in the end and were not before are a leak, under load or after it', () => {
  const growing = [...samples([100, 100, 100, 100], 20), ...samples([100, 100], 30)];
  expect(passed(growing)[2]).toBe(false);
  expect(passed(samples([100, 100, 100], 20), { rssBytes: 1e8, handles: 30 })[2]).toBe(false);
});
