const FALLBACK = 'en';

/**
 * The first of the browser's languages whose digits and dates this browser can write. Browsers hand on what the system
 * says, which need not be a language tag: Chromium under LANG=POSIX says `en-US@posix`, and Intl throws on it.
 */
export function readerLocale(languages: readonly string[]): string {
  return languages.find(isUsable) ?? FALLBACK;
}

function isUsable(language: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}
