import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Config } from './config.ts';
import { accountTokenNames, crossCheck } from './cross-checks.ts';
import { type EnvFile, parseEnvFile } from './env-file.ts';
import { deepFreeze } from './freeze.ts';
import type { ConfigProblem, Environment } from './problem.ts';
import { Secret } from './secret.ts';
import { type ReadSecretFile, resolveSecretFiles } from './secret-files.ts';
import { ACCOUNT_TOKEN_PREFIX, SETTING_NAMES, SETTINGS, type SettingName, type SettingValues } from './settings.ts';
import { findUnknownKeys } from './unknown-keys.ts';

export interface LoadInput {
  /** The process environment; wins over the file. */
  readonly env: Environment;
  readonly envFile?: EnvFile;
  /** Absolute path of the home directory: stands for `~`. */
  readonly home: string;
  /** Absolute: relative paths start here. */
  readonly cwd: string;
  readonly readSecretFile: ReadSecretFile;
}

/**
 * The configuration with every problem there is. With problems (`ok: false`) nothing may run by it: what is wrong stands at its
 * default there, so that single other values can be told all the same.
 */
export interface LoadResult {
  readonly ok: boolean;
  readonly config: Config;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

const shape = z.object(
  // Object.fromEntries forgets which name has which schema; SettingValues says it again.
  Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].schema])),
);

/** Turns environment and environment file into one validated, deep-frozen `Config`. Pure but for `readSecretFile`. */
export function loadConfig(input: LoadInput): LoadResult {
  const file = input.envFile ? parseEnvFile(input.envFile) : { values: {}, problems: [] };
  const secrets = resolveSecretFiles({ ...file.values, ...withoutEmpty(input.env) }, input.readSecretFile);
  const env = withoutEmpty(secrets.env);
  const unknown = findUnknownKeys(input.env, file.values);
  const problems = [...file.problems, ...unknown.problems, ...secrets.problems];
  const warnings = [...unknown.warnings, ...secrets.warnings];

  const { values, wrong } = parseValues(env);
  problems.push(...wrong);
  const wrongNames = new Set(wrong.map((problem) => problem.name));
  const cross = crossCheck(values, env);
  problems.push(...cross.problems.filter((problem) => !wrongNames.has(problem.name)));
  warnings.push(...cross.warnings.filter((warning) => !wrongNames.has(warning.name)));
  return { ok: problems.length === 0, config: deepFreeze(toConfig(values, env, input)), problems, warnings };
}

/** Values of the whole table; wrong ones are named and stand at their default, so that what depends on them is checked too. */
function parseValues(env: Environment): { values: SettingValues; wrong: ConfigProblem[] } {
  const parsed = shape.safeParse(env);
  if (parsed.success) return { values: parsed.data as SettingValues, wrong: [] };
  const wrong = valueProblems(parsed.error, env);
  const rest = { ...env };
  for (const { name } of wrong) delete rest[name];
  return { values: shape.parse(rest) as SettingValues, wrong };
}

/** An empty variable is an absent one: `.env.daemon.example` lists names without values. */
function withoutEmpty(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const text = value?.trim();
    if (text) kept[name] = text;
  }
  return kept;
}

/** One problem a variable, however many issues its schema found, in the order of the table. */
function valueProblems(error: z.ZodError, env: Environment): ConfigProblem[] {
  const wrong = new Set(error.issues.map((issue) => issue.path[0]));
  return SETTING_NAMES.filter((name) => wrong.has(name)).map((name) => ({
    name,
    message: `expected ${SETTINGS[name].expected}, got ${shownValue(name, env[name] ?? '')}`,
  }));
}

const MAX_SHOWN_CHARS = 60;

function shownValue(name: SettingName, value: string): string {
  if (SETTINGS[name].type === 'secret') return `${value.length} characters`;
  // What somebody put before an @ may be a password.
  const safe = value.replace(/\/\/[^/@]*@/g, '//***@');
  return JSON.stringify(safe.length > MAX_SHOWN_CHARS ? `${safe.slice(0, MAX_SHOWN_CHARS)}...` : safe);
}

