import type { Page } from 'playwright-core';

/** The part of Chrome's trace events that is read here. Times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Time that the thread really had a processor. */
  readonly tdur?: number;
}

const CATEGORIES = ['blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
/** What the browser calls one turn of a thread's event loop. */
const TASK = 'RunTask';

/**
 * Runs `work` in the page and gives, for each pair of marks `<name>-start`, `<name>-end` that it sets, the milliseconds of
 * processor time that the page's main thread took between them: script, style, layout and paint together. Unlike a clock
 * it does not count what other programs of this machine take away.
 */
export async function mainThreadTimes(page: Page, name: string, work: () => Promise<unknown>): Promise<number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
  return timesBetweenMarks(trace.traceEvents, name);
}

function timesBetweenMarks(events: readonly TraceEvent[], name: string): number[] {
  const starts = events.filter((event) => event.name === `${name}-start`);
  const ends = events.filter((event) => event.name === `${name}-end`);
  return starts.map((start, index) => {
    const end = ends[index];
    if (end === undefined) throw new Error(`mark ${name}-end is missing`);
    const tasks = events.filter(
      (event) => event.name === TASK && event.ph === 'X' && event.pid === start.pid && event.tid === start.tid,
    );
    return tasks.reduce((sum, task) => sum + shareBetween(task, start.ts, end.ts), 0) / 1000;
  });
}

/** The task's processor time, in proportion to how much of it lies between the marks. */
function shareBetween({ ts, dur = 0, tdur = 0 }: TraceEvent, from: number, to: number): number {
  const overlap = Math.min(ts + dur, to) - Math.max(ts, from);
  return overlap <= 0 || dur === 0 ? 0 : tdur * (overlap / dur);
}
