import { describe, expect, it } from 'vitest';
import { TextMemo } from './memo.ts';

describe('TextMemo', () => {
  it('forgets what was not asked for longest, and stays within its bytes', () => {
    const memo = new TextMemo(4_000);
    for (const text of ['a', 'b', 'c', 'd']) memo.set(text.repeat(200), text);
    expect(memo.get('a'.repeat(200))).toBe('a');
    for (let i = 0; i < 5; i += 1) memo.set(`${i}`.repeat(200), 'x');
    expect(memo.bytes).toBeLessThanOrEqual(4_000);
    expect(memo.get('a'.repeat(200))).toBe('a');
    expect(memo.get('b'.repeat(200))).toBeUndefined();
  });

  it('does not let one text push out all others', () => {
    const memo = new TextMemo(4_000);
    memo.set('small', 'small');
    memo.set('x'.repeat(10_000), 'x');
    expect(memo.get('small')).toBe('small');
    expect(memo.get('x'.repeat(10_000))).toBeUndefined();
  });

  it('counts an unchanged text once', () => {
    const [same, other] = [new TextMemo(100_000), new TextMemo(100_000)];
    same.set('abcd', 'abcd');
    other.set('abcd', 'efgh');
    expect(other.bytes - same.bytes).toBe(8);
  });
});
