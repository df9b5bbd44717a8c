import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConfigObject, gatewayConfig } from './gateway-config.ts';
import { findFreePort, RunningProcess } from './process.ts';
import { type FrameTap, GatewayRpc, idempotencyKey } from './rpc.ts';
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
      'No OpenClaw to test against. Run e2e/openclaw/run.sh, or eval "$(scripts/ensure-openclaw.sh)" first.',
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
}

/** A cold boot takes 5 to 15 s on two cores, a boot with recovery up to 35 s. */
const BOOT_DEADLINE_MS = 90_000;
/** SIGTERM drains running turns first; what has not gone by then is killed. */
const STOP_GRACE_MS = 15_000;
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
  #person: GatewayRpc | undefined;

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
      await gateway.boot();
      return gateway;
    } catch (error) {
      await gateway.dispose();
      throw error;
    }
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Starts the process again on the same state and port. */
  async boot(): Promise<void> {
    const { install } = this.#options;
    const process = new RunningProcess({
      name: 'gateway',
      command: install.node,
      args: [join(install.dir, 'node_modules/openclaw/openclaw.mjs'), 'gateway', 'run', '--port', String(this.port)],
      cwd: this.rootDir,
      env: {
        PATH: `${dirname(install.node)}:/usr/local/bin:/usr/bin:/bin`,
        HOME: this.rootDir,
        TMPDIR: join(this.rootDir, 'tmp'),
        OPENCLAW_STATE_DIR: this.stateDir,
        OPENCLAW_CONFIG_PATH: join(this.stateDir, 'openclaw.json'),
        LANG: 'C.UTF-8',
      },
    });
    this.#process = process;
    this.#person = await waitFor('the gateway to accept a client', () => this.#tryConnect(process), {
      deadlineMs: BOOT_DEADLINE_MS,
      everyMs: 250,
      seen: () => process.tail(),
    });
  }

  /** A connection with every scope, made anew after a restart. */
  get person(): GatewayRpc {
    if (this.#person === undefined) throw new Error('gateway: not running');
    return this.#person;
  }

  /** A connection of its own that only observes, every frame of which `tap` sees. */
  observe(tap: FrameTap): Promise<GatewayRpc> {
    return GatewayRpc.connect({ url: this.url, token: this.token, scopes: ['operator.read'], tap });
  }

  /** Sends a message to an agent's main session (or `sessionKey`) as `openclaw agent` does; resolves with the run id. */
  async send(agentId: string, message: string, sessionKey = `agent:${agentId}:main`): Promise<string> {
    const key = idempotencyKey();
    const params = { agentId, sessionKey, message, deliver: false, idempotencyKey: key };
    const accepted = await this.person.call<{ readonly runId?: string }>('agent', params);
    return accepted.runId ?? key;
  }

  /** Sends a message as the Control UI does; resolves with the run id. */
  async chat(sessionKey: string, message: string): Promise<string> {
    const key = idempotencyKey();
    const params = { sessionKey, message, idempotencyKey: key };
    const accepted = await this.person.call<{ readonly runId?: string }>('chat.send', params);
    return accepted.runId ?? key;
  }

  async decide(approvalId: string, decision: 'allow-once' | 'deny'): Promise<void> {
    await this.person.call('exec.approval.resolve', { id: approvalId, decision });
  }

  /** Answers the oldest question that an agent has asked, once the gateway knows it; `answers` is keyed by question id. */
  async answer(answers: Readonly<Record<string, readonly string[]>>): Promise<void> {
    // The call of `ask_user` is seen a moment before its question can be answered.
    const id = await waitFor('a question', () => this.#oldestQuestion(), {
      deadlineMs: 20_000,
      seen: () => this.tail(),
    });
    await this.person.call('question.resolve', { id, answers: { answers } });
  }

  /** Schedules a job in a session of its own and runs it at once. */
  async runJob(name: string, message: string): Promise<void> {
    const job = await this.person.call<{ readonly id: string }>('cron.add', {
      name,
      schedule: { kind: 'every', everyMs: 3_600_000 },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message },
      delivery: { mode: 'none' },
    });
    await this.person.call('cron.run', { id: job.id, mode: 'force' });
  }

  async abort(sessionKey: string): Promise<void> {
    await this.person.call('chat.abort', { sessionKey });
  }

  /** Resolves when the gateway itself tells that a run of that session has ended. Listen before it can have. */
  async waitForRunEnd(sessionKey: string): Promise<void> {
    let ended = false;
    const stop = this.person.onEvent((event, payload) => {
      const changed = payload as { readonly sessionKey?: string; readonly phase?: string };
      if (event === 'sessions.changed' && changed.sessionKey === sessionKey && changed.phase === 'end') ended = true;
    });
    try {
      await this.person.call('sessions.subscribe', { limit: 200 });
      await waitFor(`the run of ${sessionKey} to end`, () => (ended ? true : undefined), {
        deadlineMs: 60_000,
        seen: () => this.tail(),
      });
    } finally {
      stop();
    }
  }

  tail(lines = 40): string {
    return this.#process?.tail(lines) ?? '(never started)';
  }

  /** SIGTERM and wait for the end. */
  async terminate(): Promise<void> {
    this.#person?.close();
    await this.#process?.stop(STOP_GRACE_MS);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#person?.close();
  }

  /** Stops it and removes its directory. Idempotent. */
  async dispose(): Promise<void> {
    await this.terminate();
    await rm(this.rootDir, { recursive: true, force: true, maxRetries: 3 });
  }

  async #oldestQuestion(): Promise<string | undefined> {
    const list = await this.person.call<{ readonly questions: readonly { readonly id: string }[] }>('question.list');
    return list.questions[0]?.id;
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
