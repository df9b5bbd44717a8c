import { closeSync, openSync, writeSync } from 'node:fs';
import type { RecordOptions } from '../cli/ports.ts';
import { systemClock } from '../clock.ts';
import { type Config, configSecrets } from '../config/config.ts';
import { createRedactor } from '../publish/redact.ts';
import { GatewayDecoder } from '../sources/openclaw-gateway/decode.ts';
import { createFrameRecorder } from '../sources/openclaw-gateway/record.ts';
import { createGatewaySource } from '../sources/openclaw-gateway/source.ts';
import type { SourceHealth } from '../sources/source.ts';
import { TurnTracker } from '../turns/tracker.ts';
import { gatewayAddress } from './gateway-address.ts';
import { daemonLog, logWarnings, untilAborted } from './program.ts';

/** `livestatus record FILE`: a redacted recording of what the gateway says, for a bug report. Plays with `replay`. */
export async function runRecord(file: string, options: RecordOptions): Promise<void> {
  const { config, io, signal, version } = options;
  const log = daemonLog(config, io, 'warn');
  logWarnings(log, options);
  const address = gatewayAddress(config);
  const out = openSync(file, 'w', 0o600);
  const counted = { lines: 0 };
  const redactor = createRedactor({ ownSecrets: secretsOf(config, address.token) });
  const tap = createFrameRecorder({
    redact: (text) => redactor.redact(text),
    write(line) {
      counted.lines += 1;
      writeSync(out, `${line}\n`);
      return true;
    },
    onFull: () => io.stderr.write('livestatus: the recording is full and ends here; Ctrl-C stops.\n'),
  });
  const tracker = new TurnTracker();
  const source = createGatewaySource({
    ...address,
    scopes: config.openclaw.gatewayScopes,
    stateDir: config.state.dir,
    version,
    clock: systemClock,
    random: Math.random,
    log,
    decoderFactory: (callbacks) => new GatewayDecoder(callbacks),
    openKeys: () => tracker.openKeys(),
    tap,
  });
  io.stderr.write(
    `Recording ${address.url} to ${file}, without secrets. ${options.forMs === undefined ? 'Ctrl-C stops.' : ''}\n`,
  );
  try {
    await source.start({
      event: (event) => void tracker.apply(event, event.at),
      health: (health) => io.stderr.write(healthLine(health)),
    });
    await Promise.race([untilAborted(signal), after(options.forMs)]);
  } finally {
    await source.stop();
    closeSync(out);
  }
  io.stderr.write(
    `Recorded ${counted.lines} lines. Look through ${file} before you share it; "livestatus replay ${file}" plays it.\n`,
  );
}

function secretsOf(config: Config, token: { reveal(): string } | undefined): string[] {
  const own = configSecrets(config).map((secret) => secret.reveal());
  return token === undefined ? own : [...own, token.reveal()];
}

function healthLine({ state, reason }: SourceHealth): string {
  return `  ${state}${reason === undefined ? '' : `: ${reason}`}\n`;
}

function after(ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (ms !== undefined) setTimeout(resolve, ms);
  });
}
