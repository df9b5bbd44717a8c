import { describe, expect, it } from 'vitest';
import { TextPool } from './text-pool.ts';

describe('TextPool', () => {
  it('gives an equal text for every text', () => {
    const pool = new TextPool(2);
    const texts = ['a', 'b', 'a', 'c', 'd', 'a', '', 'x'.repeat(1_000), 'a'];
    expect(texts.map((text) => pool.shared(text))).toEqual(texts);
  });

  it('holds no more than two generations, however many texts come', () => {
    const pool = new TextPool(100);
    for (let n = 0; n < 10_000; n += 1) pool.shared(`text ${n}`);
    expect(pool.size).toBeLessThanOrEqual(200);
    expect(pool.size).toBeGreaterThanOrEqual(100);
  });

  it('does not hold long texts', () => {
    const pool = new TextPool(100);
    pool.shared('x'.repeat(201));
    expect(pool.size).toBe(0);
  });
});
