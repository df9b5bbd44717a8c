import { type AddressInfo, createServer, connect as netConnect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { SAMPLE_NOW_MS } from '@livestatus/ui/samples';
import { Secret } from '../../daemon/src/config/secret.ts';
import type { FakeFeed, FakeHealth } from '../../daemon/src/server/testing/fake-feed.ts';
import { RunningServer } from '../../daemon/src/server/testing/running-server.ts';
import type { Clock } from '../../daemon/src/sources/source.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dashboard', 'dist');

/** The samples' clock: it begins at their moment and runs like ours. */
function sampleClock(): Clock {
  const startedAt = performance.now();
  return {
    now: () => SAMPLE_NOW_MS + Math.round(performance.now() - startedAt),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * The daemon's real server with the built dashboard and sessions that the test sets, behind a line that can be cut:
 * what a page sees when its machine sleeps or the daemon restarts.
 */
export class DashboardUnderTest {
  readonly #running: RunningServer;
  readonly #line: Line;

  private constructor(running: RunningServer, line: Line) {
    this.#running = running;
    this.#line = line;
  }

  static async start({ token }: { token?: string } = {}): Promise<DashboardUnderTest> {
    const running = await new RunningServer().start({
      dashboardDir: DIST,
      clock: sampleClock(),
      token: token === undefined ? undefined : new Secret(token),
    });
    return new DashboardUnderTest(running, await Line.open(running.server.port));
  }

  get feed(): FakeFeed {
    return this.#running.feed;
  }

  get health(): FakeHealth {
    return this.#running.health;
  }

  /** Ends with a slash. */
  get url(): string {
    return `http://127.0.0.1:${this.#line.port}/`;
  }

  /** How often the server sent everything anew for that reason. */
  async syncs(reason: 'new' | 'gap' | 'slow'): Promise<number> {
    const metric = await this.#running.metrics.registry.getSingleMetric('livestatus_stream_syncs_total')?.get();
    return metric?.values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  }

  /** Every open connection ends, and new ones are refused, until `mend`. */
  cut(): void {
    this.#line.cut();
  }

  mend(): void {
    this.#line.mend();
  }

  async stop(): Promise<void> {
    await this.#line.close();
    await this.#running.stop();
  }
}

/** A TCP line to a port of this machine. */
class Line {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => {
      if (this.#isCut) {
        near.destroy();
        return;
      }
      const far = netConnect(targetPort, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  static open(targetPort: number): Promise<Line> {
    const line = new Line(targetPort);
    return new Promise((resolve) => line.#server.listen(0, '127.0.0.1', () => resolve(line)));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
