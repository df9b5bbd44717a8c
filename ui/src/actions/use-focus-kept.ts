import * as React from 'react';

/**
 * For an element that leaves the page when the agent goes on: if the keyboard was in it, its box has it next, and not the
 * beginning of the page.
 */
export function useFocusKept<E extends HTMLElement>(): React.RefObject<E> {
  const ref = React.useRef<E>(null);
  React.useLayoutEffect(() => {
    const element = ref.current;
    return () => {
      // Before the element is taken out of the page.
      if (element?.contains(document.activeElement)) element.closest<HTMLElement>('article')?.focus();
    };
  }, []);
  return ref;
}
