import type { Size } from '@livestatus/ui';
import * as React from 'react';

/** The window's inner size, as it is now. */
export function useViewport(): Size {
  const [size, setSize] = React.useState(viewport);
  React.useEffect(() => {
    const onResize = (): void => setSize(viewport());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return size;
}

function viewport(): Size {
  return { width: window.innerWidth, height: window.innerHeight };
}

/** Size of an element, measured again whenever it changes; undefined until it is there. */
export function useSize(ref: React.RefObject<HTMLElement>, key: unknown): Size | undefined {
  const [size, setSize] = React.useState<Size | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says that the element may be another one
  React.useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const { offsetWidth: width, offsetHeight: height } = element;
      setSize((known) => (known?.width === width && known.height === height ? known : { width, height }));
    };
    measure();
    if (typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, key]);
  return size;
}
