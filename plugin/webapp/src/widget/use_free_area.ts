import type { Size } from '@livestatus/ui';
import * as React from 'react';

/** The web client's box for a new message, below the channel. */
const COMPOSER = '#post-create';

/**
 * The part of the window above the composer; all of it where there is none. The composer grows while somebody writes, so it
 * is watched; another channel has another one.
 */
export function useFreeArea({ width, height }: Size, channelId: string | undefined): Size {
  const [area, setArea] = React.useState<Size>({ width, height });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another channel may have another composer
  React.useLayoutEffect(() => {
    const composer = document.querySelector(COMPOSER);
    const measure = (): void => {
      const next = areaAbove(composer, { width, height });
      setArea((known) => (known.width === next.width && known.height === next.height ? known : next));
    };
    measure();
    if (composer === null || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(composer);
    return () => observer.disconnect();
  }, [width, height, channelId]);
  return area;
}

function areaAbove(composer: Element | null, viewport: Size): Size {
  const box = composer?.getBoundingClientRect();
  if (box === undefined || box.height === 0) return viewport;
  return { width: viewport.width, height: Math.min(box.top, viewport.height) };
}
