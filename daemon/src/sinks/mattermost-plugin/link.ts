import type { Logger } from 'pino';
import type { LinkHealth } from '../../server/ports.ts';
import type { Clock } from '../../sources/source.ts';
import type { BoxWriter } from '../hand-over.ts';
import { LinkStatus } from '../link-status.ts';
import type { Trouble } from '../mattermost/trouble.ts';
import { pluginTrouble } from '../mattermost/words.ts';
import type { Lane } from '../outbox/lane.ts';
import type { PluginClient } from './client.ts';
import { PluginDetector, type PluginState } from './detector.ts';
import { closesLane } from './receiver.ts';

export interface PluginLinkOptions {
  /** Any bot's: whether the plugin is there is the same for all. */
  readonly client: Pick<PluginClient, 'health'>;
  /** Address without credentials, for people. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly onChange: () => void;
  /** It answers and takes us. Told at every look. */
  readonly onUp: () => void;
  readonly onDown: (isMissing: boolean) => void;
  /** A request went well. */
  readonly onWorks: () => void;
}

/** A lane that was refused stays closed so long, whatever the detector sees: it is not looped. */
const REFUSED_MS = 55_000;

interface LaneEntry {
  readonly lane: Lane;
  closedAtMs: number;
  trouble: Trouble | undefined;
}

/** The plugin as one link: detection, the lanes of all bots, and how to put it to people. Whether the lanes are open others decide. */
export class PluginLink implements BoxWriter {
  readonly #options: PluginLinkOptions;
  readonly #status: LinkStatus;
  readonly #detector: PluginDetector;
  readonly #lanes = new Map<string, LaneEntry>();

  constructor(options: PluginLinkOptions) {
    this.#options = options;
    const { client, clock, log, onChange } = options;
    this.#status = new LinkStatus({ name: 'mattermost-plugin', clock, log, onChange, detail: () => this.#detail() });
    this.#detector = new PluginDetector({ client, clock, onState: (state) => this.#onState(state) });
  }

  add(account: string, lane: Lane): void {
    this.#lanes.set(account, { lane, closedAtMs: Number.NEGATIVE_INFINITY, trouble: undefined });
  }

  start(): void {
    this.#detector.start();
  }

  /** Everything begins with snapshots (P3). What was refused a moment ago stays closed. */
  open(): void {
    for (const entry of this.#lanes.values()) {
      if (!this.#mayOpen(entry)) continue;
      entry.trouble = undefined;
      entry.lane.open();
    }
    this.#tell();
  }

  async close(): Promise<void> {
    const lanes = [...this.#lanes.values()].map(({ lane }) => lane);
    for (const lane of lanes) lane.close();
    this.#detector.doubt();
    await Promise.all(lanes.map((lane) => lane.idle()));
  }

  health(): LinkHealth {
    return this.#status.current();
  }

  /** What a call of one bot's lane said about the link. */
  news(account: string, trouble: Trouble | undefined): void {
    const entry = this.#lanes.get(account);
    if (entry === undefined) return;
    entry.trouble = trouble;
    if (trouble === undefined) this.#options.onWorks();
    else if (closesLane(trouble)) {
      entry.lane.close();
      entry.closedAtMs = this.#options.clock.now();
      this.#detector.doubt();
    } else if (trouble.kind !== 'rate_limited') this.#options.onDown(false);
    this.#tell();
  }

  async stop(): Promise<void> {
    this.#detector.stop();
    await Promise.all([...this.#lanes.values()].map(({ lane }) => lane.stop()));
  }

  #onState(state: PluginState): void {
    if (state.kind === 'present') this.#options.onUp();
    else {
      if (state.kind !== 'unreachable') for (const { lane } of this.#lanes.values()) lane.close();
      this.#options.onDown(state.kind === 'missing');
    }
    this.#tell();
  }

  /** What the plugin refused once it will refuse again soon; that it was missing for a moment is no refusal. */
  #mayOpen({ lane, closedAtMs, trouble }: LaneEntry): boolean {
    if (lane.isOpen) return false;
    return (
      trouble === undefined || trouble.kind === 'not_found' || this.#options.clock.now() - closedAtMs >= REFUSED_MS
    );
  }

  #tell(): void {
    const { state } = this.#detector;
    if (state.kind === 'unknown') return;
    if (state.kind === 'missing') this.#status.set(pluginTrouble({ kind: 'not_found', reason: 'status 404' }));
    else if (state.kind === 'refused') this.#status.set(pluginTrouble(state.trouble));
    else this.#tellLanes(state.kind === 'unreachable' ? state.trouble : undefined);
  }

  #tellLanes(fallback: Trouble | undefined): void {
    const troubles = [...this.#lanes.values()].flatMap(({ trouble }) => trouble ?? []);
    const worst = troubles.find(closesLane) ?? troubles[0] ?? (this.#anyWorks() ? undefined : fallback);
    this.#status.set(worst === undefined ? { state: 'ok' } : pluginTrouble(worst));
  }

  #anyWorks(): boolean {
    return [...this.#lanes.values()].some(({ lane, trouble }) => lane.isOpen && trouble === undefined);
  }

  #detail(): Record<string, string | number | boolean> {
    const { state } = this.#detector;
    const version = state.kind === 'present' ? { version: state.version } : {};
    return { url: this.#options.url, ...version, ...this.#options.counts() };
  }
}
