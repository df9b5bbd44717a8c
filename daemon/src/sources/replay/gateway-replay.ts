import type { AgentEvent } from '../../turns/events.ts';
import { GatewayDecoder } from '../openclaw-gateway/decode.ts';
import { isObject } from '../openclaw-gateway/fields.ts';
import type { RecordedFrame } from './recording.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Plays the frames of one connection (or several, one after the other) through the live source's decoder. */
export class GatewayReplay {
  readonly #decoder: GatewayDecoder;
  readonly #clock: VirtualClock;
  #awaitsSync = false;

  constructor(clock: VirtualClock, event: (event: AgentEvent) => void) {
    this.#clock = clock;
    // Which keys were subscribed and read is part of the recording: nothing can be asked any more.
    this.#decoder = new GatewayDecoder({ event, onUnknownKey: () => {}, onSyncNeeded: () => {} });
  }

  /** The clock follows the recording; only `in` frames are played, `out` lines tell what an answer belongs to. */
  play(frame: RecordedFrame): void {
    this.#clock.advanceTo(frame.t);
    if (frame.dir === 'in') this.#incoming(frame);
    else if (frame.dir === 'out') this.#outgoing(frame);
    else this.#lost(frame.t);
  }

  #incoming({ f, t }: RecordedFrame): void {
    this.#decoder.frame(f, t);
    // What the recording asked after it came back has been answered; what it never asked, no rule waits for.
    if (!this.#awaitsSync || this.#decoder.unanswered > 0) return;
    this.#awaitsSync = false;
    this.#decoder.synced(t);
  }

  #outgoing({ f, t }: RecordedFrame): void {
    if (!isObject(f) || typeof f.id !== 'string' || typeof f.method !== 'string') return;
    this.#decoder.request(f.id, f.method, f.params, t);
    if (f.method === 'sessions.subscribe') this.#awaitsSync = true;
  }

  #lost(t: number): void {
    this.#awaitsSync = false;
    this.#decoder.closed(t);
  }
}
