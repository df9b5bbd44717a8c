import type { DaemonOptions } from '../cli/ports.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { GatewayDecoder } from '../sources/openclaw-gateway/decode.ts';
import { createGatewaySource } from '../sources/openclaw-gateway/source.ts';
import { nodeFileSystem } from '../sources/openclaw-jsonl/file-system.ts';
import { createProcessView, nodeProcFiles } from '../sources/openclaw-jsonl/process-view.ts';
import { createJsonlSource } from '../sources/openclaw-jsonl/source.ts';
import type { Source } from '../sources/source.ts';
import { cursorPort } from './cursor-port.ts';
import { type SourceParts, startDaemon } from './daemon.ts';
import { gatewayAddress } from './gateway-address.ts';
import { DASHBOARD_DIR, daemonLog, logWarnings, untilAborted } from './program.ts';

/** `livestatus run`: until the signal. */
export async function runDaemon(config: Config, options: DaemonOptions): Promise<void> {
  const { io, signal, version } = options;
  const log = daemonLog(config, io);
  logWarnings(log, options);
  const daemon = await startDaemon({
    config,
    clock: systemClock,
    log,
    version,
    dashboardDir: DASHBOARD_DIR,
    makeSource: (parts) => sourceOf(config, options, parts, log),
  });
  log.info({ url: daemon.url, version }, 'dashboard is up');
  try {
    await untilAborted(signal);
  } finally {
    log.info({ signal: String(signal.reason ?? 'none') }, 'stopping');
    await daemon.stop();
  }
}

function sourceOf(
  config: Config,
  { version }: DaemonOptions,
  parts: SourceParts,
  log: ReturnType<typeof daemonLog>,
): Source {
  const { transcriptDir, gatewayScopes } = config.openclaw;
  if (transcriptDir !== undefined) {
    return createJsonlSource({
      directory: transcriptDir,
      fs: nodeFileSystem,
      clock: systemClock,
      cursors: cursorPort(parts.cursors),
      processes: createProcessView(nodeProcFiles),
      log,
    });
  }
  return createGatewaySource({
    ...gatewayAddress(config),
    scopes: gatewayScopes,
    stateDir: config.state.dir,
    version,
    clock: systemClock,
    random: Math.random,
    log,
    decoderFactory: (callbacks) => new GatewayDecoder(callbacks),
    openKeys: parts.openKeys,
  });
}
