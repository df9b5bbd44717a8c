/**
 * One box that a browser test drives, and measures: what it takes to draw it first, and to draw one more step. Runs on
 * React 17 and 18, whichever the build was told to take. Not part of the build that ships.
 */
export interface Bench {
  readonly reactVersion: string;
  /** Draws a turn of that many steps from nothing; ms until it is on the screen. */
  first(steps: number): Promise<number>;
  /** Ends the running step and starts another; ms of script until the page is changed. */
  update(): number;
  /** The same without waiting or measuring: one more step. */
  addStep(): void;
}

declare global {
  interface Window {
    bench: Bench;
  }
}
