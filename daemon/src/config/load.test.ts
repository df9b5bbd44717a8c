import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { configSecrets } from './config.ts';
import { type LoadInput, loadConfig } from './load.ts';

const CHANNEL = 'abcdefghijklmnopqrstuvwxyz';

function load(env: Record<string, string>, file?: string, files: Record<string, { text: string; mode: number }> = {}) {
  const input: LoadInput = {
    env,
    home: '/home/sam',
    cwd: '/srv/app',
    readSecretFile: (path) => {
      const found = files[path];
      if (!found) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return found;
    },
    ...(file === undefined ? {} : { envFile: { path: '.env.daemon', text: file } }),
  };
  return loadConfig(input);
}

function configOf(...args: Parameters<typeof load>) {
  const result = load(...args);
  if (!result.ok) throw new Error(`unexpected problems: ${inspect(result.problems)}`);
  return result.config;
}

function problemsOf(...args: Parameters<typeof load>): string[] {
  const result = load(...args);
  return result.ok ? [] : result.problems.map((problem) => `${problem.name}: ${problem.message}`);
}

function warningsOf(...args: Parameters<typeof load>): string[] {
  return load(...args).warnings.map((warning) => `${warning.name}: ${warning.message}`);
}

describe('loadConfig', () => {
  it('needs no environment at all: defaults are a local OpenClaw and the dashboard on loopback', () => {
    const config = configOf({});
    expect(config.dashboard).toEqual({ host: '127.0.0.1', port: 9090, token: undefined, allowedHosts: [] });
    expect(config.openclaw.stateDir).toBe('/home/sam/.openclaw');
    expect(config.state).toEqual({ dir: '/home/sam/.local/state/livestatus', retentionMs: 7 * 86_400_000 });
    expect(config.display.privacy).toBe('full');
    expect(config.display.privacyPublic).toBe('summary');
    expect(config.display.idleTimeoutMs).toBe(60_000);
  });

  it('freezes the whole configuration', () => {
    const config = configOf({ MM_BASE_URL: 'https://chat.example.org', MM_BOT_TOKEN: 'x', CHANNELS_DENY: CHANNEL });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.mattermost)).toBe(true);
    expect(Object.isFrozen(config.mattermost.channelsDeny)).toBe(true);
  });

  it('takes the names of the first release', () => {
    const config = configOf({
      MM_BASE_URL: 'https://chat.example.org/',
      MM_BOT_TOKEN: 'bot-token',
      MM_BOT_TOKEN_REVIEW: 'second-token',
      PLUGIN_SECRET: 'shared',
      PLUGIN_ENABLED: 'false',
      TRANSCRIPT_DIR: '~/agents',
      THROTTLE_MS: '250',
      MAX_STATUS_LINES: '30',
      MAX_ACTIVE_SESSIONS: '20',
      MAX_MESSAGE_CHARS: '12000',
      IDLE_TIMEOUT_S: '90',
      HEALTH_PORT: '9191',
      LOG_LEVEL: 'DEBUG',
      PID_FILE: 'daemon.pid',
      CIRCUIT_BREAKER_THRESHOLD: '3',
      CIRCUIT_BREAKER_COOLDOWN_S: '10',
      DEFAULT_CHANNEL: CHANNEL,
    });
    expect(config.mattermost).toMatchObject({
      baseUrl: 'https://chat.example.org',
      pluginUrl: 'https://chat.example.org/plugins/com.openclaw.livestatus',
      pluginEnabled: false,
      throttleMs: 250,
      breakerCooldownMs: 10_000,
    });
    expect(config.mattermost.accountTokens.review?.reveal()).toBe('second-token');
    expect(config.openclaw.transcriptDir).toBe('/home/sam/agents');
    expect(config.logLevel).toBe('debug');
    expect(config.pidFile).toBe('/srv/app/daemon.pid');
  });

  it('reports every problem at once, values and dependencies alike', () => {
    const problems = problemsOf({
      HEALTH_PORT: '90900',
      HEALTH_HOST: '0.0.0.0',
      THROTTLE_MS: 'fast',
      PRIVACY: 'secret',
      MM_BASE_URL: 'chat.example.org',
      MM_BOT_TOKEN: 'x y',
      CHANNELS_ALLOW: 'town-square',
      SHOW_CRON: 'maybe',
      OPENCLAW_GATEWAY_SCOPES: 'operator.admin',
      PRIVACY_PUBLC: 'minimal',
    });
    expect(problems).toEqual([
      'PRIVACY_PUBLC: unknown setting; did you mean PRIVACY_PUBLIC?',
      expect.stringContaining('OPENCLAW_GATEWAY_SCOPES: expected a comma-separated list of operator.read'),
      'HEALTH_PORT: expected a whole number from 0 to 65535 (TCP port), got "90900"',
      'PRIVACY: expected one of full, summary, minimal, got "secret"',
      'SHOW_CRON: expected true or false, got "maybe"',
      'MM_BASE_URL: expected a URL that starts with http:// or https://, without user name and password in it, got "chat.example.org"',
      'MM_BOT_TOKEN: expected printable ASCII characters without spaces, got 3 characters',
      expect.stringContaining('CHANNELS_ALLOW: expected a comma-separated list of Mattermost channel ids'),
      'THROTTLE_MS: expected a whole number from 50 to 60000 (ms), got "fast"',
      'DASHBOARD_TOKEN: required because HEALTH_HOST (0.0.0.0) is not loopback; set it, or HEALTH_HOST=127.0.0.1',
    ]);
  });

  it('takes an empty variable for an absent one', () => {
    expect(configOf({ MM_BOT_TOKEN: '', HEALTH_PORT: ' ' }).dashboard.port).toBe(9090);
  });

  it('lets the process environment win over the file', () => {
    const config = configOf({ HEALTH_PORT: '1' }, 'HEALTH_PORT=2\nLOG_LEVEL=warn\n');
    expect(config.dashboard.port).toBe(1);
    expect(config.logLevel).toBe('warn');
  });

  it('lets a variable of the file stand when the process environment has it empty', () => {
    expect(configOf({ HEALTH_PORT: '' }, 'HEALTH_PORT=2').dashboard.port).toBe(2);
  });

  it.each([
    ['a user name and password', 'https://sam:hunter2@chat.example.org'],
    ['a user name', 'https://sam@chat.example.org'],
    ['a wrong scheme', 'ftp://chat.example.org'],
  ])('refuses a URL with %s without repeating a password', (_, value) => {
    const [problem] = problemsOf({ MM_BASE_URL: value, MM_BOT_TOKEN: 'x' });
    expect(problem).toMatch(/^MM_BASE_URL: expected a URL/);
    expect(problem).not.toContain('hunter2');
  });

  it('reads levels of single channels', () => {
    const config = configOf({ PRIVACY_CHANNELS: `${CHANNEL}=minimal` });
    expect(config.display.privacyChannels).toEqual({ [CHANNEL]: 'minimal' });
    expect(problemsOf({ PRIVACY_CHANNELS: `${CHANNEL}=open` })).toHaveLength(1);
  });

  it.each(['127.0.0.1', '::1', 'localhost', '127.8.8.8'])('needs no token on %s', (host) => {
    expect(configOf({ HEALTH_HOST: host }).dashboard.host).toBe(host);
  });

  it('takes another address with a token of at least 16 characters', () => {
    expect(problemsOf({ HEALTH_HOST: '::', DASHBOARD_TOKEN: 'short' })).toEqual([
      'DASHBOARD_TOKEN: expected 16 or more printable ASCII characters without spaces, got 5 characters',
    ]);
    expect(problemsOf({ HEALTH_HOST: '::', DASHBOARD_TOKEN: 'sixteen-letters!' })).toEqual([]);
  });

  it('warns of tokens on an unencrypted way off this machine', () => {
    expect(warningsOf({ OPENCLAW_GATEWAY_URL: 'ws://box.example.org:18789' })).toEqual([
      'OPENCLAW_GATEWAY_URL: sends tokens unencrypted to box.example.org; use wss://',
    ]);
    expect(warningsOf({ OPENCLAW_GATEWAY_URL: 'ws://127.0.0.1:18789' })).toEqual([]);
  });

  it.each([
    ['a token without a server', { MM_BOT_TOKEN: 'x' }],
    ['an account token without a server', { MM_BOT_TOKEN_OPS: 'x' }],
    ['a plugin secret without a server', { PLUGIN_SECRET: 'x' }],
  ])('refuses %s', (_, env) => {
    expect(problemsOf(env)[0]).toMatch(/^MM_BASE_URL: required/);
  });
});

