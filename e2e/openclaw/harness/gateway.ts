import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConfigObject, gatewayConfig } from './gateway-config.ts';
import { Person } from './person.ts';
import { findFreePort, RunningProcess } from './process.ts';
import { type FrameTap, GatewayRpc } from './rpc.ts';
import { GiveUpError, waitFor } from './wait.ts';

/** Where `scripts/ensure-openclaw.sh` put the real OpenClaw. */
export interface OpenClawInstall {
  readonly dir: string;
  readonly node: string;
}

/** Reads what `eval "$(scripts/ensure-openclaw.sh)"` exported. */
export function openClawInstall(env: Readonly<Record<string, string | undefined>>): OpenClawInstall {
  const dir = env.LIVESTATUS_OPENCLAW_DIR;
  const node = env.LIVESTATUS_OPENCLAW_NODE;
  if (dir === undefined || node === undefined) {
    throw new Error(
      'No OpenClaw to test against. Run through e2e/openclaw/run.sh, or eval "$(scripts/ensure-openclaw.sh)" first.',
    );
  }
  return { dir, node };
}

export interface GatewayOptions {
  readonly install: OpenClawInstall;
  readonly providerUrl: string;
  readonly overrides?: ConfigObject;
  /** Nobody is there who could approve a command: OpenClaw then refuses it at once. */
  readonly nobodyApproves?: boolean;
  /** Plugins to install, as npm names them: before the configuration is there, which OpenClaw would try to repair without them. */
  readonly plugins?: readonly string[];
  /** Environment beside what it always has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts more into the state directory before the first boot. */
  readonly furnish?: (stateDir: string) => Promise<void>;
}

/** A cold boot takes 5 to 15 s on two cores, a boot with recovery up to 35 s. */
const BOOT_DEADLINE_MS = 90_000;
/** `openclaw plugins install` needs 20 s on two busy cores. */
const COMMAND_DEADLINE_MS = 180_000;
/** SIGTERM drains running turns first, up to five minutes; the tests' turns take seconds. */
const DRAIN_MS = 60_000;
/** At the end of a test nothing is worth draining: what has not gone by then is killed. */
const STOP_GRACE_MS = 5_000;
/** Everything a person's client may do. */
const PERSON_SCOPES = ['operator.read', 'operator.write', 'operator.admin', 'operator.approvals', 'operator.questions'];

/** A real OpenClaw gateway in a directory of its own. Start, stop and kill it as often as a test needs. */
export class Gateway {
  readonly port: number;
  readonly token = 'live-status-shared-token-0123456789';
  /** Its OPENCLAW_STATE_DIR. */
  readonly stateDir: string;
  readonly rootDir: string;
  #options: GatewayOptions;
  #process: RunningProcess | undefined;
  #person: Person | undefined;

  private constructor(options: GatewayOptions, port: number, rootDir: string) {
    this.#options = options;
    this.port = port;
    this.rootDir = rootDir;
    this.stateDir = join(rootDir, 'state');
  }

