import type { Families } from './families.ts';
import type { ModelGateway } from './gateway.ts';
import type { Job } from './job.ts';

/** kill -9 of the gateway: only in situations that somebody measured. */
export class Crash {
  readonly #gateway: ModelGateway;
  readonly #families: Families;

  constructor(gateway: ModelGateway, families: Families) {
    this.#gateway = gateway;
    this.#families = families;
  }

  /** A root alone at work (12-kill9-restart), or roots that have yielded (restart-kill9-subagent). */
  isMeasured(jobs: readonly Job[]): boolean {
    if (this.#families.announcing) return false;
    const waiting = [...this.#families.broods].filter((brood) => brood.waits);
    if (waiting.some((brood) => brood.session.isSubagent)) return false;
    return jobs.every(({ session, run, brood, turn, answers }) => {
      if (!run.started || run.finishing || brood.children.length > 0) return false;
      if (!session.isSubagent) return !waiting.some((other) => other.session === session);
      return answers.length === 0 && waiting.some((other) => other.turn === turn);
    });
  }

  cut(): void {
    for (const session of this.#gateway.sessions.values()) {
      if (session.run !== undefined && session.isSubagent) {
        Object.assign(session, { status: undefined, subagentRunState: 'interrupted' });
      }
      session.run = undefined;
    }
    this.#gateway.die();
  }
}
