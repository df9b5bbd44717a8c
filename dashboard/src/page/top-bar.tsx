import type { LinkHealth } from '@livestatus/contract';
import { Icon, type IconName } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, type MessageDescriptor, useIntl } from 'react-intl';
import { nextTheme, type Theme } from '../theme/theme.ts';
import { LinkChips } from './link-chips.tsx';

const messages = defineMessages({
  name: { id: 'dashboard.name', defaultMessage: 'Live Status' },
  search: { id: 'dashboard.search', defaultMessage: 'Search agents, channels, text' },
  keys: { id: 'dashboard.keys', defaultMessage: 'Keyboard shortcuts' },
});

const themes: Readonly<Record<Theme, MessageDescriptor>> = defineMessages({
  auto: { id: 'dashboard.theme.auto', defaultMessage: 'Theme: as the system' },
  light: { id: 'dashboard.theme.light', defaultMessage: 'Theme: light' },
  dark: { id: 'dashboard.theme.dark', defaultMessage: 'Theme: dark' },
});

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { auto: 'contrast', light: 'sun', dark: 'moon' };

interface TopBarProps {
  links: readonly LinkHealth[];
  isLive: boolean;
  search: string;
  onSearch: (text: string) => void;
  searchRef: React.RefObject<HTMLInputElement>;
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onKeys: () => void;
}

export function TopBar(props: TopBarProps): React.ReactElement {
  const { links, isLive, search, onSearch, searchRef, theme, onTheme, onKeys } = props;
  const intl = useIntl();
  return (
    <header className="TopBar">
      <h1 className="TopBar__name">
        <a href="#/" className="TopBar__home">
          <span className={`TopBar__mark${isLive ? ' TopBar__mark--live' : ''}`} aria-hidden="true" />
          <FormattedMessage {...messages.name} />
        </a>
      </h1>
      <LinkChips links={links} />
      <div className="TopBar__tools">
        <label className="TopBar__search">
          <Icon name="search" />
          <input
            ref={searchRef}
            type="search"
            value={search}
            placeholder={intl.formatMessage(messages.search)}
            aria-label={intl.formatMessage(messages.search)}
            aria-keyshortcuts="/"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onSearch(event.target.value)}
          />
          <span className="Key TopBar__key" aria-hidden="true">
            /
          </span>
        </label>
        <button
          type="button"
          className="LiveStatusIconButton TopBar__button"
          aria-label={intl.formatMessage(themes[theme])}
          title={intl.formatMessage(themes[theme])}
          onClick={() => onTheme(nextTheme(theme))}
        >
          <Icon name={THEME_ICONS[theme]} />
        </button>
        <button
          type="button"
          className="LiveStatusIconButton TopBar__button"
          aria-label={intl.formatMessage(messages.keys)}
          title={intl.formatMessage(messages.keys)}
          onClick={onKeys}
        >
          <span aria-hidden="true">?</span>
        </button>
      </div>
    </header>
  );
}
