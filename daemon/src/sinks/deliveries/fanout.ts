import type { RestWriter } from '../mattermost-rest/writer.ts';
import type { Wanted } from '../outbox/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { DeliveryOutbox } from './ports.ts';

export interface FanoutOptions {
  /** Undefined: there is no plugin in the configuration. */
  readonly outbox: Outbox | undefined;
  readonly rest: RestWriter;
}

/** One bot's two ways: both know what is wanted, whoever of them writes at the time. */
export class Fanout implements DeliveryOutbox {
  readonly #options: FanoutOptions;

  constructor(options: FanoutOptions) {
    this.#options = options;
  }

  put(id: string, wanted: Wanted): void {
    this.#options.outbox?.put(id, wanted);
    this.#options.rest.put(id, wanted);
  }

  remove(id: string, { knownToPlugin }: { readonly knownToPlugin: boolean }): boolean {
    const { outbox, rest } = this.#options;
    const tellsPlugin = outbox?.remove(id, { mayBeKnown: knownToPlugin }) ?? false;
    const tellsBox = rest.remove(id);
    // A box that nobody of us is writing is the plugin's.
    return tellsPlugin || (tellsBox && rest.isOpen);
  }

  forget(id: string): void {
    this.#options.outbox?.forget(id);
    this.#options.rest.forget(id);
  }

  mustTellPlugin(id: string, knownToPlugin: boolean): boolean {
    const { outbox } = this.#options;
    return outbox !== undefined && (knownToPlugin || outbox.mayBeKnown(id));
  }
}
