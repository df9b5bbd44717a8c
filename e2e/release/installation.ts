import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dashboard } from '../openclaw/harness/dashboard.ts';
import { findFreePort } from '../openclaw/harness/process.ts';
import { baseEnvironment, command, type Finished, succeed } from './command.ts';

/** A release unpacked where a person might put it, in a path with spaces, and the person who calls `start-daemon.sh`. */
export class Installation {
  /** Everything of this test lies in here. */
  readonly place: string;
  readonly release: string;
  readonly port: number;
  readonly dashboard: Dashboard;

  private constructor(place: string, port: number) {
    this.place = place;
    this.release = join(place, 'Live Status (1)', 'package');
    this.port = port;
    this.dashboard = new Dashboard(`http://127.0.0.1:${port}`);
  }

  static async unpack(tarball: string): Promise<Installation> {
    const installation = new Installation(mkdtempSync(join(tmpdir(), 'livestatus start-')), await findFreePort());
    await unpackInto(tarball, join(installation.release, '..'));
    return installation;
  }

  get stateDir(): string {
    return join(this.place, 'the state');
  }

  get pidFile(): string {
    return join(this.stateDir, 'daemon.pid');
  }

  /** `.env.daemon` beside the script: where state and page are, and `settings`. */
  configure(settings: Readonly<Record<string, string>> = {}): void {
    writeFileSync(join(this.release, '.env.daemon'), envFile({ ...this.#own(), ...settings }));
  }

  #own(): Record<string, string> {
    const openclaw = join(this.place, 'no openclaw');
    return { STATE_DIR: this.stateDir, HEALTH_PORT: String(this.port), OPENCLAW_STATE_DIR: openclaw };
  }

  /** `bash .../start-daemon.sh ARGS` from a directory that has nothing to do with it. */
  run(
    args: readonly string[],
    at: { release?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Finished> {
    const elsewhere = join(this.place, 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });
    const script = join(at.release ?? this.release, 'start-daemon.sh');
    return command('bash', [script, ...args], { cwd: elsewhere, ...(at.env !== undefined && { env: at.env }) });
  }

  /** The number in the PID file, undefined without one. */
  pid(): number | undefined {
    return existsSync(this.pidFile) ? Number(readFileSync(this.pidFile, 'utf8')) : undefined;
  }

  /** Ends whatever runs, and removes everything. */
  async dispose(): Promise<void> {
    const pid = this.pid();
    if (pid !== undefined && isDaemon(pid, this.place)) process.kill(pid, 'SIGKILL');
    rmSync(this.place, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function unpackInto(tarball: string, directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  await succeed('tar', ['-xzf', tarball, '-C', directory]);
  return join(directory, 'package');
}

export function envFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether the process is a daemon that runs from `place`: only those are this test's to end. */
export function isDaemon(pid: number, place: string): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8').includes(place);
}

/** A process that has nothing to do with us and lives until it is ended. */
export function stranger(): { readonly pid: number; end(): void } {
  const child = spawn('sleep', ['600'], { env: baseEnvironment(), stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('could not start sleep');
  return { pid: child.pid, end: () => void child.kill('SIGKILL') };
}
