import { createIntl } from 'react-intl';
import { describe, expect, it } from 'vitest';
import { intl } from '../testing/render.tsx';
import { formatAgo, formatCost, formatDuration, formatElapsed, formatPercent, formatTokens } from './format.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;

describe('elapsed time', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [42 * S, '0:42'],
    [12 * M + 5 * S, '12:05'],
    [H - 1, '59:59'],
    [H + 2 * M + 5 * S, '1:02:05'],
    [27 * H, '27:00:00'],
    [-5 * S, '0:00'],
  ])('of %d ms reads %s', (ms, text) => expect(formatElapsed(intl, ms)).toBe(text));
});

describe('duration', () => {
  it.each([
    [0, '0.0 s'],
    [100, '0.1 s'],
    [149, '0.1 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [48 * S, '48 s'],
    [59_400, '59 s'],
    [59_600, '1 m 00 s'],
    [130 * S, '2 m 10 s'],
    [H - 400, '1 h 00 m'],
    [62 * M, '1 h 02 m'],
    [119 * M + 40 * S, '2 h 00 m'],
    [-1, '0.0 s'],
  ])('of %d ms reads %s', (ms, text) => expect(formatDuration(intl, ms)).toBe(text));
});

describe('tokens', () => {
  it.each([
    [0, '0'],
    [940, '940'],
    [999, '999'],
    [1_000, '1.0k'],
    [23_412, '23.4k'],
    [99_949, '99.9k'],
    [99_960, '100k'],
    [412_000, '412k'],
    [999_499, '999k'],
    [999_700, '1.0M'],
    [1_240_000, '1.2M'],
    [987_654_321, '987.7M'],
  ])('%d reads %s', (count, text) => expect(formatTokens(intl, count)).toBe(text));
});

describe('cost', () => {
  it.each([
    [0, '$0.00'],
    [0.000_1, '<$0.01'],
    [0.009_9, '<$0.01'],
    [0.01, '$0.01'],
    [0.084, '$0.08'],
    [1234.5, '$1,234.50'],
  ])('of %d dollars reads %s', (usd, text) => expect(formatCost(intl, usd)).toBe(text));
});

describe('other figures', () => {
  it('a share is a percentage, of nothing it is none', () => {
    expect(formatPercent(intl, 36_000, 200_000)).toBe('18%');
    expect(formatPercent(intl, 5, 0)).toBe('0%');
  });

  it.each([
    [0, 'just now'],
    [59 * S, 'just now'],
    [5 * M, '5 min. ago'],
    [61 * M, '1 hr. ago'],
    [50 * H, '2 days ago'],
  ])('%d ms back reads %s', (ms, text) => expect(formatAgo(intl, ms)).toBe(text));

  it('digits and separators are those of the reader', () => {
    const german = createIntl({ locale: 'de', onError: () => undefined });
    expect(formatDuration(german, 1200)).toBe('1,2 s');
    expect(formatTokens(german, 23_400)).toBe('23,4k');
    const arabic = createIntl({ locale: 'ar-EG', onError: () => undefined });
    expect(formatElapsed(arabic, 42 * S)).toBe('٠:٤٢');
  });
});
