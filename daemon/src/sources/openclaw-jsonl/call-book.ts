import type { ToolInput } from '../../turns/events.ts';

/** Calls remembered of one run. Older ones are forgotten first; a late result of such a call is told under its own name. */
const KEPT_CALLS = 4_096;

interface Call {
  readonly callId: string;
  readonly name: string | undefined;
  /** What was called: tells a repeated call from a new one under the same id. */
  readonly input: ToolInput | undefined;
  readonly ended: boolean;
}

export interface BegunCall {
  readonly id: string;
  readonly name: string;
  readonly input: ToolInput | undefined;
}

/**
 * The tool calls of one run by the model's own call ids. Each is told once: a repaired file repeats calls and results under
 * new line ids. Some providers count their calls from 0 in every answer: an id that comes back with something else to do
 * after its call has ended names a new call.
 */
export class CallBook {
  readonly #calls = new Map<string, Call>();
  #reused = 0;

  /** Whether this very call was told already. */
  has(call: BegunCall): boolean {
    const known = this.#calls.get(call.id);
    return known !== undefined && (!known.ended || isSame(known, call));
  }

  /** The id to tell it under; undefined if it was told already. */
  begin(call: BegunCall): string | undefined {
    if (this.has(call)) return undefined;
    const isReused = this.#calls.has(call.id);
    if (isReused) this.#reused += 1;
    const callId = isReused ? `${call.id}~${this.#reused}` : call.id;
    this.#keep(call.id, { callId, name: call.name, input: call.input, ended: false });
    return callId;
  }

  /** undefined if its end was told already. A call that was never seen to begin has no name here. */
  finish(id: string): { readonly callId: string; readonly name: string | undefined } | undefined {
    const known = this.#calls.get(id) ?? { callId: id, name: undefined, input: undefined, ended: false };
    if (known.ended) return undefined;
    this.#keep(id, { ...known, ended: true });
    return { callId: known.callId, name: known.name };
  }

  #keep(id: string, call: Call): void {
    this.#calls.delete(id);
    this.#calls.set(id, call);
    if (this.#calls.size <= KEPT_CALLS) return;
    for (const oldest of this.#calls.keys()) {
      this.#calls.delete(oldest);
      return;
    }
  }
}

function isSame(known: Call, call: BegunCall): boolean {
  return known.name === call.name && JSON.stringify(known.input) === JSON.stringify(call.input);
}
