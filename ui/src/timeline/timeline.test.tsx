import { screen } from '@testing-library/react';
import * as fc from 'fast-check';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import {
  approvalSession,
  doneSession,
  SAMPLE_NOW_MS,
  sampleAnchor,
  sampleSession,
  sampleStep,
  waitingForAgentsSession,
  workingSession,
} from '../samples/index.ts';
import { render } from '../testing/render.tsx';
import { buildTimeline, ticksFor } from './model.ts';
import { Timeline } from './timeline.tsx';

describe('the time axis', () => {
  it('reaches from the start of the turn to its end', () => {
    const session = sampleSession({
      age: 100,
      status: 'done',
      ended_ms: SAMPLE_NOW_MS - 60_000,
      steps: [sampleStep({ label: 'a', ago: 90, took: 10 })],
    });
    const { rows, spanMs } = buildTimeline(session, 0);
    expect(spanMs).toBe(40_000);
    expect(rows).toMatchObject([{ leftPct: 25, widthPct: 25, depth: 0, offsetMs: 10_000 }]);
  });

  it('reaches to now while the turn is active, and running steps with it', () => {
    const session = sampleSession({ age: 20, steps: [sampleStep({ label: 'a', ago: 10 })] });
    expect(buildTimeline(session, SAMPLE_NOW_MS).rows).toMatchObject([{ leftPct: 50, widthPct: 50 }]);
    expect(buildTimeline(session, SAMPLE_NOW_MS + 20_000).rows).toMatchObject([{ leftPct: 25, widthPct: 75 }]);
  });

  it('indents the steps of sub-agents', () => {
    const depths = buildTimeline(workingSession(), SAMPLE_NOW_MS).rows.map(({ depth }) => depth);
    expect(depths).toEqual([0, 0, 0, 0, 0, 1, 1, 0]);
  });

  it('keeps every bar on the page, whatever the dates are', () => {
    const dates = fc.record({ start: fc.integer(), took: fc.option(fc.integer()), now: fc.integer() });
    fc.assert(
      fc.property(dates, ({ start, took, now }) => {
        const step = {
          ...sampleStep({ label: 'a', ago: 0 }),
          started_ms: start,
          ...(took === null ? {} : { ended_ms: took }),
        };
        const { rows } = buildTimeline({ ...sampleSession({ age: 0, steps: [step] }), started_ms: 1000 }, now);
        for (const { leftPct, widthPct } of rows) {
          expect(leftPct).toBeGreaterThanOrEqual(0);
          expect(widthPct).toBeGreaterThanOrEqual(0);
          expect(leftPct + widthPct).toBeLessThanOrEqual(100.001);
        }
      }),
    );
  });

  it.each([1, 900, 5_000, 48_000, 130_000, 3_600_000, 90_000_000, 5e9])(
    'has few marks at round times for %d ms',
    (span) => {
      const ticks = ticksFor(span);
      expect(ticks[0]?.offsetMs).toBe(0);
      expect(ticks.length).toBeLessThanOrEqual(7);
    },
  );

  it('shows a wait that no step shows, and none that one does', () => {
    expect(buildTimeline(waitingForAgentsSession(), SAMPLE_NOW_MS).waiting).toMatchObject({
      leftPct: 50,
      widthPct: 50,
    });
    expect(buildTimeline(approvalSession(), SAMPLE_NOW_MS).waiting).toBeUndefined();
  });
});

describe('the timeline', () => {
  it('says in words what its bars show', () => {
    render(<Timeline session={doneSession()} anchor={sampleAnchor()} />);
    expect(screen.getAllByRole('listitem').map((row) => row.textContent)).toEqual([
      'Done:Read src/login.tsstarts at 0:030.1 s',
      'Done:Edited src/login.tsstarts at 0:080.2 s',
      'Done:Ran npm teststarts at 0:1331 s',
    ]);
  });

  it('names the wait that goes on', () => {
    render(<Timeline session={waitingForAgentsSession()} anchor={sampleAnchor()} />);
    expect(screen.getByText('Its sub-agents are still working')).toBeDefined();
  });
});
