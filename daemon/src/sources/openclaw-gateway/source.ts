import * as nodeFs from 'node:fs';
import type { Logger } from 'pino';
import type { AgentEvent } from '../../turns/events.ts';
import type { Clock, Source, SourceHealth, SourceSink } from '../source.ts';
import { GatewayConnection } from './connection.ts';
import type { DecoderFactory, FrameDecoder } from './decoder-port.ts';
import { type DeviceStore, openDeviceStore } from './device-store.ts';
import { type GatewayEndpoint, parseGatewayUrl } from './endpoint.ts';
import { createHealthReporter, type HealthReporter } from './health.ts';
import { type Hello, record, text } from './hello.ts';
import { DeviceStoreError, type PrivateFs } from './private-file.ts';
import { describeProblem, GATEWAY_PROBLEMS, type GatewayProblem } from './problems.ts';
import type { FrameTap } from './record.ts';
import { shortReason } from './request-error.ts';
import { APPROVALS_SCOPE, SUBSCRIBE_METHOD, Subscriptions } from './subscriptions.ts';

const GATEWAY_SOURCE = 'openclaw-gateway';

/** Without it a connection sees nothing. */
const READ_SCOPE = 'operator.read';

/** A loss is worth a warning only after this long: most are over in a second. */
const LOSS_GRACE_MS = 30_000;
/** A restarting gateway took 15 to 35 s to come back (seen on 2026.9.6). */
const RESTART_GRACE_MS = 90_000;

/** A credential: printed masked, revealed only where it is sent. */
export interface SecretText {
  reveal(): string;
}

export interface GatewaySourceOptions {
  readonly url: string;
  /** The shared token; sent only to pair. Not needed once this device has its own. */
  readonly token?: SecretText | undefined;
  /** `operator.read`, and `operator.approvals` if wanted. */
  readonly scopes: readonly string[];
  /** `device.json` is kept there. */
  readonly stateDir: string;
  /** Version of this program. */
  readonly version: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly decoderFactory: DecoderFactory;
  /** Keys of turns that are not ended. */
  openKeys(): readonly string[];
  /**
   * Tells when the state directory was made again after somebody had removed it; returns the end of telling. A `device.json` that
   * alone is deleted is not put back: that is how a person has this device pair anew.
   */
  readonly onStateMadeAgain?: (listener: () => void) => () => void;
  /** Sees every frame, for `livestatus record`. */
  readonly tap?: FrameTap;
  readonly fs?: PrivateFs;
  readonly platform?: string;
  readonly maxKeys?: number;
}

/** Watches one OpenClaw through its Gateway WebSocket (protocol 4). */
export function createGatewaySource(options: GatewaySourceOptions): Source {
  return new GatewaySource(options);
}

class GatewaySource implements Source {
  readonly name = GATEWAY_SOURCE;
  readonly #options: GatewaySourceOptions;
  readonly #log: Logger;
  readonly #health: HealthReporter;
  readonly #decoder: FrameDecoder;
  readonly #subscriptions: Subscriptions;
  #connection: GatewayConnection | undefined;
  #sink: SourceSink | undefined;
  #endpoint: GatewayEndpoint | undefined;
  #hello: Hello | undefined;
  #bootId: string | undefined;
  #lastProblem: GatewayProblem = { code: 'connecting' };
  /** A connection was lost and the first failed try to get it back has not come yet. */
  #justLost = false;
  #inGrace = false;
  #decoderErrors = 0;
  #cancelGrace = (): void => {};
  #endKeeping = (): void => {};

