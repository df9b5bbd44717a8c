import * as React from 'react';

interface ErrorBoundaryProps {
  /** Shown instead of what failed: the post's markdown, say. */
  fallback: React.ReactNode;
  /** For the host's log; called once a failure. */
  onError?: ((error: unknown) => void) | undefined;
  /** When it changes the children get another try: new data may draw where the old did not. */
  resetKey?: unknown;
  children: React.ReactNode;
}

interface ErrorBoundaryState {
  hasFailed: boolean;
  resetKey: unknown;
}

/** Keeps a failure in one box from taking the host's page with it. React offers this as a class only. */
export class ErrorBoundary extends React.Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { hasFailed: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError(): Partial<ErrorBoundaryState> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps(
    props: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): Partial<ErrorBoundaryState> | null {
    return props.resetKey === state.resetKey ? null : { hasFailed: false, resetKey: props.resetKey };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError?.(error);
  }

  override render(): React.ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
