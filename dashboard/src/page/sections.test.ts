import { SAMPLE_NOW_MS, sampleSession } from '@livestatus/ui/samples';
import { expect, it } from 'vitest';
import { LINGER_MS, toSections } from './sections.ts';

const sessions = [
  sampleSession({ age: 10, id: 'b' }),
  sampleSession({ age: 30, id: 'just', status: 'done', ended_ms: SAMPLE_NOW_MS - 1000 }),
  sampleSession({ age: 50, id: 'old', status: 'error', ended_ms: SAMPLE_NOW_MS - 40_000 }),
  sampleSession({ age: 60, id: 'newer', status: 'done', ended_ms: SAMPLE_NOW_MS - 20_000 }),
  sampleSession({ age: 10, id: 'a' }),
];
const shown = (nowMs: number): string[][] => {
  const { grid, recent } = toSections(sessions, nowMs);
  return [grid.map(({ id }) => id), recent.map(({ id }) => id)];
};

it('active turns keep their order in the grid, with those that ended a moment ago', () => {
  expect(shown(SAMPLE_NOW_MS)).toEqual([
    ['just', 'a', 'b'],
    ['newer', 'old'],
  ]);
});

it('what has ended leaves the grid for the recent turns', () => {
  expect(shown(SAMPLE_NOW_MS - 1000 + LINGER_MS)).toEqual([
    ['a', 'b'],
    ['just', 'newer', 'old'],
  ]);
});
