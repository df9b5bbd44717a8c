import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Memory, memoryOf, rssOf } from './memory.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
/** Ticks of the kernel's CPU clock a second; fixed in Linux's interface to programs. */
const TICKS_PER_S = 100;

export interface DaemonOptions {
  readonly gatewayUrl: string;
  readonly gatewayToken: string;
  /** Extra options for Node, `--cpu-prof` say. */
  readonly nodeOptions?: string;
  /** More settings, by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The real command line in a process of its own, with a state directory of its own. */
export class DaemonProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #stateDir: string;
  #log = '';
  #logged = 0;

  private constructor(child: ChildProcess, url: string, stateDir: string) {
    this.#child = child;
    this.url = url;
    this.#stateDir = stateDir;
    child.stdout?.on('data', (chunk) => this.#keep(chunk));
    child.stderr?.on('data', (chunk) => this.#keep(chunk));
  }

  /** Resolves once the daemon watches the gateway. */
  static async start({ gatewayUrl, gatewayToken, nodeOptions, settings }: DaemonOptions): Promise<DaemonProcess> {
    const port = await freePort();
    const stateDir = mkdtempSync(join(tmpdir(), 'livestatus-bench-'));
    const child = spawn(join(ROOT, 'bin', 'livestatus'), ['run', '--no-env-file'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOME: process.env.HOME ?? stateDir,
        PATH: process.env.PATH ?? '',
        OPENCLAW_GATEWAY_URL: gatewayUrl,
        OPENCLAW_GATEWAY_TOKEN: gatewayToken,
        HEALTH_PORT: String(port),
        STATE_DIR: stateDir,
        LOG_LEVEL: 'warn',
        ...settings,
        ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }),
      },
    });
    const daemon = new DaemonProcess(child, `http://127.0.0.1:${port}`, stateDir);
    try {
      await until('the daemon watches the gateway', START_TIMEOUT_MS, () => daemon.#isHealthy());
    } catch (error) {
      await daemon.stop();
      throw error;
    }
    return daemon;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what it has logged: warnings and errors, unless a setting says more. */
  get log(): string {
    return this.#log;
  }

  /** How much it has logged so far, bytes: `log` keeps the end only. */
  get loggedBytes(): number {
    return this.#logged;
  }

  /** Resident memory, bytes. */
  rssBytes(): number {
    return rssOf(this.pid);
  }

  memory(): Memory {
    return memoryOf(this.pid);
  }

  /** CPU time of all its threads so far, user and system, seconds. */
  cpuS(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    // The command's name stands in brackets and may hold anything; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}${path}`);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(timer);
    }
    rmSync(this.#stateDir, { recursive: true, force: true });
  }

  async #isHealthy(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`the daemon ended: ${this.#log}`);
    try {
      return (await this.get<{ status: string }>('/health')).status === 'healthy';
    } catch {
      // Not listening yet, or not connected yet (503).
      return false;
    }
  }

  #keep(chunk: Buffer): void {
    this.#logged += chunk.length;
    this.#log = (this.#log + chunk.toString()).slice(-20_000);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
