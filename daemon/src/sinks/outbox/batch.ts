import { diff, type HeldEntry, LIMITS, type Session } from '@livestatus/contract';
import type { Entry } from './entry.ts';
import type { Sequence } from './seq.ts';

/** One request of D1, ready to be sent. */
export interface Batch {
  readonly body: string;
  /** What the receiver has after it took all of it. */
  readonly sent: ReadonlyMap<string, Session>;
  readonly isHeartbeat: boolean;
}

export interface BatchOptions {
  readonly daemonId: string;
  readonly sequence: Sequence;
  /** Every source has reported what is in flight (D1). */
  readonly isComplete: () => boolean;
}

/** Room for `held`, the daemon's name and the brackets around the changes. */
const MAX_ENVELOPE_BYTES = 1024 * 1024;

/** Fills one batch up to its limits. */
export class BatchMaker {
  readonly sent = new Map<string, Session>();
  readonly #options: BatchOptions;
  readonly #now: number;
  readonly #maxItems: number;
  readonly #changes: string[] = [];
  #bytes = 0;

  constructor(options: BatchOptions, now: number, maxItems: number) {
    this.#options = options;
    this.#now = now;
    this.#maxItems = maxItems;
  }

  add(entry: Entry): 'added' | 'unchanged' | 'full' {
    if (this.#changes.length >= this.#maxItems) return 'full';
    const seq = this.#options.sequence.next(entry.lastSeq, this.#now);
    const session = entry.wanted.project({ seq, asOfMs: this.#now });
    const change = changeOf(entry, session);
    if (change === null) return 'unchanged';
    const text = JSON.stringify(change);
    const bytes = Buffer.byteLength(text) + 1;
    if (this.#changes.length > 0 && this.#bytes + bytes > LIMITS.batchBodyMaxBytes - MAX_ENVELOPE_BYTES) return 'full';
    this.#bytes += bytes;
    this.#changes.push(text);
    this.sent.set(entry.id, session);
    entry.lastSeq = seq;
    return 'added';
  }

  finish(held: HeldEntry[] | undefined): Batch {
    const { daemonId, isComplete } = this.#options;
    // Half a list of what is held would make the receiver end the other half.
    const isWhole = held === undefined || held.length <= LIMITS.batchMaxItems;
    const head = `{"daemon_id":${JSON.stringify(daemonId)},"as_of_ms":${this.#now},"complete":${isWhole && isComplete()}`;
    const tail = held === undefined ? '' : `,"held":${JSON.stringify(held.slice(0, LIMITS.batchMaxItems))}`;
    const body = `${head}${tail},"changes":[${this.#changes.join(',')}]}`;
    return { body, sent: this.sent, isHeartbeat: held !== undefined };
  }
}

/** The smallest change that leads there from what was acknowledged (D5); null if the receiver has it already. */
function changeOf({ acked }: Entry, session: Session) {
  if (acked === undefined) return session;
  const delta = diff({ ...acked, seq: session.seq }, session);
  return delta === null ? null : { ...delta, base_seq: acked.seq };
}
