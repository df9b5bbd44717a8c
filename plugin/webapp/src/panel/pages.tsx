import * as React from 'react';

/**
 * So many cards or rows at a time. Each has a running time: 1,000 cards took 5 s of the main thread to show and 8 % of it ever after,
 * 50 take 60 ms and 1.5 % (docs/decisions.md).
 */
export const PAGE_SIZE = 50;

interface Pages<T> {
  readonly shown: readonly T[];
  /** How many the next page has; 0 = all are shown. */
  readonly next: number;
  readonly more: () => void;
}

/** The first pages of a list, as many as the reader has asked for. */
export function usePages<T>(all: readonly T[]): Pages<T> {
  const [pages, setPages] = React.useState(1);
  const more = React.useCallback(() => setPages((known) => known + 1), []);
  const size = pages * PAGE_SIZE;
  return { shown: all.slice(0, size), next: Math.max(0, Math.min(PAGE_SIZE, all.length - size)), more };
}

interface MoreButtonProps {
  onMore: () => void;
  children: React.ReactNode;
}

export function MoreButton({ onMore, children }: MoreButtonProps): React.ReactElement {
  return (
    <button type="button" className="LiveStatusLink LiveStatusPanel__more" onClick={onMore}>
      {children}
    </button>
  );
}