describe('secrets', () => {
  const files = {
    '/run/secrets/bot': { text: ' bot-from-file\n', mode: 0o100444 },
    '/etc/token': { text: 'dashboard-token-1', mode: 0o100644 },
    '/etc/empty': { text: '\n', mode: 0o100600 },
  };

  it('come from NAME_FILE, trimmed', () => {
    const config = configOf(
      {
        MM_BASE_URL: 'https://chat.example.org',
        MM_BOT_TOKEN_FILE: '/run/secrets/bot',
        MM_BOT_TOKEN_OPS_FILE: '/run/secrets/bot',
      },
      undefined,
      files,
    );
    expect(config.mattermost.botToken?.reveal()).toBe('bot-from-file');
    expect(Object.keys(config.mattermost.accountTokens)).toEqual(['ops']);
    expect(configSecrets(config)).toHaveLength(2);
  });

  it('warn when others may read their file, except where a container mounts them', () => {
    expect(warningsOf({ DASHBOARD_TOKEN_FILE: '/etc/token' }, undefined, files)).toEqual([
      'DASHBOARD_TOKEN_FILE: others may read /etc/token: run "chmod 600 /etc/token"',
    ]);
    expect(warningsOf({ OPENCLAW_GATEWAY_TOKEN_FILE: '/run/secrets/bot' }, undefined, files)).toEqual([]);
  });

  it('name a file that is missing or empty, and a double setting', () => {
    const env = {
      DASHBOARD_TOKEN_FILE: '/etc/nothing',
      OPENCLAW_GATEWAY_TOKEN_FILE: '/etc/empty',
      PLUGIN_SECRET: 'x',
      PLUGIN_SECRET_FILE: '/etc/token',
      PLUGIN_URL: 'http://127.0.0.1:8065/plugins/p',
    };
    expect(problemsOf(env, undefined, files)).toEqual([
      'DASHBOARD_TOKEN_FILE: cannot read /etc/nothing (ENOENT)',
      'OPENCLAW_GATEWAY_TOKEN_FILE: /etc/empty is empty',
      'PLUGIN_SECRET_FILE: set PLUGIN_SECRET or PLUGIN_SECRET_FILE, not both',
    ]);
  });

  it('print masked wherever a configuration is printed', () => {
    const config = configOf({ DASHBOARD_TOKEN: 'super-secret-token-1' });
    const printed = [
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config),
      `${config.dashboard.token}`,
    ];
    for (const text of printed) expect(text).not.toContain('super-secret');
    expect(printed[2]).toBe('[secret]');
  });
});

