import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, RunningProcess } from '../openclaw/harness/process.ts';
import { GiveUpError, waitFor } from '../openclaw/harness/wait.ts';
import { createDatabase, type TestDatabase } from './postgres.ts';
import type { PostgresCluster } from './postgres-cluster.ts';
import { Rest } from './rest.ts';

const START_DEADLINE_MS = 90_000;
/** A healthy server needs 1.7 s. */
const STOP_GRACE_MS = 15_000;

/** A proxy in front of the server: its address is the SiteURL, and it is told the server's port. e2e/host-page is one. */
export interface Front {
  /** Without a slash at its end. */
  readonly url: string;
  connectTo(port: number): void;
}

export interface ServerOptions {
  /** Where people reach it; absent = at its own address. */
  readonly front?: Front;
  /** For an install under a path without a front: `/chat`. */
  readonly subpath?: string;
  /** More settings, by Mattermost's environment names (`MM_...`). */
  readonly settings?: Readonly<Record<string, string>>;
  /** A PostgreSQL of the caller's, which outlives the server. Absent: what `createDatabase` finds. */
  readonly postgres?: PostgresCluster;
}

/**
 * A real Mattermost server on a free port, with a database and directories of its own. `stop`, `kill` and `start` keep
 * database, files and port; `dispose` removes all. Needs LIVESTATUS_MATTERMOST_DIR (scripts/ensure-mattermost.sh).
 */
export class MattermostServer {
  /** What clients use: the SiteURL. */
  readonly url: string;
  /** Where the process listens, for a proxy. */
  readonly port: number;
  readonly database: TestDatabase;
  #home: string;
  #settings: Readonly<Record<string, string>>;
  #process: RunningProcess | undefined;

  private constructor(
    home: string,
    port: number,
    url: string,
    database: TestDatabase,
    settings: Readonly<Record<string, string>>,
  ) {
    this.#home = home;
    this.port = port;
    this.url = url;
    this.database = database;
    this.#settings = settings;
  }

