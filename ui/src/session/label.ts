/** A piece of a label: plain text, or what stood between backticks. Never markup. */
export interface LabelPart {
  readonly kind: 'text' | 'code';
  readonly text: string;
}

/**
 * Splits a label at its code spans: "Running `npm test`". Only a closed pair of backticks with something to see between
 * makes a span; everything else, HTML and markdown included, stays the text that it is.
 */
export function parseLabel(label: string): LabelPart[] {
  const parts: LabelPart[] = [];
  let rest = 0;
  for (const match of label.matchAll(/`([^`]*[^`\s][^`]*)`/g)) {
    if (match.index > rest) parts.push({ kind: 'text', text: label.slice(rest, match.index) });
    parts.push({ kind: 'code', text: match[1] ?? '' });
    rest = match.index + match[0].length;
  }
  if (rest < label.length) parts.push({ kind: 'text', text: label.slice(rest) });
  return parts;
}

/** The label as plain text, for titles, searching and copying. */
export function labelText(label: string): string {
  return parseLabel(label)
    .map((part) => part.text)
    .join('');
}
