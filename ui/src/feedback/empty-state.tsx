import * as React from 'react';

interface EmptyStateProps {
  title: string;
  children?: React.ReactNode;
}

/** Nothing to show, and why that is fine or what to do about it. */
export function EmptyState({ title, children }: EmptyStateProps): React.ReactElement {
  return (
    <div className="LiveStatusEmpty">
      <span className="LiveStatusEmpty__mark" aria-hidden="true" />
      <h2 className="LiveStatusEmpty__title">{title}</h2>
      <div className="LiveStatusEmpty__text">{children}</div>
    </div>
  );
}
