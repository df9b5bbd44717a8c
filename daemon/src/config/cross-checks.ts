import { isLoopbackHost } from './loopback.ts';
import type { ConfigProblem, Environment } from './problem.ts';
import type { SettingValues } from './settings.ts';

export interface CrossChecks {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** What only shows when settings are looked at together. `env` tells what was set from what is a default. */
export function crossCheck(values: SettingValues, env: Environment): CrossChecks {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const hasBot = values.MM_BOT_TOKEN !== undefined || accountTokenNames(env).length > 0;
  if (!isLoopbackHost(values.HEALTH_HOST) && values.DASHBOARD_TOKEN === undefined)
    problems.push({
      name: 'DASHBOARD_TOKEN',
      message: `required because HEALTH_HOST (${values.HEALTH_HOST}) is not loopback; set it, or HEALTH_HOST=127.0.0.1`,
    });
  if (hasBot && values.MM_BASE_URL === undefined)
    problems.push({ name: 'MM_BASE_URL', message: 'required because a bot token is set' });
  if (values.PLUGIN_SECRET !== undefined && values.MM_BASE_URL === undefined && values.PLUGIN_URL === undefined)
    problems.push({ name: 'MM_BASE_URL', message: 'required (or PLUGIN_URL) because PLUGIN_SECRET is set' });
  if (values.MM_BASE_URL !== undefined && !hasBot)
    warnings.push({ name: 'MM_BOT_TOKEN', message: 'not set although MM_BASE_URL is: no bot can post' });
  for (const channel of values.CHANNELS_ALLOW.filter((id) => values.CHANNELS_DENY.includes(id)))
    warnings.push({ name: 'CHANNELS_ALLOW', message: `${channel} is in CHANNELS_DENY too, which wins` });
  warnings.push(...plainText(values));
  return { problems, warnings };
}

export function accountTokenNames(env: Environment): string[] {
  return Object.keys(env).filter((name) => /^MM_BOT_TOKEN_./.test(name) && env[name]?.trim());
}

/** Tokens travel with every request: say so when the way is not encrypted and leaves the machine. */
function plainText(values: SettingValues): ConfigProblem[] {
  const warnings: ConfigProblem[] = [];
  for (const name of ['OPENCLAW_GATEWAY_URL', 'MM_BASE_URL', 'PLUGIN_URL'] as const) {
    const text = values[name];
    if (text === undefined) continue;
    const { protocol, hostname } = new URL(text);
    if ((protocol === 'ws:' || protocol === 'http:') && !isLoopbackHost(hostname))
      warnings.push({ name, message: `sends tokens unencrypted to ${hostname}; use ${protocol.replace(':', 's:')}//` });
  }
  return warnings;
}