  constructor(options: GatewaySourceOptions) {
    this.#options = options;
    this.#log = options.log.child({ source: GATEWAY_SOURCE });
    this.#health = createHealthReporter(
      {
        name: GATEWAY_SOURCE,
        clock: options.clock,
        detail: () => this.#detail(),
        onChange: (health) => this.#healthChanged(health),
      },
      { state: 'connecting', code: 'connecting', reason: describeProblem({ code: 'connecting' }) },
    );
    this.#decoder = options.decoderFactory({
      event: (event) => this.#emit(event),
      onUnknownKey: (key) => this.#subscriptions.unknownKey(key),
      onSyncNeeded: (key) => this.#subscriptions.needHistory(key),
    });
    this.#subscriptions = new Subscriptions({
      request: (method, params) => this.#request(method, params),
      openKeys: () => options.openKeys(),
      clock: options.clock,
      log: this.#log,
      onSynced: () => this.#synced(),
      onSyncFailed: (error) => this.#syncFailed(error),
      ...(options.maxKeys === undefined ? {} : { maxKeys: options.maxKeys }),
    });
  }

  /** Resolves at once; what becomes of the connection is told by health. */
  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    sink.health(this.health());
    const endpoint = parseGatewayUrl(this.#options.url);
    if (endpoint === undefined) return this.#report({ code: 'invalid_url' });
    this.#endpoint = endpoint;
    if (!endpoint.safe) return this.#report({ code: 'insecure_url' });
    const device = this.#openDevice();
    if (device === undefined) return;
    this.#endKeeping = this.#options.onStateMadeAgain?.(() => this.#keepDevice(device)) ?? this.#endKeeping;
    this.#connection = this.#connect(endpoint, device);
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#endGrace();
    this.#endKeeping();
    this.#subscriptions.offline();
    await this.#connection?.stop();
    this.#connection = undefined;
    this.#sink = undefined;
  }

  health(): SourceHealth {
    return this.#health.current();
  }

  /** By the right that the gateway granted to this device; OpenClaw itself checks it again. */
  async decide(approvalId: string, decision: 'allow_once' | 'deny'): Promise<void> {
    if (this.#hello?.scopes.includes(APPROVALS_SCOPE) !== true)
      throw new Error('The gateway has not granted approvals.');
    const ask = (method: string, params: object): Promise<unknown> =>
      this.#request(method, params).catch((error: unknown) => {
        throw new Error(`It said: ${shortReason(error)}.`, { cause: error });
      });
    // A decision under the wrong kind counts as malformed, and that as a denial.
    const asked = record(record(await ask('approval.get', { id: approvalId })).approval);
    const kind = text(record(asked.presentation).kind);
    if (kind === undefined) throw new Error('It does not say what is asked for.');
    const params = { id: approvalId, kind, decision: decision === 'deny' ? 'deny' : 'allow-once' };
    const answer = record(await ask('approval.resolve', params));
    if (answer.applied === false) throw new Error('It had been decided already.');
  }

  #openDevice(): DeviceStore | undefined {
    const { stateDir: dir, fs = nodeFs, clock } = this.#options;
    try {
      return openDeviceStore({ dir, fs, log: this.#log, now: () => clock.now() });
    } catch (error) {
      if (!(error instanceof DeviceStoreError)) throw error;
      this.#report({ code: 'device_store_failed', detail: error.reason });
      return undefined;
    }
  }

  #keepDevice(device: DeviceStore): void {
    try {
      device.keep();
    } catch (err) {
      // Not fatal: this life goes on with the identity that it has; the next one pairs anew.
      this.#log.warn({ err }, 'device identity could not be written again');
    }
  }

  #connect(endpoint: GatewayEndpoint, device: DeviceStore): GatewayConnection {
    const { token, scopes, version, platform = process.platform, clock, random, tap } = this.#options;
    return new GatewayConnection({
      endpoint,
      device,
      sharedToken: token?.reveal(),
      scopes,
      version,
      platform,
      clock,
      random,
      log: this.#log,
      events: {
        sent: (id, method, params, at) => {
          tap?.sent(id, method, params, at);
          this.#guarded(() => this.#decoder.request(id, method, params, at));
        },
        frame: (frame, at, raw) => {
          tap?.frame(raw, at);
          this.#guarded(() => this.#decoder.frame(frame, at));
          this.#subscriptions.frame(frame);
        },
        online: (hello) => this.#online(hello),
        lost: (at) => this.#lost(at),
        problem: (problem) => this.#problemMet(problem),
        socketEnded: (code, reason, errno, at) => tap?.closed(code, reason, errno, at),
      },
    });
  }

  #request(method: string, params: unknown): Promise<unknown> {
    if (this.#connection === undefined) return Promise.reject(new Error('not connected'));
    return this.#connection.request(method, params);
  }

  #online(hello: Hello): void {
    this.#endGrace();
    this.#hello = hello;
    const restarted = this.#bootId !== undefined && hello.bootId !== this.#bootId;
    this.#bootId = hello.bootId;
    this.#log.info({ gateway: this.#endpoint?.shown, version: hello.version, restarted }, 'gateway connected');
    this.#report({ code: 'syncing' });
    this.#subscriptions.online(hello);
  }

  #lost(at: number): void {
    this.#hello = undefined;
    this.#justLost = true;
    this.#subscriptions.offline();
    this.#guarded(() => this.#decoder.closed(at));
  }

  #synced(): void {
    this.#connection?.settled();
    this.#guarded(() => this.#decoder.synced(this.#options.clock.now()));
    if (this.#hello?.methods.has(SUBSCRIBE_METHOD) !== true) {
      this.#report({ code: 'channel_runs_hidden' });
      return;
    }
    const refused = this.#subscriptions.stats().keysRefused;
    if (refused > 0) {
      this.#report({ code: 'keys_refused', detail: `${refused} refused` });
      return;
    }
    this.#health.set({ state: 'ok' });
  }

  #syncFailed(error: unknown): void {
    this.#log.warn({ err: error }, 'sessions could not be read from the gateway; trying again');
    const granted = this.#hello?.scopes ?? [];
    if (granted.includes(READ_SCOPE)) this.#report({ code: 'sync_failed', detail: shortReason(error) });
    else this.#report({ code: 'scope_missing', detail: `granted: ${granted.join(' ') || 'nothing'}` });
  }

  /**
   * A try failed. Right after a loss that is expected: until the grace is over health keeps saying how the connection was
   * lost. A gateway that was never reached is reported at once.
   */
  #problemMet(problem: GatewayProblem): void {
    this.#lastProblem = problem;
    if (this.#inGrace && problem.code === 'gateway_unreachable') return;
    this.#report(problem);
    if (!this.#justLost) return;
    this.#justLost = false;
    this.#inGrace = true;
    const graceMs = problem.code === 'gateway_restarting' ? RESTART_GRACE_MS : LOSS_GRACE_MS;
    this.#cancelGrace = this.#options.clock.after(graceMs, () => {
      this.#inGrace = false;
      this.#report({ code: 'gateway_unreachable', detail: this.#lastProblem.detail ?? this.#lastProblem.code });
    });
  }

  #endGrace(): void {
    this.#cancelGrace();
    this.#inGrace = false;
    this.#justLost = false;
  }

  #report(problem: GatewayProblem): void {
    this.#health.set({
      state: GATEWAY_PROBLEMS[problem.code].state,
      code: problem.code,
      reason: describeProblem(problem),
    });
  }

  #healthChanged(health: SourceHealth): void {
    const { state, code, reason } = health;
    const level = { ok: 'info', connecting: 'info', degraded: 'warn', failed: 'error' } as const;
    this.#log[level[state]]({ state, code, reason, gateway: this.#endpoint?.shown }, 'gateway source health changed');
    this.#sink?.health(health);
  }

  #detail(): NonNullable<SourceHealth['detail']> {
    const { keys, keysRefused, keysEvicted, gaps } = this.#subscriptions.stats();
    const { unknown, malformed } = this.#decoder.stats();
    return {
      url: this.#endpoint?.shown ?? 'invalid',
      ...(this.#hello === undefined ? {} : { version: this.#hello.version, scopes: this.#hello.scopes.join(' ') }),
      channelRunsVisible: this.#hello?.methods.has(SUBSCRIBE_METHOD) === true,
      keys,
      keysRefused,
      keysEvicted,
      gaps,
      unknownFrames: unknown,
      malformedFrames: malformed + this.#decoderErrors,
    };
  }

  #emit(event: AgentEvent): void {
    this.#sink?.event(event);
  }

  /** A frame that the decoder chokes on (nested a million deep, say) must not take the daemon down. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (err) {
      this.#decoderErrors += 1;
      if (this.#decoderErrors === 1) this.#log.error({ err }, 'a frame could not be decoded');
    }
  }
}
