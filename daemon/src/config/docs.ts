import type { Setting, SettingGroup } from './setting.ts';
import { ACCOUNT_TOKEN_PREFIX, SETTING_NAMES, SETTINGS } from './settings.ts';

const GROUP_TITLES: Readonly<Record<SettingGroup, string>> = {
  openclaw: 'OpenClaw',
  dashboard: 'Dashboard',
  state: 'State',
  display: 'What is shown, and to whom',
  mattermost: 'Mattermost',
  process: 'Process',
};

/** What is true of a whole group. */
const GROUP_NOTES: Partial<Record<string, string>> = {
  mattermost:
    'MM_BASE_URL and a bot token are enough for plain posts; with the plugin, PLUGIN_SECRET too. How to set it up: [admin-guide.md](admin-guide.md).\n\n',
};

const INTRO = `# Configuration

<!-- Generated from daemon/src/config/settings.ts by "node scripts/config-docs.ts". Do not edit. -->

The daemon needs no configuration to show a local OpenClaw on its dashboard. Everything else comes from environment
variables, or from a file of \`NAME=value\` lines: \`livestatus run --env-file FILE\`; without the option, \`.env.daemon\` in
the checkout if there is one. The process environment wins over the file. An empty variable counts as absent.

- All problems are reported together, and the daemon exits with 2.
- A secret can come from a file: \`NAME_FILE=/path\`. White space around it is dropped; keep the file at mode 0600.
- A misspelt name is refused with the name that was probably meant: a privacy setting must not be lost to a slip.
- \`livestatus doctor\` checks what the settings lead to, and says what to do about each failure.
`;

/** docs/configuration.md. */
export function configurationMarkdown(): string {
  const groups = Object.entries(GROUP_TITLES).map(
    ([group, title]) => `## ${title}\n\n${GROUP_NOTES[group] ?? ''}${groupRows(group)}`,
  );
  return `${[INTRO, ...groups].join('\n')}`;
}

function groupRows(group: string): string {
  return settingsOf(group)
    .map(([name, setting]) => {
      const lines = [
        `### ${name}`,
        '',
        setting.description,
        '',
        `- Value: ${setting.expected}`,
        `- Default: ${defaultText(setting)}`,
        `- When it is wrong: ${setting.whenWrong}`,
      ];
      if (setting.type === 'secret') lines.push(`- Secret: \`${name}_FILE\` names a file that holds it.`);
      if (`${name}_` === ACCOUNT_TOKEN_PREFIX)
        lines.push(`- Also \`${ACCOUNT_TOKEN_PREFIX}<ACCOUNT>\` and its \`_FILE\`.`);
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}

function defaultText(setting: Setting<unknown>): string {
  if (setting.shownDefault !== undefined) return setting.shownDefault;
  return setting.default === undefined ? 'none' : `\`${setting.default}\``;
}

/** .env.daemon.example: every setting, commented out where its default is good. */
export function envExample(): string {
  const head = `# Live Status daemon. Copy to .env.daemon, fill in what you use; docs/configuration.md explains every setting.
# Generated from daemon/src/config/settings.ts by "node scripts/config-docs.ts".
# Values that contain "#" or spaces stand in quotes. Secrets can also come from a file: NAME_FILE=/path.
`;
  const groups = Object.entries(GROUP_TITLES).map(([group, title]) => {
    const lines = settingsOf(group).map(([name, setting]) => exampleLine(name, setting));
    return `# --- ${title}\n${lines.join('\n')}\n`;
  });
  return [head, ...groups].join('\n');
}

/** What almost everybody with Mattermost fills in. */
const FILLED_IN = new Set(['MM_BASE_URL', 'MM_BOT_TOKEN', 'PLUGIN_SECRET']);

function exampleLine(name: string, setting: Setting<unknown>): string {
  const comment = `# ${setting.description.split(/(?<=\.) /)[0]}`;
  return FILLED_IN.has(name) ? `${comment}\n${name}=` : `${comment}\n#${name}=${setting.default ?? ''}`;
}

function settingsOf(group: string): [name: string, setting: Setting<unknown>][] {
  return SETTING_NAMES.filter((name) => SETTINGS[name].group === group).map((name) => [name, SETTINGS[name]]);
}
