import * as React from 'react';

/** What a key asks for; undefined when it means nothing here. */
export type Shortcut = 'search' | 'keys' | 'theme' | 'next' | 'previous' | 'back';

const KEYS: Readonly<Record<string, Shortcut>> = {
  '/': 'search',
  '?': 'keys',
  t: 'theme',
  j: 'next',
  k: 'previous',
  Escape: 'back',
};

interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  /** The key goes into a text field. */
  readonly isTyping: boolean;
}

/** Keys with Ctrl, Alt or Meta belong to the browser; while somebody types, all but Escape belong to the text. */
export function shortcutFor({ key, hasModifier, isTyping }: KeyPress): Shortcut | undefined {
  if (hasModifier) return undefined;
  const shortcut = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  return isTyping && shortcut !== 'back' ? undefined : shortcut;
}

/** Calls the newest `onShortcut` for each shortcut pressed anywhere on the page. True means: the key was used. */
export function useShortcuts(onShortcut: (shortcut: Shortcut) => boolean): void {
  const latest = React.useRef(onShortcut);
  latest.current = onShortcut;
  React.useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const target = event.target as Element;
      const shortcut = shortcutFor({
        key: event.key,
        hasModifier: event.ctrlKey || event.altKey || event.metaKey,
        isTyping: target.closest('input, select, textarea') !== null,
      });
      if (shortcut !== undefined && !event.defaultPrevented && latest.current(shortcut)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** `j` and `k`: the turns of the page in their order, by whatever opens each (`data-turn`). */
export function focusTurn(step: 1 | -1): boolean {
  const turns = [...document.querySelectorAll<HTMLElement>('[data-turn]')];
  const current = turns.findIndex((turn) => turn.contains(document.activeElement));
  const next = current === -1 ? (step === 1 ? 0 : turns.length - 1) : current + step;
  const turn = turns[next];
  // The link to the turn, or the button that opens it; a box's fold button comes before its link.
  const target = turn?.querySelector<HTMLElement>('a') ?? turn?.querySelector<HTMLElement>('button');
  target?.focus();
  return target !== null && target !== undefined;
}
