import * as React from 'react';

/** Under this, content usually arrives first and a skeleton would only flash. */
const DELAY_MS = 150;

interface SkeletonProps {
  /** Said by screen readers while it shows. */
  label: string;
  rows: number;
  /** Height of a row: a line, or a box. */
  shape: 'line' | 'box';
}

/** Grey rows in the shape of what is loading. Nothing for the first 150 ms. */
export function Skeleton({ label, rows, shape }: SkeletonProps): React.ReactElement | null {
  const [isShown, setShown] = React.useState(false);
  React.useEffect(() => {
    const id = setTimeout(() => setShown(true), DELAY_MS);
    return () => clearTimeout(id);
  }, []);
  if (!isShown) return null;
  return (
    <div className={`LiveStatusSkeleton LiveStatusSkeleton--${shape}`} role="status">
      <span className="LiveStatusHidden">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without content
        <span key={index} className="LiveStatusSkeleton__row" aria-hidden="true" />
      ))}
    </div>
  );
}
