/** What a fault did, as one row of the table. */
export interface Outcome {
  readonly duplicates: readonly string[];
  readonly lost: readonly string[];
  readonly stuck: readonly string[];
  readonly turns: number;
  /** Of these, those that miss tool calls which were made while no daemon watched. */
  readonly incomplete: number;
  /** From the end of the fault to the last moment at which anything was not right, ms. */
  readonly rightAfterMs: number;
}

/** Of a fault that could not be tried here. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
}

/** Lengths of a run: all of them for the table, short ones while one works on it. */
export interface Scale {
  /** Kills of the daemon on replayed runs, and on the real OpenClaw. */
  readonly kills: number;
  readonly openClawKills: number;
  /** How long something is away. */
  readonly outageMs: number;
  /** How long something is stopped by SIGSTOP. */
  readonly freezeMs: number;
}

export const FULL: Scale = { kills: 100, openClawKills: 5, outageMs: 60_000, freezeMs: 20_000 };
export const QUICK: Scale = { kills: 5, openClawKills: 2, outageMs: 15_000, freezeMs: 10_000 };
