/**
 * Arrow keys walk through a log's lines, Home and End go to its ends: one Tab stop, however many lines. Returns the
 * index to focus, or undefined when the key means nothing here. `current` is -1 when no line has the focus yet; then the
 * walk starts at the newest line.
 */
export function lineForKey(key: string, current: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return current === -1 ? count - 1 : Math.min(current + 1, count - 1);
    case 'ArrowUp':
      return current === -1 ? count - 1 : Math.max(current - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