describe('unknown variables', () => {
  it.each([
    ['a slip in the process environment', { THROTLE_MS: '1' }, undefined, []],
    [
      'a slip with one of our prefixes',
      { HEALTH_PROT: '1' },
      undefined,
      ['HEALTH_PROT: unknown setting; did you mean HEALTH_PORT?'],
    ],
    ['a slip in the file', {}, 'THROTLE_MS=1', ['THROTLE_MS: unknown setting; did you mean THROTTLE_MS?']],
    [
      'a slip in a file name',
      {},
      'MM_BOT_TOKN_FILE=/x',
      ['MM_BOT_TOKN_FILE: unknown setting; did you mean MM_BOT_TOKEN_FILE?'],
    ],
  ])('%s', (_, env: Record<string, string>, file, expected) => {
    expect(problemsOf(env, file)).toEqual(expected);
  });

  it('that are no slip are named and ignored', () => {
    expect(warningsOf({ MM_URL: 'x', PRIVACY_LEVEL_ALL: 'full' }, 'EDITOR=vi\n')).toEqual([
      'EDITOR: unknown setting, ignored; docs/configuration.md lists all',
      'MM_URL: unknown setting, ignored; did you mean MM_BASE_URL?',
      'PRIVACY_LEVEL_ALL: unknown setting, ignored; docs/configuration.md lists all',
    ]);
  });

  it("of Mattermost's server, of OpenClaw, of the shell and of our scripts are passed over", () => {
    const env = {
      MM_SQLSETTINGS_DATASOURCE: 'x',
      OPENCLAW_GATEWAY_PORT: '1',
      PATH: '/bin',
      LOGLEVEL: '1',
      LIVESTATUS_ROOT: '/x',
      LIVESTATUS_CACHE: '/x',
    };
    expect(load(env)).toMatchObject({ ok: true, warnings: [] });
  });
});

describe('the environment file', () => {
  it('names lines that its format would pass over in silence', () => {
    expect(problemsOf({}, '# comment\nLOG_LEVEL warn\nPLUGIN_SECRET=abc#def\nPID_FILE=x # fine\n')).toEqual([
      '.env.daemon:2: expected NAME=value, found no "="',
      '.env.daemon:3: the value contains "#": put it in quotes, or a space before the comment',
      'MM_BASE_URL: required (or PLUGIN_URL) because PLUGIN_SECRET is set',
    ]);
  });

  it('takes quotes, export, comments and carriage returns', () => {
    const config = configOf({}, '# c\r\nexport LOG_LEVEL="warn"\r\nDASHBOARD_TOKEN="a#b-c-d-e-f-g-h-i"\r\n');
    expect(config.logLevel).toBe('warn');
    expect(config.dashboard.token?.reveal()).toBe('a#b-c-d-e-f-g-h-i');
  });
});
