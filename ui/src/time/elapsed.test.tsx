import { act, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it } from 'vitest';
import { SAMPLE_NOW_MS, sampleAnchor } from '../samples/builders.ts';
import { createFakeTime, render } from '../testing/render.tsx';
import { Elapsed } from './elapsed.tsx';
import { frozenTime } from './ticker.ts';
import { TimeProvider } from './time-context.tsx';

it('ticks on the monotonic clock from what the daemon said', () => {
  const fake = createFakeTime();
  render(<Elapsed fromMs={SAMPLE_NOW_MS - 41_800} anchor={sampleAnchor()} />, fake.time);
  expect(screen.getByText('0:41')).toBeDefined();
  act(() => fake.advance(250));
  expect(screen.getByText('0:42')).toBeDefined();
});

it('shares one timer between any number of running times, and leaves none behind', () => {
  const fake = createFakeTime();
  const { unmount } = render(
    <div>
      {Array.from({ length: 50 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
        <Elapsed key={index} fromMs={SAMPLE_NOW_MS - index} anchor={sampleAnchor()} />
      ))}
    </div>,
    fake.time,
  );
  expect(fake.timers()).toBe(1);
  unmount();
  expect(fake.timers()).toBe(0);
});

it('stands still while the time is frozen, where it was when it froze', () => {
  const fake = createFakeTime();
  const element = <Elapsed fromMs={SAMPLE_NOW_MS - 10_000} anchor={sampleAnchor()} />;
  render(<TimeProvider time={frozenTime(5000)}>{element}</TimeProvider>, fake.time);
  act(() => fake.advance(60_000));
  expect(screen.getByText('0:15')).toBeDefined();
});

it('shows nothing below zero for what began after the last news', () => {
  render(<Elapsed fromMs={SAMPLE_NOW_MS + 3000} anchor={sampleAnchor()} />);
  expect(screen.getByText('0:00')).toBeDefined();
});
