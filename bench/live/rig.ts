import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@livestatus/contract';
import { systemClock } from '../../daemon/src/clock.ts';
import { type FakeGateway, startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { DaemonProcess } from './daemon-process.ts';
import { EventStream } from './event-stream.ts';
import type { EmitTimes } from './load.ts';
import { type RecordedRun, recordedRun } from './recorded-run.ts';
import { type RunPlace, runOfCall, SimulatedRun } from './simulated-run.ts';
import { until } from './until.ts';

const SETTLE_TIMEOUT_MS = 60_000;
/** For 10 s after it came the daemon reads the history of every run that starts: it may have missed the beginning. */
const NEWCOMER_MS = 10_500;

export interface RigOptions {
  /** For the daemon's Node, `--cpu-prof` say. */
  readonly nodeOptions?: string;
  /** More settings of the daemon, by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A pretend gateway, the real daemon watching it in a process of its own, and one reader of its event stream. */
export class Rig {
  readonly gateway: FakeGateway;
  readonly daemon: DaemonProcess;
  readonly stream: EventStream;
  readonly emitted: EmitTimes = new Map();
  readonly #recorded: RecordedRun = recordedRun();
  #runs = 0;

  private constructor(gateway: FakeGateway, daemon: DaemonProcess, stream: EventStream) {
    this.gateway = gateway;
    this.daemon = daemon;
    this.stream = stream;
  }

  static async start(options: RigOptions = {}): Promise<Rig> {
    const gateway = await startFakeGateway({ clock: systemClock });
    const daemon = await DaemonProcess.start({
      gatewayUrl: gateway.url,
      gatewayToken: gateway.token,
      ...options,
    });
    const stream = await EventStream.open(daemon.url);
    await sleep(NEWCOMER_MS);
    return new Rig(gateway, daemon, stream);
  }

  async stop(): Promise<void> {
    this.stream.close();
    await this.daemon.stop();
    await this.gateway.stop();
  }

  /** New sessions with one run each, all of them active and shown; in the recording's own channel, or in these places. */
  async begin(where: number | readonly RunPlace[]): Promise<readonly SimulatedRun[]> {
    const places = typeof where === 'number' ? Array.from({ length: where }, () => undefined) : where;
    const runs = places.map((place) => {
      this.#runs += 1;
      return new SimulatedRun(this.#recorded, this.#runs, (event, payload) => this.gateway.emit(event, payload), place);
    });
    for (const run of runs) run.announce();
    // A channel's run events are only told to who has subscribed to its key.
    await until('all keys are subscribed', SETTLE_TIMEOUT_MS, () => {
      const keys = this.gateway.clients[0]?.keys;
      return runs.every((run) => keys?.has(run.key) === true);
    });
    for (const run of runs) run.begin();
    await until('all turns are shown', SETTLE_TIMEOUT_MS, () => runs.every((run) => this.session(run) !== undefined));
    return runs;
  }

  /** The turn of a run as the stream tells it. */
  session(run: SimulatedRun): Session | undefined {
    return this.stream.sessions.get(this.stream.idOfKey.get(run.key) ?? '');
  }

  /** Resolves when the last call of each of these runs has appeared in the stream. */
  async caughtUp(runs: readonly SimulatedRun[]): Promise<void> {
    const ids = runs.flatMap((run) => run.calls.at(-1) ?? []);
    await until('the last calls have appeared', SETTLE_TIMEOUT_MS, () => ids.every((id) => this.stream.heard.has(id)));
  }

  /** Resolves when somebody, the reader of the stream if nobody else, knows of every call that was told. */
  async heardAll(heardAt: ReadonlyMap<string, number> = this.stream.heard): Promise<void> {
    await until('every call has appeared', SETTLE_TIMEOUT_MS, () =>
      this.delaysMs(heardAt).every((ms) => !Number.isNaN(ms)),
    );
  }

  /**
   * From the telling of each call to the message after which the reader's state contains it; NaN = not yet. A session shows its
   * latest 50 steps: a call that fell out of them between two messages is told by the next one of its run (`steps_dropped`).
   */
  delaysMs(heardAt: ReadonlyMap<string, number> = this.stream.heard): readonly number[] {
    const heardOfRun = new Map<string, number>();
    const latestFirst = [...this.emitted].toReversed().map(([callId, at]) => {
      const run = runOfCall(callId);
      const heard = heardAt.get(callId) ?? heardOfRun.get(run) ?? Number.NaN;
      heardOfRun.set(run, heard);
      return heard - at;
    });
    return latestFirst.reverse();
  }
}
