import * as React from 'react';

type AttentionHandlers = Required<
  Pick<React.HTMLAttributes<HTMLElement>, 'onPointerEnter' | 'onPointerLeave' | 'onFocus' | 'onBlur'>
>;

/**
 * Calls `hold` while somebody points at an element or has the keyboard in it, and `release` when neither is so. A focus that
 * only a click has left there holds nothing: otherwise a widget that was once clicked would never go.
 */
export function useAttention(hold: () => void, release: () => void): AttentionHandlers {
  const attention = React.useRef({ pointer: false, keyboard: false });
  return React.useMemo(() => {
    const note = (change: Partial<typeof attention.current>): void => {
      Object.assign(attention.current, change);
      if (attention.current.pointer || attention.current.keyboard) hold();
      else release();
    };
    return {
      onPointerEnter: () => note({ pointer: true }),
      onPointerLeave: () => note({ pointer: false }),
      onFocus: (event) => note({ keyboard: event.target.matches(':focus-visible') }),
      onBlur: () => note({ keyboard: false }),
    };
  }, [hold, release]);
}
