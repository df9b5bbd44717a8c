import * as React from 'react';

/** The web client's box for a new message, below the channel. */
const COMPOSER = '#post-create';

/**
 * Where the composer begins, in CSS pixels from the top of the window; its lower edge where there is no composer. It grows
 * while somebody writes, so it is watched; another channel has another one.
 */
export function useComposerTop(viewportHeight: number, channelId: string | undefined): number {
  const [top, setTop] = React.useState(viewportHeight);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another channel may have another composer
  React.useLayoutEffect(() => {
    const composer = document.querySelector(COMPOSER);
    const measure = (): void => setTop(composerTop(composer, viewportHeight));
    measure();
    if (composer === null || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(composer);
    return () => observer.disconnect();
  }, [viewportHeight, channelId]);
  return top;
}

function composerTop(composer: Element | null, viewportHeight: number): number {
  const box = composer?.getBoundingClientRect();
  return box === undefined || box.height === 0 ? viewportHeight : Math.min(box.top, viewportHeight);
}
