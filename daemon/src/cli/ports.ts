import type { Config } from '../config/config.ts';
import type { ConfigProblem } from '../config/problem.ts';
import type { ProbeMattermost } from './doctor/mattermost-probe.ts';
import type { ProbeOpenClaw } from './doctor/probe.ts';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Where a command writes. stdout is for results alone; everything else goes to stderr. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface DaemonOptions {
  readonly io: CommandIo;
  /** Aborted when the person or the service manager wants it to stop; the call then resolves in bounded time. */
  readonly signal: AbortSignal;
  /** Of this program. */
  readonly version: string;
  /** Doubtful settings: to be logged once. */
  readonly warnings: readonly ConfigProblem[];
}

export interface ReplayOptions extends DaemonOptions {
  readonly config: Config;
  /** 1 = as it happened, 10 = ten times as fast, 0 = at once, on a virtual clock. */
  readonly speed: number;
  /** Print the final sessions as one JSON array on stdout, and nothing else there. */
  readonly json: boolean;
  /** Begin again when all is played. */
  readonly loop: boolean;
  /** Play the recordings that come with the program. */
  readonly demo: boolean;
  /** Mattermost channels that the recorded conversations are shown in; undefined = nothing goes to Mattermost. */
  readonly into: readonly string[] | undefined;
}

export interface RecordOptions extends DaemonOptions {
  readonly config: Config;
  /** Stop by itself after this long; undefined = until the signal. */
  readonly forMs: number | undefined;
}

/**
 * The program behind the commands, `daemon/src/main.ts`. Each call resolves when its work is done or the signal was
 * given, and rejects with a `Failure` for what a person can do something about.
 */
export interface Program {
  runDaemon(config: Config, options: DaemonOptions): Promise<void>;
  runReplay(paths: readonly string[], options: ReplayOptions): Promise<void>;
  /** Writes a redacted recording to `file`, which the command has made sure may be written. */
  runRecord(file: string, options: RecordOptions): Promise<void>;
  readonly probeOpenClaw: ProbeOpenClaw;
  readonly probeMattermost: ProbeMattermost;
}
