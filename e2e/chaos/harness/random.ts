/** A small generator of our own: the same numbers (0 <= n < 1) for the same seed on every machine. */
export function seededRandom(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** From `least` to `most`. */
export function between(random: () => number, least: number, most: number): number {
  return least + random() * (most - least);
}
