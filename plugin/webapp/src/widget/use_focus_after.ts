import * as React from 'react';

/** Who folds or opens the widget keeps the focus in it: on the bubble, or on the header. */
export function useFocusAfter(ref: React.RefObject<HTMLElement>, changed: unknown): () => void {
  const isWanted = React.useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change that moves the focus
  React.useLayoutEffect(() => {
    if (!isWanted.current) return;
    isWanted.current = false;
    ref.current?.querySelector<HTMLElement>('button, [tabindex="0"]')?.focus({ preventScroll: true });
  }, [changed]);
  return () => {
    isWanted.current = true;
  };
}
