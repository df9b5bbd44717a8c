import { GatewayRpc } from '../../openclaw/harness/rpc.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';
import type { SharedChain } from './own-chain.ts';

/** An event of a run, as the gateway tells it. */
export interface RunEvent {
  readonly stream: string;
  readonly phase: string;
  /** When it happened, on the gateway's clock, which is this machine's. */
  readonly tsMs: number;
}

interface AgentPayload {
  readonly sessionKey?: string;
  readonly stream?: string;
  readonly ts?: number;
  readonly data?: { readonly phase?: string };
}

/** Hears what the runtime says of one session key: a second witness beside the daemon. */
export class RuntimeTap {
  readonly events: RunEvent[] = [];
  readonly #rpc: GatewayRpc;
  readonly #key: string;

  private constructor(rpc: GatewayRpc, key: string) {
    this.#rpc = rpc;
    this.#key = key;
    rpc.onEvent((event, payload) => this.#take(event, payload as AgentPayload));
  }

  static async listen({ url, token }: SharedChain['gateway'], key: string): Promise<RuntimeTap> {
    const rpc = await GatewayRpc.connect({ url, token, scopes: ['operator.read'] });
    const tap = new RuntimeTap(rpc, key);
    await rpc.call('sessions.subscribe', { limit: 1 });
    await rpc.call('sessions.messages.subscribe', { key });
    return tap;
  }

  /** The first life-cycle event of this phase, past or future. */
  lifecycle(phase: string): Promise<RunEvent> {
    return waitFor(
      `the runtime to say "${phase}"`,
      () => this.events.find((event) => event.stream === 'lifecycle' && event.phase === phase),
      { deadlineMs: 60_000, everyMs: 20, seen: () => JSON.stringify(this.events.slice(-20)) },
    );
  }

  /** The conversation as the runtime keeps it, with the results of its tools, as JSON. */
  async history(): Promise<string> {
    return JSON.stringify(await this.#rpc.call('chat.history', { sessionKey: this.#key, limit: 50 }));
  }

  close(): void {
    this.#rpc.close();
  }

  #take(event: string, { sessionKey, stream, ts, data }: AgentPayload): void {
    if ((event !== 'agent' && event !== 'session.tool') || sessionKey !== this.#key) return;
    if (stream === undefined || ts === undefined) return;
    this.events.push({ stream, phase: data?.phase ?? '', tsMs: ts });
  }
}
