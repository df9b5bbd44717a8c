import * as React from 'react';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const ORDER: readonly Theme[] = ['auto', 'light', 'dark'];
/** The same key as in public/theme.js, which applies the choice before the first paint. */
const STORAGE_KEY = 'livestatus.theme';

export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? 'auto';
}

/** The reader's choice, and the way to change it. Kept in this browser where it may store anything. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = React.useState<Theme>(readTheme);
  const choose = (next: Theme): void => {
    setTheme(next);
    applyTheme(next);
  };
  return [theme, choose];
}

function readTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Not allowed to store: the choice lasts as long as the page.
  }
}
