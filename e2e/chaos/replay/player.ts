import type { FakeGateway } from '../../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import type { RecordedFact } from '../../../daemon/src/testing/fake-gateway/recording.ts';
import { retell } from '../../../daemon/src/testing/fake-gateway/retell.ts';
import { pause } from '../../openclaw/harness/wait.ts';
import type { TrueTurn } from '../harness/verdict.ts';
import type { ToldRun } from './told-run.ts';

/** Plays runs at the gateway, each as it was recorded and at its own time, and knows what is true of their turns. */
export class RunPlayer {
  /** Of every run that has begun. */
  readonly turns: TrueTurn[] = [];
  readonly #gateway: FakeGateway;
  readonly #playing = new Set<Promise<void>>();

  constructor(gateway: FakeGateway) {
    this.#gateway = gateway;
  }

  begin(run: ToldRun): void {
    const { startMs } = run.recording;
    const byMs = Date.now() - startMs;
    for (const { id, status, tool_calls, started_ms, ended_ms = started_ms } of run.turns) {
      const times = { startedAt: started_ms + byMs, endedAt: ended_ms + byMs };
      this.turns.push({ id, status, toolCalls: tool_calls, ...times });
    }
    const playing = this.#play(run.recording.facts, byMs).finally(() => this.#playing.delete(playing));
    this.#playing.add(playing);
  }

  /** Resolves when every run that has begun is over. */
  async finished(): Promise<void> {
    await Promise.all(this.#playing);
  }

  async #play(facts: readonly RecordedFact[], byMs: number): Promise<void> {
    for (const fact of facts) {
      const early = fact.t + byMs - Date.now();
      if (early > 0) await pause(early);
      this.#tell(fact, byMs);
    }
  }

  #tell(fact: RecordedFact, byMs: number): void {
    const { world } = this.#gateway;
    const now = <T>(value: T): T => retell(value, asPlayed(byMs), fact.t);
    switch (fact.kind) {
      case 'event':
        this.#gateway.emit(fact.event, now(fact.payload));
        return;
      case 'rows':
        for (const row of now(fact.rows)) world.setRow(row as Readonly<Record<string, unknown>>);
        return;
      case 'history':
        world.setHistory(fact.key, now(fact.history));
        return;
      case 'outage':
        return;
    }
  }
}

/** Only the times change. */
function asPlayed(byMs: number) {
  return {
    seed: undefined,
    posts: new Set<string>(),
    agents: new Map<string, string>(),
    time: (t: number) => t + byMs,
  };
}
