import type { Logger } from 'pino';
import type { LinkHealth } from '../../server/ports.ts';
import type { Clock } from '../../sources/source.ts';
import type { BoxWriter } from '../hand-over.ts';
import { type LinkInput, LinkStatus } from '../link-status.ts';
import type { Bot } from '../mattermost/bots.ts';
import type { Trouble } from '../mattermost/trouble.ts';
import { botTrouble } from '../mattermost/words.ts';
import type { RestWriter } from './writer.ts';

export interface RestLinkOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onChange: () => void;
}

interface Entry {
  readonly bot: Bot;
  readonly writer: RestWriter;
  trouble: Trouble | undefined;
}

/** Plain posts as one link: the writers of all bots. */
export class RestLink implements BoxWriter {
  readonly #status: LinkStatus;
  readonly #entries = new Map<string, Entry>();
  #isOpen = false;

  constructor({ clock, log, onChange }: RestLinkOptions) {
    this.#status = new LinkStatus({ name: 'mattermost-rest', clock, log, onChange, detail: () => this.#detail() });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  add(bot: Bot, writer: RestWriter): void {
    this.#entries.set(bot.account, { bot, writer, trouble: undefined });
  }

  open(): void {
    this.#isOpen = true;
    this.botsChanged();
    this.#tell();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all([...this.#entries.values()].map(({ writer }) => writer.close()));
  }

  /** A bot is known now: it can write. */
  botsChanged(): void {
    if (!this.#isOpen) return;
    for (const { bot, writer } of this.#entries.values()) {
      const identity = bot.identity();
      if (identity.kind === 'known') writer.open(identity.user.id);
    }
  }

  news(account: string, trouble: Trouble | undefined): void {
    const entry = this.#entries.get(account);
    if (entry === undefined || entry.trouble?.kind === trouble?.kind) return;
    entry.trouble = trouble;
    this.#tell();
  }

  health(): LinkHealth {
    return this.#status.current();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ writer }) => writer.stop()));
  }

  #tell(): void {
    if (!this.#isOpen) return;
    const troubled = [...this.#entries.values()].find(({ trouble }) => trouble !== undefined);
    this.#status.set(troubled?.trouble === undefined ? WELL : botTrouble(troubled.bot.account, troubled.trouble));
  }

  #detail(): Record<string, number> {
    return { boxes: [...this.#entries.values()].reduce((sum, { writer }) => sum + writer.size, 0) };
  }
}

const WELL: LinkInput = { state: 'ok' };
