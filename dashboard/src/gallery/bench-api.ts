/**
 * One box that a browser test drives, and measures: what it takes to draw it first, and to draw one more step. Runs on
 * React 17 and 18, whichever the build was told to take. Not part of the build that ships.
 */
export interface Bench {
  readonly reactVersion: string;
  /** Draws a turn of that many steps from nothing, between the marks `first-start` and `first-end` (on the screen). */
  first(steps: number): Promise<void>;
  /** Ends the running step and starts another, between the marks `update-start` and `update-end` (script done). */
  update(): void;
}

declare global {
  interface Window {
    bench: Bench;
  }
}
