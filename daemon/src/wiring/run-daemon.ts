import { readFileSync } from 'node:fs';
import type { DaemonOptions } from '../cli/ports.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { cursorPort } from '../sources/openclaw-jsonl/cursor-store.ts';
import { startDaemon } from './daemon.ts';
import { labelOverrides } from './labels.ts';
import { gatewayPlace, openClawSource } from './openclaw.ts';
import { writePidFile } from './pid-file.ts';
import { DASHBOARD_DIR, daemonLog, logWarnings, untilAborted } from './program.ts';

/** `livestatus run`: until the signal. */
export async function runDaemon(config: Config, options: DaemonOptions): Promise<void> {
  const { io, signal, version } = options;
  const place = await gatewayPlace(config);
  const ownSecrets = place.token === undefined ? [] : [place.token.reveal()];
  const log = daemonLog(config, io, { ownSecrets });
  logWarnings(log, options);
  const labels = labelOverrides(config.display.labelsFile, (path) => readFileSync(path, 'utf8'));
  const daemon = await startDaemon({
    config,
    clock: systemClock,
    log,
    version,
    dashboardDir: DASHBOARD_DIR,
    ownSecrets,
    ...(labels !== undefined && { labels }),
    makeSource: (parts) => openClawSource({ config, version, log }, { ...parts, cursors: cursorPort(parts.cursors) }),
  });
  log.info({ url: daemon.url, version }, 'dashboard is up');
  let removePidFile: (() => void) | undefined;
  try {
    if (config.pidFile !== undefined) removePidFile = writePidFile(config.pidFile, process.pid);
    await untilAborted(signal);
  } finally {
    log.info({ signal: String(signal.reason ?? 'none') }, 'stopping');
    await daemon.stop();
    removePidFile?.();
  }
}
