import { type Bot, type Channel, type OwnStack, type Person, startStack } from '../../e2e/mattermost/index.ts';
import type { RunPlace } from '../live/simulated-run.ts';
import { inParallel } from './in-parallel.ts';

/** Requests to Mattermost at once while the scenery is built. */
const WIDTH = 8;

export interface StagePlan {
  readonly channels: number;
  readonly threadsPerChannel: number;
  readonly readers: number;
}

interface Scenery {
  readonly team: string;
  readonly bot: Bot;
  readonly readers: readonly Person[];
  readonly channels: readonly Channel[];
  readonly places: readonly RunPlace[];
}

/** A real Mattermost with the plugin, an agent's bot, channels with threads, and people who look on, all members everywhere. */
export class Stage {
  readonly stack: OwnStack;
  readonly bot: Bot;
  readonly readers: readonly Person[];
  /** One a thread. */
  readonly places: readonly RunPlace[];
  readonly #channels: readonly Channel[];
  readonly #team: string;

  private constructor(stack: OwnStack, { team, bot, readers, channels, places }: Scenery) {
    this.stack = stack;
    this.#team = team;
    this.bot = bot;
    this.readers = readers;
    this.#channels = channels;
    this.places = places;
  }

  static async open(plan: StagePlan): Promise<Stage> {
    const stack = await startStack();
    try {
      const { workspace } = stack;
      const team = await workspace.team();
      const bot = await workspace.bot([team]);
      const readers = await inParallel(Array.from({ length: plan.readers }), WIDTH, () => workspace.user([team]));
      const channels = await inParallel(Array.from({ length: plan.channels }), WIDTH, () =>
        workspace.channel(team, 'P', [bot.id, ...readers.map(({ id }) => id)]),
      );
      const threads = channels.flatMap((channel) => Array.from({ length: plan.threadsPerChannel }, () => channel));
      const places = await inParallel(threads, WIDTH, (channel) => newThread(stack, channel, readers[0]));
      return new Stage(stack, { team, bot, readers, channels, places });
    } catch (error) {
      await stack.dispose();
      throw error;
    }
  }

  /** A new thread in one of the channels; each in turn for rising numbers. */
  newPlace(number: number): Promise<RunPlace> {
    const channel = this.#channels[number % this.#channels.length];
    if (channel === undefined) throw new Error('a stage without channels');
    return newThread(this.stack, channel, this.readers[0]);
  }

  /** A thread in a channel of its own, which only the bot and this person are in. */
  async quietPlace(person: Person): Promise<RunPlace> {
    const channel = await this.stack.workspace.channel(this.#team, 'P', [this.bot.id, person.id]);
    return newThread(this.stack, channel, person);
  }

  /** What makes a daemon publish here. */
  get settings(): Readonly<Record<string, string>> {
    return { MM_BASE_URL: this.stack.url, MM_BOT_TOKEN: this.bot.token, PLUGIN_SECRET: this.stack.secret };
  }

  dispose(): Promise<void> {
    return this.stack.dispose();
  }
}

async function newThread({ workspace }: OwnStack, channel: Channel, person: Person | undefined): Promise<RunPlace> {
  if (person === undefined) throw new Error('a stage needs a reader');
  const post = await workspace.post(person, channel.id, 'please read the files and tell what they are about');
  return { channelId: channel.id, rootId: post.id, personId: person.id };
}
