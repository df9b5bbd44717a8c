import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dashboard } from './dashboard.ts';
import { findFreePort, RunningProcess } from './process.ts';
import { GiveUpError, waitFor } from './wait.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');
const START_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 10_000;

export interface DaemonOptions {
  /** OPENCLAW_STATE_DIR: where the daemon finds port and token by itself, as a person without configuration has it. */
  readonly openClawStateDir: string;
  /** More settings, by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** `bin/livestatus run`, the real command, with a state directory of its own that survives `kill` and `start`. */
export class Daemon {
  readonly dashboard: Dashboard;
  #options: DaemonOptions;
  #rootDir: string;
  #port: number;
  #process: RunningProcess | undefined;

  private constructor(options: DaemonOptions, rootDir: string, port: number) {
    this.#options = options;
    this.#rootDir = rootDir;
    this.#port = port;
    this.dashboard = new Dashboard(`http://127.0.0.1:${port}`, options.settings?.DASHBOARD_TOKEN);
  }

  static async start(options: DaemonOptions): Promise<Daemon> {
    const rootDir = await mkdtemp(join(tmpdir(), 'livestatus-daemon-'));
    const daemon = new Daemon(options, rootDir, await findFreePort());
    try {
      await daemon.start();
      return daemon;
    } catch (error) {
      await daemon.dispose();
      throw error;
    }
  }

  /** Starts the process (again) on the same state and port; resolves when /health answers. */
  async start(): Promise<void> {
    const process = new RunningProcess({
      name: 'daemon',
      command: join(CHECKOUT, 'bin/livestatus'),
      args: ['run'],
      cwd: this.#rootDir,
      env: {
        ...inherited(['PATH', 'HOME', 'XDG_CACHE_HOME', 'LANG']),
        OPENCLAW_STATE_DIR: this.#options.openClawStateDir,
        STATE_DIR: join(this.#rootDir, 'state'),
        HEALTH_PORT: String(this.#port),
        LOG_LEVEL: 'debug',
        ...this.#options.settings,
      },
      logFile: this.logFile,
    });
    this.#process = process;
    await waitFor('the daemon to answer /health', () => this.#looksAlive(process), {
      deadlineMs: START_DEADLINE_MS,
      seen: () => process.tail(),
    });
  }

  /** Of the process that was started last; for signals that a service manager does not send. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Settings for the next start, over those it has. */
  configure(settings: Readonly<Record<string, string>>): void {
    this.#options = { ...this.#options, settings: { ...this.#options.settings, ...settings } };
  }

  /** Where its state directory lies (`state/`). */
  get rootDir(): string {
    return this.#rootDir;
  }

  /** Everything it has logged, over restarts too. */
  get logFile(): string {
    return join(this.#rootDir, 'daemon.log');
  }

  /** SIGTERM, as a service manager stops it. */
  async stop(): Promise<void> {
    await this.#process?.stop(STOP_GRACE_MS);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  tail(lines = 40): string {
    return this.#process?.tail(lines) ?? '(never started)';
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.#rootDir, { recursive: true, force: true });
  }

  async #looksAlive(process: RunningProcess): Promise<true> {
    if (process.hasExited()) throw new GiveUpError(`daemon ${process.describeExit()}\n${process.tail()}`);
    await this.dashboard.health();
    return true;
  }
}

function inherited(names: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
