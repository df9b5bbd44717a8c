import { createIntl, type IntlShape } from 'react-intl';
import german from '../../i18n/de.json';
import type { HostState } from '../host/host_state.ts';

/** English stands in the code (`i18n/en.json` is its copy for translators); other languages by their first two letters. */
const TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = { de: german };

/** What `registerTranslations` asks for, at once: the texts of a locale, none where the English ones are shown. */
export function translationsOf(locale: string): Readonly<Record<string, string>> {
  return TEXTS[locale.slice(0, 2).toLowerCase()] ?? {};
}

/** For the few texts that the host takes as strings when something is registered. */
export function registrationIntl(state: HostState): IntlShape {
  const { profiles = {}, currentUserId = '' } = state.entities?.users ?? {};
  const locale = profiles[currentUserId]?.locale || 'en';
  return createIntl({ locale, messages: translationsOf(locale), onError: () => undefined });
}
