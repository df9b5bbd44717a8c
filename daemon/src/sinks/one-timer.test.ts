import { expect, test } from 'vitest';
import { FakeClock } from '../state/testing/fake-clock.ts';
import { OneTimer } from './one-timer.ts';

function world() {
  const clock = new FakeClock(1_000);
  const times: number[] = [];
  return { clock, times, timer: new OneTimer(clock, (atMs) => times.push(atMs)) };
}

test('the earliest moment that was asked for counts, and there is one timer', () => {
  const { clock, times, timer } = world();
  for (const at of [1_300, 1_100, 1_200, Number.POSITIVE_INFINITY]) timer.arm(at);
  expect(clock.timers).toBe(1);
  clock.advance(500);
  expect(times).toEqual([1_100]);
  timer.arm(900);
  clock.advance(0);
  expect(times).toEqual([1_100, 900]);
});

test('disarmed it is silent, and may be armed again', () => {
  const { clock, times, timer } = world();
  timer.arm(1_100);
  timer.disarm();
  timer.disarm();
  expect(clock.timers).toBe(0);
  timer.arm(1_200);
  clock.advance(500);
  expect(times).toEqual([1_200]);
});
