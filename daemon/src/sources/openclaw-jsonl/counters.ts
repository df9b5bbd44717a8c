/** What happened since the start; part of the source's health detail and of /metrics. */
export interface Counters {
  linesRead: number;
  /** Whole lines that are no JSON object. */
  linesMalformed: number;
  /** Lines too long to be read. */
  linesOversized: number;
  /** Another file stood in the place of the one that was being read. */
  filesReplaced: number;
  /** Runs that ended before an entry of the index named their session. */
  runsUnmapped: number;
}

export function newCounters(): Counters {
  return { linesRead: 0, linesMalformed: 0, linesOversized: 0, filesReplaced: 0, runsUnmapped: 0 };
}
