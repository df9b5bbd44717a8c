import type { Usage } from '@livestatus/contract';

/** Figures of a box (docs/posts.md). Whole numbers are rounded half up; below zero counts as 0. */

/** `0.1 s`, `48 s`, `2 m 10 s`, `1 h 02 m`. */
export function duration(givenMs: number): string {
  const ms = Math.max(0, givenMs);
  const tenths = rounded(ms, 100);
  if (tenths < 100) return `${whole(tenths / 10)}.${tenths % 10} s`;
  const seconds = rounded(ms, 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${whole(seconds / 60)} m ${twoDigits(seconds % 60)} s`;
  const minutes = rounded(seconds, 60);
  return `${grouped(whole(minutes / 60))} h ${twoDigits(minutes % 60)} m`;
}

/** `1 tool`, `1,234 tools`. */
export function counted(count: number, noun: string): string {
  return plural(count, grouped(count), noun);
}

/** Greater figures are nonsense and left out. */
const MAX_SHOWN = 1e15;

/** Tokens and cost, as far as they are known and not nothing. */
export function usageFigures(usage: Usage | undefined): readonly string[] {
  if (usage === undefined) return [];
  const { total, cost_usd = 0 } = usage;
  const figures: string[] = [];
  if (total > 0 && total < MAX_SHOWN) figures.push(plural(total, tokens(total), 'token'));
  if (cost_usd > 0 && cost_usd < MAX_SHOWN / 100) figures.push(cost(cost_usd));
  return figures;
}

/** `940`, `23.4k`, `412k`, `1.2M`. */
function tokens(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 99_950) return `${oneDecimal(rounded(count, 100))}k`;
  if (count < 999_500) return `${rounded(count, 1_000)}k`;
  return `${oneDecimal(rounded(count, 100_000))}M`;
}

/** `$0.08`, `<$0.01`. */
function cost(usd: number): string {
  if (usd < 0.01) return '<$0.01';
  const cents = Math.round(usd * 100);
  return `$${grouped(whole(cents / 100))}.${twoDigits(cents % 100)}`;
}

function plural(count: number, shown: string, noun: string): string {
  return `${shown} ${noun}${count === 1 ? '' : 's'}`;
}

function oneDecimal(tenths: number): string {
  return `${grouped(whole(tenths / 10))}.${tenths % 10}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function rounded(count: number, unit: number): number {
  return Math.floor((count + unit / 2) / unit);
}

function whole(count: number): number {
  return Math.floor(count);
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
