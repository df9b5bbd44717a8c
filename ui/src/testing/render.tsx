import { type RenderResult, render as renderWithoutIntl } from '@testing-library/react';
import * as React from 'react';
import { createIntl, IntlProvider, type IntlShape } from 'react-intl';
import { createTime, type Time } from '../time/ticker.ts';
import { TimeProvider } from '../time/time-context.tsx';

/** English, from the default messages: what the tests read. Anything that fails to format fails the test. */
export const intl: IntlShape = createIntl({ locale: 'en', onError: throwIfReal });

/** There are no translation files; every other complaint of react-intl is a bug. */
function throwIfReal(error: { code: string; message: string }): void {
  if (error.code !== 'MISSING_TRANSLATION') throw new Error(error.message);
}

export interface FakeTime {
  readonly time: Time;
  /** Moves the monotonic clock and ticks once, as the shared timer would. */
  advance(ms: number): void;
  /** How many timers run behind it. */
  timers(): number;
}

export function createFakeTime(): FakeTime {
  let now = 0;
  const callbacks = new Set<() => void>();
  const time = createTime({
    now: () => now,
    every(_ms, callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  });
  return {
    time,
    advance(ms) {
      now += ms;
      for (const callback of callbacks) callback();
    },
    timers: () => callbacks.size,
  };
}

/** Renders with English texts and a time that stands still unless the test moves it. */
export function render(element: React.ReactElement, time: Time = createFakeTime().time): RenderResult {
  return renderWithoutIntl(element, {
    wrapper: ({ children }: { children: React.ReactNode }) => (
      <IntlProvider locale="en" onError={throwIfReal}>
        <TimeProvider time={time}>{children}</TimeProvider>
      </IntlProvider>
    ),
  });
}