  /** Writes a fresh state directory and boots; resolves when a client can talk to it. */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const rootDir = await mkdtemp(join(tmpdir(), 'livestatus-openclaw-'));
    const gateway = new Gateway(options, await findFreePort(), rootDir);
    try {
      await gateway.#prepare();
      await options.furnish?.(gateway.stateDir);
      await gateway.boot();
      return gateway;
    } catch (error) {
      await gateway.dispose();
      throw error;
    }
  }

  /** What it has printed, over restarts too. */
  get logFile(): string {
    return join(this.rootDir, 'gateway.log');
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Starts the process again on the same state and port. */
  async boot(): Promise<void> {
    const process = this.#spawn('gateway', ['gateway', 'run', '--port', String(this.port)]);
    this.#process = process;
    const rpc = await waitFor('the gateway to accept a client', () => this.#tryConnect(process), {
      deadlineMs: BOOT_DEADLINE_MS,
      everyMs: 250,
      seen: () => process.tail(),
    });
    this.#person = new Person(rpc, () => process.tail());
  }

  /** Of the process that was started last. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Somebody with every right, made anew after a restart. */
  get person(): Person {
    if (this.#person === undefined) throw new Error('gateway: not running');
    return this.#person;
  }

  /** A connection of its own that only observes, every frame of which `tap` sees. */
  observe(tap: FrameTap): Promise<GatewayRpc> {
    return GatewayRpc.connect({ url: this.url, token: this.token, scopes: ['operator.read'], tap });
  }

  tail(lines = 40): string {
    return this.#process?.tail(lines) ?? '(never started)';
  }

  /** SIGTERM, as a service manager stops it: running turns finish first. */
  async terminate(): Promise<void> {
    this.#person?.leave();
    await this.#process?.stop(DRAIN_MS);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#person?.leave();
  }

  /** Stops it and removes its directory. Idempotent. */
  async dispose(): Promise<void> {
    this.#person?.leave();
    await this.#process?.stop(STOP_GRACE_MS);
    await rm(this.rootDir, { recursive: true, force: true, maxRetries: 3 });
  }

  #spawn(name: string, args: readonly string[]): RunningProcess {
    const { install } = this.#options;
    return new RunningProcess({
      name,
      command: install.node,
      args: [join(install.dir, 'node_modules/openclaw/openclaw.mjs'), ...args],
      cwd: this.rootDir,
      env: {
        PATH: `${dirname(install.node)}:/usr/local/bin:/usr/bin:/bin`,
        HOME: this.rootDir,
        TMPDIR: join(this.rootDir, 'tmp'),
        OPENCLAW_STATE_DIR: this.stateDir,
        OPENCLAW_CONFIG_PATH: join(this.stateDir, 'openclaw.json'),
        LANG: 'C.UTF-8',
        // What OpenClaw fetches from npm (a channel plugin) was fetched when it was installed: no network is needed.
        npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
        npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
        npm_config_prefer_offline: 'true',
        ...this.#options.env,
      },
      logFile: this.logFile,
    });
  }

  async #command(args: readonly string[]): Promise<void> {
    const command = this.#spawn(`openclaw ${args.join(' ')}`, args);
    try {
      await command.waitForExit(COMMAND_DEADLINE_MS);
      if (!command.hasSucceeded()) throw new Error(`${command.name} ${command.describeExit()}\n${command.tail()}`);
    } finally {
      await command.kill();
    }
  }

  async #prepare(): Promise<void> {
    const { providerUrl, overrides } = this.#options;
    const workDir = join(this.rootDir, 'ws');
    await mkdir(this.stateDir, { recursive: true, mode: 0o700 });
    await mkdir(join(this.rootDir, 'tmp'));
    for (const agent of ['main', 'guard', 'flaky']) {
      await mkdir(join(workDir, agent), { recursive: true });
      await writeFile(join(workDir, agent, 'AGENTS.md'), '# Sample workspace\n');
    }
    for (const plugin of this.#options.plugins ?? []) await this.#command(['plugins', 'install', plugin]);
    const config = gatewayConfig({
      port: this.port,
      token: this.token,
      providerUrl,
      workDir,
      ...(overrides === undefined ? {} : { overrides }),
    });
    await writeFile(join(this.stateDir, 'openclaw.json'), JSON.stringify(config, undefined, 2), { mode: 0o600 });
  }

  async #tryConnect(process: RunningProcess): Promise<GatewayRpc> {
    if (process.hasExited()) throw new GiveUpError(`gateway ${process.describeExit()}\n${process.tail()}`);
    const caps = this.#options.nobodyApproves === true ? [] : ['approvals'];
    const person = await GatewayRpc.connect({ url: this.url, token: this.token, scopes: PERSON_SCOPES, caps });
    // Refused with UNAVAILABLE while sidecars still start: then this look has failed and the next one tries again.
    await person.call('sessions.list', { limit: 1 }).catch((error: unknown) => {
      person.close();
      throw error;
    });
    return person;
  }
}
