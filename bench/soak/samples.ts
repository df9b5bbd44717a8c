import { readdirSync } from 'node:fs';
import { rssOf } from '../live/memory.ts';
import { median } from '../measure.ts';
import { type Result, told } from '../results.ts';

/** What a process held at one moment. */
export interface Sample {
  readonly rssBytes: number;
  /** Open files, sockets, pipes, timers of the kernel. */
  readonly handles: number;
}

/** The last third of the load may hold so much more memory than the middle one. */
const MAX_GROWTH = 1.1;
/** Connections come and go; a leak is more than that. */
const SPARE_HANDLES = 3;

/** Throws when the process is gone. */
export function sampleOf(pid: number): Sample {
  return { rssBytes: rssOf(pid), handles: readdirSync(`/proc/${pid}/fd`).length };
}

/** What a process's samples of the whole load, in order of time, and the one after the idle end, come to. */
export function verdicts(name: string, load: readonly Sample[], idle: Sample): readonly Result[] {
  const [first, middle, last] = thirds(load);
  const rss = (samples: readonly Sample[]) => mean(samples.map(({ rssBytes }) => rssBytes));
  const handles = (samples: readonly Sample[]) => median(samples.map((sample) => sample.handles));
  const growth = rss(last) / rss(middle);
  const held = [first, middle, last].map((third) => `${(rss(third) / 1e6).toFixed(0)} MB`).join(', ');
  const limit = handles(middle) + SPARE_HANDLES;
  return [
    {
      name: `${name}: memory of the last third / of the middle third`,
      figure: growth.toFixed(3),
      budget: `<= ${MAX_GROWTH}`,
      passed: growth <= MAX_GROWTH,
    },
    told(`${name}: memory in each third, and when idle after it`, `${held}; ${(idle.rssBytes / 1e6).toFixed(0)} MB`),
    {
      name: `${name}: open handles, last third`,
      figure: `${handles(last)} (first ${handles(first)}, middle ${handles(middle)}, idle after it ${idle.handles})`,
      budget: `<= ${limit}`,
      passed: handles(last) <= limit && idle.handles <= limit,
    },
  ];
}

type Thirds = readonly [readonly Sample[], readonly Sample[], readonly Sample[]];

function thirds(samples: readonly Sample[]): Thirds {
  const cut = Math.floor(samples.length / 3);
  return [samples.slice(0, cut), samples.slice(cut, 2 * cut), samples.slice(2 * cut)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
