import { closeSync, openSync, writeSync } from 'node:fs';
import type { CommandIo, RecordOptions } from '../cli/ports.ts';
import { configSecrets } from '../config/config.ts';
import { createRedactor } from '../publish/redact.ts';
import type { GatewayPlace } from '../sources/locate.ts';
import { createFrameRecorder, type FrameTap } from '../sources/openclaw-gateway/record.ts';
import type { SourceHealth } from '../sources/source.ts';
import { TurnTracker } from '../turns/tracker.ts';
import { gatewayPlace, gatewaySource } from './openclaw.ts';
import { daemonLog, logWarnings, untilAborted } from './program.ts';

/** `livestatus record FILE`: a redacted recording of what the gateway says, for a bug report. Plays with `replay`. */
export async function runRecord(file: string, options: RecordOptions): Promise<void> {
  const { config, io, signal, version, forMs } = options;
  const place = await gatewayPlace(config);
  const log = daemonLog(config, io, { atLeast: 'warn', ownSecrets: tokenOf(place) });
  logWarnings(log, options);
  const redactor = createRedactor({
    ownSecrets: [...configSecrets(config).map((secret) => secret.reveal()), ...tokenOf(place)],
  });
  const out = new RecordingFile(file, io);
  const tracker = new TurnTracker();
  const source = gatewaySource({ config, version, log }, place, {
    openKeys: () => tracker.openKeys(),
    tap: out.tap((text) => redactor.redact(text)),
  });
  // While it waits to connect again nothing else is open, and the program would end.
  const alive = setInterval(() => {}, 60_000);
  io.stderr.write(`Recording to ${file}, without secrets.${forMs === undefined ? ' Ctrl-C stops.' : ''}\n`);
  try {
    await source.start({
      event: (event) => void tracker.apply(event, event.at),
      health: (health) => io.stderr.write(healthLine(health)),
    });
    await Promise.race([untilAborted(signal), after(forMs)]);
  } finally {
    clearInterval(alive);
    await source.stop();
    out.close();
  }
  io.stderr.write(`Recorded ${out.lines} lines. Look through ${file} before you share it.\n`);
}

/** Appends lines to the file; a full disk ends the recording, not the program. */
class RecordingFile {
  lines = 0;
  readonly #descriptor: number;
  readonly #io: CommandIo;

  constructor(path: string, io: CommandIo) {
    this.#descriptor = openSync(path, 'w', 0o600);
    this.#io = io;
  }

  tap(redact: (text: string) => string): FrameTap {
    return createFrameRecorder({
      redact,
      write: (line) => this.#write(line),
      onFull: () => this.#io.stderr.write('livestatus: the recording ends here (size limit or disk full).\n'),
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(line: string): boolean {
    try {
      writeSync(this.#descriptor, `${line}\n`);
      this.lines += 1;
      return true;
    } catch {
      return false;
    }
  }
}

function tokenOf({ token }: GatewayPlace): readonly string[] {
  return token === undefined ? [] : [token.reveal()];
}

function healthLine({ state, reason }: SourceHealth): string {
  return `  ${state}${reason === undefined ? '' : `: ${reason}`}\n`;
}

/** Resolves after `ms`; never without one. */
function after(ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (ms !== undefined) setTimeout(resolve, ms);
  });
}
