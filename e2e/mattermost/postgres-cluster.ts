import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, RunningProcess } from '../openclaw/harness/process.ts';
import { GiveUpError, waitFor } from '../openclaw/harness/wait.ts';
import { withClient } from './postgres-client.ts';

const run = promisify(execFile);
/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED = 65534;
const STOP_GRACE_MS = 5_000;

/**
 * A PostgreSQL of our own in a temporary directory, without the guarantees that cost time (fsync). `stop` and `start` keep
 * files and port; `dispose` removes all.
 */
export class PostgresCluster {
  /** Of its superuser, who needs no password. */
  readonly url: string;
  readonly #home: string;
  readonly #programs: string;
  readonly #port: number;
  #process: RunningProcess | undefined;

  private constructor(home: string, programs: string, port: number) {
    this.#home = home;
    this.#programs = programs;
    this.#port = port;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  /** `bin`: where its programs lie (LIVESTATUS_POSTGRES_BIN). */
  static async start(bin: string): Promise<PostgresCluster> {
    const home = await mkdtemp(join(tmpdir(), 'livestatus-postgres-'));
    try {
      const programs = await prepare(home, bin);
      const cluster = new PostgresCluster(home, programs, await findFreePort());
      await cluster.#initialise();
      await cluster.start();
      return cluster;
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Of the postmaster; its backends are its children. Undefined before `start`. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it (again) on the same files and port; resolves when it answers. */
  async start(): Promise<void> {
    const server = new RunningProcess({
      name: 'postgres',
      command: join(this.#programs, 'postgres'),
      args: [
        ...['-D', this.#files, '-p', String(this.#port), '-k', this.#home],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
      ],
      ...this.#place(),
    });
    this.#process = server;
    try {
      await waitFor('PostgreSQL to answer', () => answers(server, this.url), {
        deadlineMs: 30_000,
        seen: () => server.tail(),
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends every connection and stops, without waiting for clients. Idempotent. */
  async stop(): Promise<void> {
    this.#process?.signal('SIGINT');
    await this.#process?.stop(STOP_GRACE_MS);
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.#home, { recursive: true, force: true });
  }

  get #files(): string {
    return join(this.#home, 'data');
  }

  async #initialise(): Promise<void> {
    const how = ['-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
    await run(join(this.#programs, 'initdb'), ['-D', this.#files, ...how], this.#place());
  }

  #place() {
    const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', HOME: this.#home };
    return { ...(isRoot() && { uid: UNPRIVILEGED, gid: UNPRIVILEGED }), env, cwd: this.#home };
  }
}

/** The cache of root is closed to others, so its unprivileged user gets a copy of the programs. */
async function prepare(home: string, bin: string): Promise<string> {
  if (!isRoot()) return bin;
  const programs = join(home, 'programs/bin');
  await cp(dirname(bin), dirname(programs), { recursive: true, verbatimSymlinks: true });
  await chmod(home, 0o755);
  await chown(home, UNPRIVILEGED, UNPRIVILEGED);
  return programs;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function answers(server: RunningProcess, url: string): Promise<true> {
  if (server.hasExited()) throw new GiveUpError(`postgres ${server.describeExit()}\n${server.tail()}`);
  await withClient(url, (client) => client.query('SELECT 1'));
  return true;
}
