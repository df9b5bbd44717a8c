import type { ConfigProblem, Environment } from './problem.ts';
import { isSecretFileKey } from './secret-files.ts';
import { ACCOUNT_TOKEN_PREFIX, SECRET_NAMES, SETTING_NAMES } from './settings.ts';
import { closest } from './suggest.ts';

/** Beginnings that make a variable of the process environment look like one of ours. */
const PREFIXES = [
  'CHANNELS_',
  'CIRCUIT_BREAKER_',
  'DASHBOARD_',
  'HEALTH_',
  'LIVESTATUS_',
  'MAX_ACTIVE_',
  'MAX_MESSAGE_',
  'MAX_STATUS_',
  'MM_',
  'OPENCLAW_',
  'PLUGIN_',
  'POST_DELAY_',
  'PRIVACY',
  'RETENTION_',
  'SHOW_CRON',
  'SHOW_HEARTBEAT',
  'THROTTLE_',
  'TRANSCRIPT_',
];

/** Prefixes that are other programs' too (the Mattermost server, OpenClaw): unknown ones are none of our business. */
const SHARED_PREFIXES = ['MM_', 'OPENCLAW_'];

/** Set by our own shell scripts. */
const SCRIPT_VARIABLES = new Set(['LIVESTATUS_ROOT', 'LIVESTATUS_CACHE', 'LIVESTATUS_NODE_VERSION']);

/** A name this near to a setting's is a slip of the finger. */
const SLIP_DISTANCE = 2;

const KNOWN: readonly string[] = [...SETTING_NAMES, ...SECRET_NAMES.map((name) => `${name}_FILE`)];

export interface UnknownKeys {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Names variables that look meant for us but are no setting. A likely slip is a problem, because what it was meant to set
 * (`PRIVACY_PUBLIC`, say) would silently not apply; anything else of ours is a warning. In the environment file every
 * name is meant for us; in the process environment only those with one of our prefixes.
 */
export function findUnknownKeys(processEnv: Environment, fileValues: Environment): UnknownKeys {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const inFile = new Set(Object.keys(fileValues));
  for (const key of new Set([...inFile, ...Object.keys(processEnv)])) {
    if (isKnown(key) || !(inFile.has(key) || PREFIXES.some((prefix) => key.startsWith(prefix)))) continue;
    const slip = closest(key, KNOWN, SLIP_DISTANCE);
    const meant = slip ?? sharingAllWords(key);
    if (slip !== undefined) problems.push({ name: key, message: `unknown setting; did you mean ${slip}?` });
    else if (meant !== undefined)
      warnings.push({ name: key, message: `unknown setting, ignored; did you mean ${meant}?` });
    else if (inFile.has(key) || !SHARED_PREFIXES.some((prefix) => key.startsWith(prefix)))
      warnings.push({ name: key, message: 'unknown setting, ignored; docs/configuration.md lists all' });
  }
  return { problems, warnings };
}

function isKnown(key: string): boolean {
  if (KNOWN.includes(key) || SCRIPT_VARIABLES.has(key) || isSecretFileKey(key)) return true;
  return key.startsWith(ACCOUNT_TOKEN_PREFIX) && key.length > ACCOUNT_TOKEN_PREFIX.length;
}

/** `MM_URL` -> `MM_BASE_URL`: the one setting that has every word of `key`. */
function sharingAllWords(key: string): string | undefined {
  const words = key.split('_').filter((word) => word !== '');
  if (words.length < 2) return undefined;
  const matches = SETTING_NAMES.filter((name) => words.every((word) => name.split('_').includes(word)));
  return matches.length === 1 ? matches[0] : undefined;
}
