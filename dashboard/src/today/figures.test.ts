import type { Session } from '@livestatus/contract';
import { sampleSession, sampleUsage } from '@livestatus/ui/samples';
import { describe, expect, it } from 'vitest';
import { median, todayFigures } from './figures.ts';

const NOON_MS = new Date(2026, 10, 23, 12).getTime();
const HOUR_MS = 3_600_000;

const ended = (hoursAgo: number, tookMs: number, fields: Partial<Session> = {}): Session => ({
  ...sampleSession({ age: 0, status: 'done', ...fields }),
  started_ms: NOON_MS - hoursAgo * HOUR_MS - tookMs,
  ended_ms: NOON_MS - hoursAgo * HOUR_MS,
});

describe('the figures of today', () => {
  it('count what is active or ended since midnight of the reader', () => {
    const sessions = [
      sampleSession({ age: 5, usage: sampleUsage(100) }),
      ended(1, 4000, { usage: sampleUsage(10) }),
      ended(11, 8000, { status: 'error', usage: sampleUsage(1) }),
      ended(13, 60_000, { status: 'error', usage: sampleUsage(1000) }),
    ];
    expect(todayFigures(sessions, NOON_MS, 200)).toEqual({
      active: 1,
      turns: 3,
      medianMs: 6000,
      failed: 1,
      tokens: 111,
      isPartial: false,
    });
  });

  it('of a day without turns have no median', () => {
    expect(todayFigures([], NOON_MS, 200)).toMatchObject({ turns: 0, medianMs: undefined, isPartial: false });
  });

  it('say so when the page knows only a part of the day', () => {
    const today = [ended(1, 1), ended(2, 1)];
    expect(todayFigures(today, NOON_MS, 2).isPartial).toBe(true);
    expect(todayFigures([...today, ended(20, 1)], NOON_MS, 3).isPartial).toBe(false);
  });

  it.each([
    [[], undefined],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 3], 2.5],
  ])('median of %j is %s', (values, expected) => expect(median(values)).toBe(expected));
});
