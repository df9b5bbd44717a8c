import { type GatewayRpc, idempotencyKey } from './rpc.ts';
import { waitFor } from './wait.ts';

/** What a person does to a gateway: talks to agents, decides, answers, stops. One connection; gone after a restart. */
export class Person {
  #rpc: GatewayRpc;
  /** The gateway's last words, for failure messages. */
  #tail: () => string;

  constructor(rpc: GatewayRpc, tail: () => string) {
    this.#rpc = rpc;
    this.#tail = tail;
  }

  /** Any other request. */
  call<T = unknown>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#rpc.call<T>(method, params);
  }

  leave(): void {
    this.#rpc.close();
  }

  /** Sends a message to an agent's main session (or `sessionKey`) as `openclaw agent` does; resolves with the run id. */
  async send(agentId: string, message: string, sessionKey = `agent:${agentId}:main`): Promise<string> {
    const key = idempotencyKey();
    const params = { agentId, sessionKey, message, deliver: false, idempotencyKey: key };
    const accepted = await this.#rpc.call<{ readonly runId?: string }>('agent', params);
    return accepted.runId ?? key;
  }

  /** Sends a message as the Control UI does; resolves with the run id. */
  async chat(sessionKey: string, message: string): Promise<string> {
    const key = idempotencyKey();
    const params = { sessionKey, message, idempotencyKey: key };
    const accepted = await this.#rpc.call<{ readonly runId?: string }>('chat.send', params);
    return accepted.runId ?? key;
  }

  async decide(approvalId: string, decision: 'allow-once' | 'deny'): Promise<void> {
    await this.#rpc.call('exec.approval.resolve', { id: approvalId, decision });
  }

  /** Answers the oldest question that an agent has asked, once the gateway knows it; `answers` is keyed by question id. */
  async answer(answers: Readonly<Record<string, readonly string[]>>): Promise<void> {
    // The call of `ask_user` is seen a moment before its question can be answered.
    const id = await waitFor('a question', () => this.#oldestQuestion(), {
      deadlineMs: 20_000,
      seen: () => this.#tail(),
    });
    await this.#rpc.call('question.resolve', { id, answers: { answers } });
  }

  /** Schedules a job in a session of its own and runs it at once. */
  async runJob(name: string, message: string): Promise<void> {
    const job = await this.#rpc.call<{ readonly id: string }>('cron.add', {
      name,
      schedule: { kind: 'every', everyMs: 3_600_000 },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message },
      delivery: { mode: 'none' },
    });
    await this.#rpc.call('cron.run', { id: job.id, mode: 'force' });
  }

  async abort(sessionKey: string): Promise<void> {
    await this.#rpc.call('chat.abort', { sessionKey });
  }

  /** Resolves when the gateway itself tells that a run of that session has ended. Listen before it can have. */
  async waitForRunEnd(sessionKey: string): Promise<void> {
    await this.#rpc.call('sessions.subscribe', { limit: 200 });
    await this.#waitForEvent(`the run of ${sessionKey} to end`, (event, payload) => {
      const changed = payload as { readonly sessionKey?: string; readonly phase?: string };
      return event === 'sessions.changed' && changed.sessionKey === sessionKey && changed.phase === 'end';
    });
  }

  /** Resolves when the gateway tells that a scheduled job has finished. Listen before it can have. */
  async waitForJobEnd(): Promise<void> {
    await this.#waitForEvent('a job to finish', (event, payload) => {
      return event === 'cron' && (payload as { readonly action?: string }).action === 'finished';
    });
  }

  async #waitForEvent(what: string, matches: (event: string, payload: unknown) => boolean): Promise<void> {
    let seen = false;
    const stop = this.#rpc.onEvent((event, payload) => {
      seen ||= matches(event, payload);
    });
    try {
      await waitFor(what, () => (seen ? true : undefined), { deadlineMs: 60_000, seen: () => this.#tail() });
    } finally {
      stop();
    }
  }

  async #oldestQuestion(): Promise<string | undefined> {
    const list = await this.#rpc.call<{ readonly questions: readonly { readonly id: string }[] }>('question.list');
    return list.questions[0]?.id;
  }
}
