import { join } from 'node:path';
import type { Logger } from 'pino';
import type { CommandIo, DaemonOptions } from '../cli/ports.ts';
import { type Config, configSecrets, type LogLevel } from '../config/config.ts';
import { createLog } from '../log.ts';
import { createRedactor } from '../publish/redact.ts';

/** The checkout, or the unpacked release. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Where `scripts/ensure-dashboard.sh` puts the built page. */
export const DASHBOARD_DIR = join(ROOT, 'dashboard', 'dist');

export interface LogMore {
  /** Keeps it quieter than the default (the demo). */
  readonly atLeast?: LogLevel;
  readonly ownSecrets?: readonly string[];
}

/** The program's log on stderr. */
export function daemonLog(config: Config, io: CommandIo, more: LogMore = {}): Logger {
  const { atLeast, ownSecrets = [] } = more;
  const redactor = createRedactor({
    ownSecrets: [...configSecrets(config).map((secret) => secret.reveal()), ...ownSecrets],
  });
  const level = atLeast !== undefined && config.logLevel === 'info' ? atLeast : config.logLevel;
  return createLog({ level, target: io.stderr, redact: (text) => redactor.redact(text) });
}

export function logWarnings(log: Logger, { warnings }: DaemonOptions): void {
  for (const { name, message } of warnings) log.warn({ setting: name, reason: message }, 'doubtful setting');
}

/** Resolves when the signal is given. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