  static async start(options: ServerOptions = {}): Promise<MattermostServer> {
    const database = await createDatabase(options.postgres);
    const home = await makeHome();
    const port = await findFreePort();
    const url = options.front?.url ?? `http://127.0.0.1:${port}${options.subpath ?? ''}`;
    options.front?.connectTo(port);
    const server = new MattermostServer(home, port, url, database, options.settings ?? {});
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.dispose();
      throw error;
    }
  }

  /** Starts it (again) on the same data and port; resolves when it answers. */
  async start(): Promise<void> {
    const running = new RunningProcess({
      name: 'mattermost',
      command: join(mattermostDir(), 'bin/mattermost'),
      args: ['server'],
      cwd: this.#home,
      env: { PATH: process.env.PATH ?? '', HOME: this.#home, ...this.#environment() },
    });
    this.#process = running;
    await waitFor('the Mattermost server to answer', () => this.#looksAlive(running), {
      deadlineMs: START_DEADLINE_MS,
      everyMs: 50,
      seen: () => running.tail(),
    });
  }

  /** Nobody's credentials: `rest().as({...})`. */
  rest(): Rest {
    return new Rest(this.url);
  }

  /** The process, for finding its children. Undefined before `start`. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Its log since the last start (JSON lines); the last 200,000 characters. */
  log(): string {
    return this.#process?.output() ?? '';
  }

  /** How much it has logged since the last start, in characters: a mark for `logSince`. */
  get logged(): number {
    return this.#process?.written ?? 0;
  }

  /** What was logged after that mark. */
  logSince(mark: number): string {
    const length = this.logged - mark;
    return length <= 0 ? '' : this.log().slice(-length);
  }

  /** SIGTERM, as a service manager stops it. Idempotent. */
  async stop(): Promise<void> {
    await this.#process?.stop(STOP_GRACE_MS);
  }

  /** kill -9 of the server and its plugins. Idempotent. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops it and removes database and files. Idempotent, bounded. */
  async dispose(): Promise<void> {
    try {
      await this.stop();
    } finally {
      await this.database.drop();
      await rm(this.#home, { recursive: true, force: true });
    }
  }

  async #looksAlive(running: RunningProcess): Promise<true | undefined> {
    if (running.hasExited()) throw new GiveUpError(`mattermost ${running.describeExit()}\n${running.tail()}`);
    const path = new URL(this.url).pathname.replace(/\/$/, '');
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}/api/v4/system/ping`);
    return answer.ok ? true : undefined;
  }

  #environment(): Record<string, string> {
    const dir = (name: string): string => join(this.#home, name);
    return {
      MM_CONFIG: dir('config/config.json'),
      MM_SQLSETTINGS_DRIVERNAME: 'postgres',
      MM_SQLSETTINGS_DATASOURCE: this.database.url,
      MM_SERVICESETTINGS_SITEURL: this.url,
      MM_SERVICESETTINGS_LISTENADDRESS: `127.0.0.1:${this.port}`,
      MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS: 'true',
      MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION: 'true',
      MM_SERVICESETTINGS_ENABLESECURITYFIXALERT: 'false',
      MM_SERVICESETTINGS_ENABLELOCALMODE: 'false',
      MM_PLUGINSETTINGS_ENABLE: 'true',
      MM_PLUGINSETTINGS_ENABLEUPLOADS: 'true',
      MM_PLUGINSETTINGS_DIRECTORY: dir('plugins'),
      MM_PLUGINSETTINGS_CLIENTDIRECTORY: dir('client/plugins'),
      MM_PLUGINSETTINGS_ENABLEMARKETPLACE: 'false',
      MM_PLUGINSETTINGS_ENABLEREMOTEMARKETPLACE: 'false',
      MM_PLUGINSETTINGS_AUTOMATICPREPACKAGEDPLUGINS: 'false',
      MM_FILESETTINGS_DIRECTORY: dir('files'),
      MM_LOGSETTINGS_ENABLEFILE: 'false',
      MM_LOGSETTINGS_ENABLEDIAGNOSTICS: 'false',
      MM_LOGSETTINGS_CONSOLEJSON: 'true',
      MM_LOGSETTINGS_CONSOLELEVEL: 'INFO',
      MM_NOTIFICATIONLOGSETTINGS_ENABLECONSOLE: 'false',
      MM_NOTIFICATIONLOGSETTINGS_ENABLEFILE: 'false',
      MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS: 'false',
      MM_EMAILSETTINGS_SENDEMAILNOTIFICATIONS: 'false',
      MM_EMAILSETTINGS_ENABLEEMAILBATCHING: 'false',
      MM_TEAMSETTINGS_ENABLEOPENSERVER: 'true',
      MM_TEAMSETTINGS_MAXUSERSPERTEAM: '1000',
      MM_RATELIMITSETTINGS_ENABLE: 'false',
      // The server's own jobs (not those of plugins): nothing here needs them, and stopping waits up to 15 s for their poll.
      MM_JOBSETTINGS_RUNJOBS: 'false',
      MM_JOBSETTINGS_RUNSCHEDULER: 'false',
      ...this.#settings,
    };
  }
}

function mattermostDir(): string {
  const dir = process.env.LIVESTATUS_MATTERMOST_DIR;
  if (dir === undefined)
    throw new Error('no Mattermost: run this through `make`, or eval scripts/ensure-mattermost.sh');
  return dir;
}

/** The server's working directory: it looks there for what the cache holds. */
async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'livestatus-mattermost-'));
  for (const name of ['config', 'plugins', 'client/plugins', 'files'])
    await mkdir(join(home, name), { recursive: true });
  for (const name of ['i18n', 'templates', 'fonts']) await symlink(join(mattermostDir(), name), join(home, name));
  return home;
}
