import type { Clock } from '../sources/source.ts';

/** One of the two that write boxes. `close` resolves when nothing of it is under way any more. */
export interface BoxWriter {
  open(): void;
  close(): Promise<void>;
}

export interface HandOverOptions {
  /** Undefined: there is none in the configuration. */
  readonly plugin: BoxWriter | undefined;
  readonly rest: BoxWriter;
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** The plugin must have been away for so long before its posts are edited (P3). */
export const PATIENCE_MS = 10_000;

/**
 * Who writes the boxes: the plugin if it is there, else REST, never both (P3). The other one is quiet before the next one
 * begins: an edit that is still under way must not overwrite a newer one.
 */
export class HandOver {
  readonly #options: HandOverOptions;
  #writer: 'nobody' | 'plugin' | 'rest' = 'nobody';
  #changing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  get writer(): 'nobody' | 'plugin' | 'rest' {
    return this.#writer;
  }

  start(): void {
    if (this.#options.plugin === undefined) this.#become('rest');
  }

  /** The plugin answers and takes us. */
  pluginIsUp(): void {
    this.#cancel();
    if (this.#writer !== 'plugin') this.#become('plugin');
    else this.#after(() => this.#options.plugin?.open());
  }

  /** It does not. `isMissing`: Mattermost itself says that it has none. */
  pluginIsDown(isMissing: boolean): void {
    if (this.#writer === 'rest') return;
    // Nobody has written yet, and there is nobody who could.
    if (this.#writer === 'nobody' && isMissing) this.#become('rest');
    else this.#cancelTimer ??= this.#options.clock.after(PATIENCE_MS, () => this.#become('rest'));
  }

  /** A request to the plugin went well. */
  pluginWorks(): void {
    this.#cancel();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #become(writer: 'plugin' | 'rest'): void {
    this.#cancel();
    this.#writer = writer;
    this.#after(() => this.#change(writer));
  }

  /** One change after the other. */
  #after(change: () => Promise<void> | void): void {
    const { writer } = this;
    this.#changing = this.#changing.then(() => (this.#stopped || this.#writer !== writer ? undefined : change()));
  }

  async #change(writer: 'plugin' | 'rest'): Promise<void> {
    const { plugin, rest, onChange } = this.#options;
    await (writer === 'plugin' ? rest : plugin)?.close();
    if (this.#stopped || this.#writer !== writer) return;
    (writer === 'plugin' ? plugin : rest)?.open();
    onChange();
  }

  #cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