function toConfig(values: SettingValues, env: Environment, input: LoadInput): Config {
  const path = (text: string): string => absolutePath(text, input);
  const optionalPath = (text: string | undefined): string | undefined => (text === undefined ? undefined : path(text));
  return {
    openclaw: {
      gatewayUrl: values.OPENCLAW_GATEWAY_URL,
      gatewayToken: toSecret(values.OPENCLAW_GATEWAY_TOKEN),
      gatewayScopes: values.OPENCLAW_GATEWAY_SCOPES,
      stateDir: path(values.OPENCLAW_STATE_DIR ?? '~/.openclaw'),
      transcriptDir: optionalPath(values.TRANSCRIPT_DIR),
    },
    dashboard: {
      host: values.HEALTH_HOST,
      port: values.HEALTH_PORT,
      token: toSecret(values.DASHBOARD_TOKEN),
      allowedHosts: values.DASHBOARD_HOSTS,
    },
    state: {
      dir: path(values.STATE_DIR ?? defaultStateDir(env)),
      retentionMs: values.RETENTION_DAYS * 86_400_000,
    },
    display: {
      privacy: values.PRIVACY,
      privacyPublic: values.PRIVACY_PUBLIC,
      privacyChannels: values.PRIVACY_CHANNELS,
      labelsFile: optionalPath(values.LABELS_FILE),
      idleTimeoutMs: values.IDLE_TIMEOUT_S * 1000,
      showCron: values.SHOW_CRON,
      showHeartbeat: values.SHOW_HEARTBEAT,
    },
    mattermost: toMattermost(values, env),
    logLevel: values.LOG_LEVEL,
    pidFile: optionalPath(values.PID_FILE),
  };
}

function toMattermost(values: SettingValues, env: Environment): Config['mattermost'] {
  const base = values.MM_BASE_URL;
  return {
    baseUrl: base,
    botToken: toSecret(values.MM_BOT_TOKEN),
    accountTokens: Object.fromEntries(accountTokenNames(env).map((name) => accountToken(name, env[name] ?? ''))),
    pluginEnabled: values.PLUGIN_ENABLED,
    pluginUrl: values.PLUGIN_URL ?? (base === undefined ? undefined : `${base}/plugins/com.openclaw.livestatus`),
    pluginSecret: toSecret(values.PLUGIN_SECRET),
    defaultChannel: values.DEFAULT_CHANNEL,
    channelsAllow: values.CHANNELS_ALLOW,
    channelsDeny: values.CHANNELS_DENY,
    postDelayMs: values.POST_DELAY_MS,
    throttleMs: values.THROTTLE_MS,
    maxStatusLines: values.MAX_STATUS_LINES,
    maxMessageChars: values.MAX_MESSAGE_CHARS,
    maxActiveSessions: values.MAX_ACTIVE_SESSIONS,
    breakerThreshold: values.CIRCUIT_BREAKER_THRESHOLD,
    breakerCooldownMs: values.CIRCUIT_BREAKER_COOLDOWN_S * 1000,
  };
}

function accountToken(name: string, value: string): [account: string, token: Secret] {
  return [name.slice(ACCOUNT_TOKEN_PREFIX.length).toLowerCase(), new Secret(value)];
}

function toSecret(text: string | undefined): Secret | undefined {
  return text === undefined ? undefined : new Secret(text);
}

/** The XDG base directory specification: a relative XDG_STATE_HOME is to be ignored. */
function defaultStateDir(env: Environment): string {
  const base = env.XDG_STATE_HOME;
  return join(base && isAbsolute(base) ? base : '~/.local/state', 'livestatus');
}

function absolutePath(text: string, input: LoadInput): string {
  if (text === '~' || text.startsWith('~/')) return join(input.home, text.slice(1));
  return resolve(input.cwd, text);
}
