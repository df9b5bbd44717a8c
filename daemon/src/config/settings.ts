import {
  channel,
  channelMap,
  channels,
  choice,
  choices,
  flag,
  host,
  hosts,
  integer,
  path,
  type Setting,
  type SettingValue,
  secret,
  url,
} from './setting.ts';

export const PRIVACY_LEVELS = ['full', 'summary', 'minimal'] as const;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Every environment variable the daemon reads. docs/configuration.md and .env.daemon.example are generated from this
 * table (`node scripts/config-docs.ts`); a test fails when they are not current.
 */
export const SETTINGS = {
  OPENCLAW_GATEWAY_URL: url({
    group: 'openclaw',
    schemes: ['ws', 'wss'],
    shownDefault: 'ws://127.0.0.1 and the port in `openclaw.json` (18789)',
    description: "Address of the OpenClaw gateway's WebSocket.",
    whenWrong:
      'No agent is seen; the source is "failed" in /health and on the dashboard, and `doctor` names the address.',
  }),
  OPENCLAW_GATEWAY_TOKEN: secret({
    group: 'openclaw',
    minLength: 1,
    shownDefault: '`gateway.auth.token` in `openclaw.json`',
    description:
      'Shared token of the gateway. Used once to pair; afterwards the daemon has a read-only device token of its own in STATE_DIR.',
    whenWrong: 'The gateway refuses the connection; the daemon says so and stops asking until it is restarted.',
  }),
  OPENCLAW_GATEWAY_SCOPES: choices({
    group: 'openclaw',
    values: ['operator.read', 'operator.approvals'],
    required: ['operator.read'],
    default: 'operator.read',
    description:
      'Rights the daemon asks the gateway for. `operator.approvals` adds what waits for an approval when the daemon comes late, and until when; with DASHBOARD_TOKEN it also lets the dashboard allow and deny (docs/approvals.md).',
    whenWrong: 'The gateway refuses scopes it has not granted to this device (AUTH_SCOPE_MISMATCH).',
  }),
  OPENCLAW_STATE_DIR: path({
    group: 'openclaw',
    shownDefault: '~/.openclaw',
    description:
      "OpenClaw's own state directory; port and token of the gateway are read from `openclaw.json` in it. Never written.",
    whenWrong: 'A local OpenClaw is not found without OPENCLAW_GATEWAY_URL and OPENCLAW_GATEWAY_TOKEN.',
  }),
  TRANSCRIPT_DIR: path({
    group: 'openclaw',
    shownDefault: '`agents` in OPENCLAW_STATE_DIR',
    description:
      'Directory of the JSONL transcripts that OpenClaw up to 2026.7 writes. Read when no gateway with session subscriptions is found.',
    whenWrong: 'No agent is seen; the source is "degraded" and says which directory holds no transcripts.',
  }),

  HEALTH_HOST: host({
    group: 'dashboard',
    default: '127.0.0.1',
    description:
      'Address that the dashboard, its API, /health and /metrics listen on. Anything but loopback needs DASHBOARD_TOKEN.',
    whenWrong: 'The daemon does not start (the address is not of this machine), or the page cannot be reached.',
  }),
  HEALTH_PORT: integer({
    group: 'dashboard',
    min: 0,
    max: 65535,
    unit: 'TCP port',
    default: '9090',
    description: 'Port of the dashboard. 0 takes any free one and logs it.',
    whenWrong: 'The daemon does not start when the port is taken; it says so and exits with 3.',
  }),
  DASHBOARD_TOKEN: secret({
    group: 'dashboard',
    minLength: 16,
    description:
      'Token that the dashboard asks for: open `http://HOST:PORT/?token=...` once, or send `Authorization: Bearer ...`. Without it everybody on this machine may look.',
    whenWrong: 'Pages and API answer 401.',
  }),
  DASHBOARD_HOSTS: hosts({
    group: 'dashboard',
    description:
      'Further host names under which a browser reaches the dashboard (a reverse proxy, say). Others are refused, so that a foreign page cannot rebind its name to it.',
    whenWrong: 'The browser shows "host_not_allowed".',
  }),

  STATE_DIR: path({
    group: 'state',
    shownDefault: '`livestatus` in XDG_STATE_HOME (~/.local/state)',
    description:
      "The daemon's own directory (mode 0700): turns in flight, positions, ended turns, its id, the paired device token. One daemon at a time.",
    whenWrong:
      'The daemon works from memory and is "degraded": after a restart, ended turns and unfinished boxes are forgotten.',
  }),
  RETENTION_DAYS: integer({
    group: 'state',
    min: 1,
    max: 365,
    unit: 'days',
    default: '7',
    description: 'How long ended turns are kept and shown as recent.',
    whenWrong: 'Too small: yesterday is gone from the dashboard. Too large: the state file grows.',
  }),

  PRIVACY: choice({
    group: 'display',
    values: PRIVACY_LEVELS,
    default: 'full',
    description:
      'What leaves the machine for direct messages and private channels, and what the dashboard shows: `full` (arguments, interim text, title), `summary` (names of tools alone), `minimal` (state, counts and time). Secrets are redacted at every level.',
    whenWrong: 'Readers of a channel see more, or less, of the work than they should.',
  }),
  PRIVACY_PUBLIC: choice({
    group: 'display',
    values: PRIVACY_LEVELS,
    default: 'summary',
    description: 'The same for public channels.',
    whenWrong: 'Everybody who may join a channel reads arguments of tools there.',
  }),
  PRIVACY_CHANNELS: channelMap({
    group: 'display',
    values: PRIVACY_LEVELS,
    description: 'The same for single channels, whatever their kind: `CHANNEL_ID=minimal,OTHER_ID=full`.',
    whenWrong: 'That channel keeps the level of its kind.',
  }),
  LABELS_FILE: path({
    group: 'display',
    description: 'JSON file that overrides what is said about a tool: `{"tool_name": "Doing this"}`.',
    whenWrong: 'The daemon does not start when the file cannot be read or is not such JSON.',
  }),
  IDLE_TIMEOUT_S: integer({
    group: 'display',
    min: 5,
    max: 86400,
    unit: 'seconds',
    default: '60',
    description: 'Silence after which an active turn that no running step explains is shown as quiet. It ends nothing.',
    whenWrong: 'Too small: thinking models look stalled. Too large: a hung agent looks busy.',
  }),
  SHOW_CRON: flag({
    group: 'display',
    default: 'true',
    description: 'Show turns that a schedule started in Mattermost too; the dashboard has them always.',
    whenWrong: 'Scheduled work is missing in DEFAULT_CHANNEL, or crowds it.',
  }),
  SHOW_HEARTBEAT: flag({
    group: 'display',
    default: 'false',
    description: 'Show heartbeat runs from their start. Otherwise they appear with their first tool call.',
    whenWrong: 'true: runs that only look for work come and go, on the dashboard and in DEFAULT_CHANNEL.',
  }),

  MM_BASE_URL: url({
    group: 'mattermost',
    schemes: ['http', 'https'],
    description:
      'Address of the Mattermost server, as the browser sees it (`https://chat.example.org`). Empty: dashboard only.',
    whenWrong: 'No status appears in Mattermost; the sink is "failed" in /health.',
  }),
  MM_BOT_TOKEN: secret({
    group: 'mattermost',
    minLength: 1,
    description:
      'Access token of the bot that posts. More OpenClaw accounts: one `MM_BOT_TOKEN_<ACCOUNT>` each, with the account id in capitals.',
    whenWrong: 'Mattermost answers 401 and no status appears.',
  }),
  PLUGIN_ENABLED: flag({
    group: 'mattermost',
    default: 'true',
    description: 'Use the Live Status plugin where the server has it. false: plain posts only.',
    whenWrong: 'Boxes are plain posts although the plugin is there.',
  }),
  PLUGIN_URL: url({
    group: 'mattermost',
    schemes: ['http', 'https'],
    shownDefault: 'MM_BASE_URL + `/plugins/com.openclaw.livestatus`',
    description: "Address of the plugin's routes, where a proxy moves them.",
    whenWrong: 'The plugin is taken to be absent and plain posts are used.',
  }),
  PLUGIN_SECRET: secret({
    group: 'mattermost',
    minLength: 1,
    description: 'The "Shared Secret" of the plugin\'s settings in the System Console.',
    whenWrong: 'The plugin answers 401 and plain posts are used.',
  }),
  DEFAULT_CHANNEL: channel({
    group: 'mattermost',
    description: 'Channel for turns that were not asked for in Mattermost. Empty: they are on the dashboard only.',
    whenWrong: 'Such turns are posted where the wrong people read them, or nowhere.',
  }),
  CHANNELS_ALLOW: channels({
    group: 'mattermost',
    description: 'Publish to these channels only. Empty: to every channel an agent was asked in.',
    whenWrong: 'Turns of channels that are not listed are on the dashboard only.',
  }),
  CHANNELS_DENY: channels({
    group: 'mattermost',
    description: 'Never publish to these channels, even if CHANNELS_ALLOW lists them.',
    whenWrong: 'A channel that should stay quiet gets status boxes.',
  }),
  POST_DELAY_MS: integer({
    group: 'mattermost',
    min: 0,
    max: 600_000,
    unit: 'ms',
    default: '1500',
    description:
      'A turn that is still active this long after its request gets a status box. A quicker answer gets none.',
    whenWrong: 'Too small: boxes for answers that are there already. Too large: people wait without a sign.',
  }),
  THROTTLE_MS: integer({
    group: 'mattermost',
    min: 50,
    max: 60_000,
    unit: 'ms',
    default: '500',
    description: 'Least time between two batches of changes to Mattermost. The first change goes out at once.',
    whenWrong: 'Too small: load on the server. Too large: the status lags behind.',
  }),
  MAX_STATUS_LINES: integer({
    group: 'mattermost',
    min: 1,
    max: 50,
    unit: 'lines',
    default: '20',
    description: 'Steps shown in the markdown of a post.',
    whenWrong: 'Posts are too long for a phone, or too short to follow.',
  }),
  MAX_MESSAGE_CHARS: integer({
    group: 'mattermost',
    min: 500,
    max: 16_383,
    unit: 'characters',
    default: '15000',
    description: "Longest message of a post. Mattermost's own limit is 16383.",
    whenWrong: 'Steps are cut from the post although there was room.',
  }),
  MAX_ACTIVE_SESSIONS: integer({
    group: 'mattermost',
    min: 1,
    max: 5000,
    unit: 'sessions',
    default: '1000',
    description:
      'Active turns published to Mattermost at once. Above it new ones are dashboard-only and counted; none is dropped.',
    whenWrong: 'Turns are missing in Mattermost while the dashboard has them.',
  }),
  CIRCUIT_BREAKER_THRESHOLD: integer({
    group: 'mattermost',
    min: 1,
    max: 100,
    unit: 'failures',
    default: '5',
    description: 'Failures in a row after which a sink pauses.',
    whenWrong: 'Too small: one hiccup pauses the status. Too large: a broken server is pressed on.',
  }),
  CIRCUIT_BREAKER_COOLDOWN_S: integer({
    group: 'mattermost',
    min: 1,
    max: 3600,
    unit: 'seconds',
    default: '30',
    description: 'How long it pauses before it tries again.',
    whenWrong: 'Too large: the status stays away after the server is back.',
  }),

  LOG_LEVEL: choice({
    group: 'process',
    values: LOG_LEVELS,
    default: 'info',
    description: 'Least severity that is logged, to stderr.',
    whenWrong: 'Logs say too little to help, or too much to read.',
  }),
  PID_FILE: path({
    group: 'process',
    description:
      'File that the process id is written to while the daemon runs, for `start-daemon.sh` and service managers.',
    whenWrong: '`start-daemon.sh stop` does not find the daemon.',
  }),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

/** What the table's schemas make of an environment, before it is put into the shape of `Config`. */
export type SettingValues = { -readonly [N in SettingName]: SettingValue<(typeof SETTINGS)[N]> };

/** A family of secrets, one per further OpenClaw account. */
export const ACCOUNT_TOKEN_PREFIX = 'MM_BOT_TOKEN_';

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export const SECRET_NAMES = SETTING_NAMES.filter((name) => SETTINGS[name].type === 'secret');
