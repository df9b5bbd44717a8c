/** Longest text in a code span, in code points. */
const MAX_SPAN = 200;
/** Bounds the work on a huge text, in code points. */
const MAX_INPUT = 4_096;

/** A closed pair of backticks with something to see between, as labels mark code. */
const CODE_MARKS = /`([^`]*[^` ][^`]*)`/g;
const BLANKS = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
/** What takes no room or turns round what follows. Joiners and the emoji selector stay: scripts and emoji need them. */
const UNSEEN_RANGES = [
  '\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5',
  '\\u180b-\\u180f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0',
  '\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}',
];
const UNSEEN = new RegExp(`[${UNSEEN_RANGES.join('')}]`, 'gu');

/**
 * Text of an agent in one inline code span: Mattermost scans text, not code, for mentions, links, hashtags and markdown, so
 * nobody is notified, no address is fetched, nothing is formatted. Empty if there is nothing to see.
 */
export function span(text: string): string {
  const line = cut(oneLine(text), MAX_SPAN);
  return line === '' ? '' : `\`${line}\``;
}

/** Fit for a span: one line, nothing invisible, no backtick. */
export function oneLine(text: string): string {
  const line = collapse(firstPoints(text, MAX_INPUT).toWellFormed());
  if (!line.includes('`')) return line;
  return collapse(line.replace(CODE_MARKS, '$1').replaceAll('`', "'"));
}

/** At most `max` code points; what is longer ends in an ellipsis. */
export function cut(text: string, max: number): string {
  if (text.length <= max || [...text].length <= max) return text;
  return `${firstPoints(text, max - 1).replace(/ +$/, '')}…`;
}

function collapse(text: string): string {
  return text.replace(UNSEEN, '').replace(BLANKS, ' ').replace(/^ | $/g, '');
}

function firstPoints(text: string, max: number): string {
  if (text.length <= max) return text;
  let points = 0;
  let end = 0;
  for (const point of text) {
    if (points === max) break;
    points += 1;
    end += point.length;
  }
  return text.slice(0, end);
}
