import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { DeadlineError, waitFor } from './wait.ts';

export interface StartOptions {
  /** For messages: `gateway`, `daemon`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Run as this user and group; absent = ours. */
  readonly uid?: number;
  readonly gid?: number;
  /** Gets all of its output too; what is kept in memory is only the end of it. */
  readonly logFile?: string;
}

/** How much of a child's output is kept for the failure message, in characters. */
const KEPT_OUTPUT_CHARS = 200_000;

/** A child in a process group of its own, so that stopping it leaves none of its children behind. */
export class RunningProcess {
  readonly name: string;
  readonly pid: number;
  #child: ChildProcess;
  #output = '';
  #written = 0;
  #exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;

  constructor(options: StartOptions) {
    this.name = options.name;
    this.#child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#child.pid === undefined) throw new Error(`${options.name}: could not start ${options.command}`);
    this.pid = this.#child.pid;
    notePid(this.pid);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARS);
        this.#written += text.length;
        if (options.logFile !== undefined) appendFileSync(options.logFile, text);
      });
    }
    this.#child.once('exit', (code, signal) => {
      this.#exit = { code, signal };
    });
  }

  /** stdout and stderr so far, interleaved as they came. */
  output(): string {
    return this.#output;
  }

  /** How much it has written since it was started, in characters: more than `output` still has. */
  get written(): number {
    return this.#written;
  }

  /** Its last lines, for a failure message. */
  tail(lines = 40): string {
    return this.#output.trimEnd().split('\n').slice(-lines).join('\n');
  }

  hasExited(): boolean {
    return this.#exit !== undefined;
  }

  /** Exit code 0. */
  hasSucceeded(): boolean {
    return this.#exit?.code === 0;
  }

  describeExit(): string {
    return this.#exit === undefined ? 'running' : `exited (code ${this.#exit.code}, signal ${this.#exit.signal})`;
  }

  /** Sends a signal to the whole group; does nothing if it is gone already. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async waitForExit(deadlineMs: number): Promise<void> {
    await waitFor(`${this.name} to exit`, () => (this.hasExited() ? true : undefined), {
      deadlineMs,
      everyMs: 20,
      seen: () => this.tail(),
    });
  }

  /** SIGTERM, then SIGKILL if it has not gone within `graceMs`; then whatever of its group is left. Idempotent. */
  async stop(graceMs: number): Promise<void> {
    this.signal('SIGTERM');
    try {
      await this.waitForExit(graceMs);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
    }
    await this.kill();
  }

  /** SIGKILL to the group, and waits until it is gone. Idempotent. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.waitForExit(10_000);
  }
}

/** Where `with-mattermost.sh` reads which process groups to kill should this process itself die. */
function notePid(pid: number): void {
  const file = process.env.LIVESTATUS_E2E_PIDS;
  if (file !== undefined) appendFileSync(file, `${pid}\n`);
}

/** A TCP port that was free a moment ago, for programs that cannot be told to take port 0. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
