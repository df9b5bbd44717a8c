import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, RunningProcess } from '../openclaw/harness/process.ts';
import { GiveUpError, waitFor } from '../openclaw/harness/wait.ts';
import type { Bot } from './people.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const START_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 10_000;

export interface ReplayOptions {
  /** The SiteURL of the Mattermost server. */
  readonly url: string;
  readonly secret: string;
  readonly bot: Bot;
  readonly channelIds: readonly string[];
  /** What `bin/livestatus replay` is to play: paths, `--demo`, `--speed 4`, `--loop`. */
  readonly args: readonly string[];
  /** More settings of the daemon, by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** `bin/livestatus replay ... --into CHANNELS`, the real command, as a daemon of a bot. */
export class ReplayDaemon {
  /** Its own dashboard. */
  readonly dashboardUrl: string;
  readonly #process: RunningProcess;
  readonly #home: string;

  private constructor(dashboardUrl: string, process: RunningProcess, home: string) {
    this.dashboardUrl = dashboardUrl;
    this.#process = process;
    this.#home = home;
  }

  /** Starts it and resolves when its dashboard answers. The caller disposes. */
  static async start(options: ReplayOptions): Promise<ReplayDaemon> {
    const home = await mkdtemp(join(tmpdir(), 'livestatus-replay-'));
    const port = await findFreePort();
    const running = new RunningProcess({
      name: 'livestatus replay',
      command: join(CHECKOUT, 'bin/livestatus'),
      args: ['replay', ...options.args, '--no-env-file', '--into', options.channelIds.join(',')],
      cwd: home,
      env: {
        ...environment(),
        MM_BASE_URL: options.url,
        MM_BOT_TOKEN: options.bot.token,
        PLUGIN_SECRET: options.secret,
        HEALTH_PORT: String(port),
        LOG_LEVEL: 'info',
        ...options.settings,
      },
    });
    const daemon = new ReplayDaemon(`http://127.0.0.1:${port}`, running, home);
    try {
      await waitFor('livestatus replay to answer', () => daemon.#looksAlive(), {
        deadlineMs: START_DEADLINE_MS,
        seen: () => running.tail(),
      });
      return daemon;
    } catch (error) {
      await daemon.dispose();
      throw error;
    }
  }

  /** Its log so far; the last 200,000 characters. */
  log(): string {
    return this.#process.output();
  }

  /** Its last lines, for a failure message. */
  tail(): string {
    return this.#process.tail();
  }

  /** kill -9. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  async dispose(): Promise<void> {
    await this.#process.stop(STOP_GRACE_MS);
    await rm(this.#home, { recursive: true, force: true });
  }

  async #looksAlive(): Promise<true> {
    if (this.#process.hasExited())
      throw new GiveUpError(`livestatus replay ${this.#process.describeExit()}\n${this.#process.tail()}`);
    await fetch(`${this.dashboardUrl}/health`);
    return true;
  }
}

function environment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'XDG_CACHE_HOME', 'LANG', 'TMPDIR'];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
