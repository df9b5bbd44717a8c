import type { Theme } from './host-state.ts';

/** Colours of Mattermost's own themes (`Preferences.THEMES` of its web client). */
const DENIM: Theme = {
  type: 'Denim',
  sidebarBg: '#1e325c',
  sidebarText: '#ffffff',
  sidebarUnreadText: '#ffffff',
  sidebarTextHoverBg: '#28427b',
  sidebarTextActiveBorder: '#5d89ea',
  sidebarTextActiveColor: '#ffffff',
  sidebarHeaderBg: '#192a4d',
  sidebarHeaderTextColor: '#ffffff',
  sidebarTeamBarBg: '#14213e',
  onlineIndicator: '#3db887',
  awayIndicator: '#ffbc1f',
  dndIndicator: '#d24b4e',
  mentionBg: '#ffffff',
  mentionColor: '#1e325c',
  centerChannelBg: '#ffffff',
  centerChannelColor: '#3f4350',
  newMessageSeparator: '#cc8f00',
  linkColor: '#386fe5',
  buttonBg: '#1c58d9',
  buttonColor: '#ffffff',
  errorTextColor: '#d24b4e',
  mentionHighlightBg: '#ffd470',
  mentionHighlightLink: '#1b1d22',
  codeTheme: 'github',
};

const QUARTZ: Theme = {
  ...DENIM,
  type: 'Quartz',
  sidebarBg: '#f4f4f6',
  sidebarText: '#090a0b',
  sidebarUnreadText: '#2d3039',
  sidebarTextHoverBg: '#ebebed',
  sidebarTextActiveBorder: '#32a4ec',
  sidebarTextActiveColor: '#2d3039',
  sidebarHeaderBg: '#e8e9ed',
  sidebarHeaderTextColor: '#2d3039',
  sidebarTeamBarBg: '#dddfe4',
  awayIndicator: '#f5ab07',
  mentionBg: '#1c58d9',
  mentionColor: '#ffffff',
  newMessageSeparator: '#15b7b7',
  linkColor: '#1c58d9',
  mentionHighlightBg: '#7ff0f0',
  mentionHighlightLink: '#0d6e6e',
};

const ONYX: Theme = {
  ...DENIM,
  type: 'Onyx',
  sidebarBg: '#121317',
  sidebarTextHoverBg: '#25262a',
  sidebarTextActiveBorder: '#1592e0',
  sidebarHeaderBg: '#1b1d22',
  sidebarHeaderTextColor: '#dddfe4',
  sidebarTeamBarBg: '#000000',
  awayIndicator: '#f5ab00',
  mentionBg: '#1c58d9',
  mentionColor: '#ffffff',
  centerChannelBg: '#090a0b',
  centerChannelColor: '#dddfe4',
  newMessageSeparator: '#1adbdb',
  linkColor: '#5d89ea',
  buttonBg: '#386fe5',
  errorTextColor: '#da6c6e',
  mentionHighlightBg: '#0d6e6e',
  mentionHighlightLink: '#a4f4f4',
  codeTheme: 'monokai',
};

export const THEMES: Readonly<Record<string, Theme>> = { denim: DENIM, quartz: QUARTZ, onyx: ONYX };

/** camelCase name of a theme's colour -> the custom property of the page. */
const PROPERTIES: Readonly<Record<string, string>> = {
  sidebarBg: '--sidebar-bg',
  sidebarText: '--sidebar-text',
  sidebarUnreadText: '--sidebar-unread-text',
  sidebarTextHoverBg: '--sidebar-text-hover-bg',
  sidebarTextActiveBorder: '--sidebar-text-active-border',
  sidebarTextActiveColor: '--sidebar-text-active-color',
  sidebarHeaderBg: '--sidebar-header-bg',
  sidebarHeaderTextColor: '--sidebar-header-text-color',
  sidebarTeamBarBg: '--sidebar-teambar-bg',
  onlineIndicator: '--online-indicator',
  awayIndicator: '--away-indicator',
  dndIndicator: '--dnd-indicator',
  mentionBg: '--mention-bg',
  mentionColor: '--mention-color',
  centerChannelBg: '--center-channel-bg',
  centerChannelColor: '--center-channel-color',
  newMessageSeparator: '--new-message-separator',
  linkColor: '--link-color',
  buttonBg: '--button-bg',
  buttonColor: '--button-color',
  errorTextColor: '--error-text',
  mentionHighlightBg: '--mention-highlight-bg',
  mentionHighlightLink: '--mention-highlight-link',
};

/** Sets the variables that the web client sets, each colour also as `-rgb`. */
export function applyTheme(theme: Theme, style: CSSStyleDeclaration): void {
  for (const [name, property] of Object.entries(PROPERTIES)) {
    const colour = theme[name] ?? '';
    style.setProperty(property, colour);
    style.setProperty(`${property}-rgb`, rgb(colour));
  }
}

function rgb(hex: string): string {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(', ');
}
