/** How a call of a turn stands, by its call id. `ghost` = died with the gateway. */
export type CallState = 'running' | 'done' | 'error' | 'background' | 'cancelled';

export type TurnStatus = 'active' | 'done' | 'error' | 'interrupted';

type ChildState = 'running' | 'ended' | 'answered';

/** What is true of one turn: the runtime's own account, which no observer sees. */
export class TruthTurn {
  /** T1. */
  readonly name: string;
  readonly key: string;
  readonly startedMs: number;
  readonly calls = new Map<string, CallState>();
  /** By session key, at any depth. */
  readonly children = new Map<string, ChildState>();
  /** What it waits a person for, by the id of the call. */
  readonly asks = new Map<string, 'approval' | 'answer'>();
  /** Ended in NO_REPLY without a tool: it is to be taken back (T7). */
  withdrawn = false;
  endedMs: number | undefined;
  #root: 'running' | 'waiting' | Exclude<TurnStatus, 'active'> = 'running';
  #answered = false;
  #activeMs: [number, number][];

  constructor(name: string, key: string, startedMs: number) {
    this.name = name;
    this.key = key;
    this.startedMs = startedMs;
    this.#activeMs = [[startedMs, Number.POSITIVE_INFINITY]];
  }

  get status(): TurnStatus {
    if (this.#root === 'running' || this.#root === 'waiting') return 'active';
    const waits = [...this.children.values()].some((state) => state !== 'answered');
    return waits ? 'active' : this.#root;
  }

  get waitsForAgents(): boolean {
    return this.status === 'active' && this.#root !== 'running';
  }

  /** Whether it was active at any moment of these. */
  wasActive(fromMs: number, toMs: number): boolean {
    return this.#activeMs.some(([start, end]) => start < toMs && end > fromMs);
  }

  rootRuns(now: number): void {
    this.#change(now, () => {
      this.#root = 'running';
      this.withdrawn = false;
    });
  }

  rootYielded(now: number): void {
    this.#change(now, () => {
      this.#root = 'waiting';
    });
  }

  rootEnded(now: number, status: Exclude<TurnStatus, 'active'>, silent = false): void {
    this.#change(now, () => {
      this.#root = status;
      const worked = this.calls.size > 0 || this.children.size > 0;
      this.withdrawn = silent && !worked && !this.#answered;
      this.#answered ||= status === 'done' && !silent;
    });
  }

  child(now: number, key: string, state: ChildState): void {
    this.#change(now, () => this.children.set(key, state));
  }

  /** What was running died. */
  cancelCalls(): void {
    for (const [id, state] of this.calls) if (state === 'running') this.calls.set(id, 'cancelled');
  }

  #change(now: number, apply: () => void): void {
    const was = this.status;
    apply();
    if (was === this.status) return;
    if (this.status === 'active') this.#activeMs.push([now, Number.POSITIVE_INFINITY]);
    else {
      this.endedMs = now;
      const last = this.#activeMs.at(-1);
      if (last !== undefined) last[1] = now;
    }
  }
}
