import type { Channel, Person, Post, Workspace } from '../../mattermost/index.ts';
import { asks } from '../../openclaw/harness/script.ts';
import type { Agent, SharedBot } from './agents.ts';

export interface RoomParts {
  readonly workspace: Workspace;
  readonly channel: Channel;
  readonly asker: Person;
  readonly other: Person;
  readonly agent: Agent;
  readonly bot: SharedBot;
}

/** A channel with an agent in it and two people, of whom one asks. (In a direct message there is only that one.) */
export class Room implements RoomParts {
  readonly workspace: Workspace;
  readonly channel: Channel;
  readonly asker: Person;
  readonly other: Person;
  readonly agent: Agent;
  readonly bot: SharedBot;

  constructor(parts: RoomParts) {
    this.workspace = parts.workspace;
    this.channel = parts.channel;
    this.asker = parts.asker;
    this.other = parts.other;
    this.agent = parts.agent;
    this.bot = parts.bot;
  }

  /** The asker posts a message that names a scenario, at top level or as a reply to `rootId`. */
  ask(scenario: string, rootId = ''): Promise<Post> {
    return this.say(asks(scenario), { rootId });
  }

  /** Somebody (the asker) posts something. */
  say(message: string, options: { readonly by?: Person; readonly rootId?: string } = {}): Promise<Post> {
    return this.workspace.post(options.by ?? this.asker, this.channel.id, message, options.rootId ?? '');
  }

  /** A post that no agent answers, because its bot is out of the channel meanwhile. */
  async sayUnheard(message: string): Promise<Post> {
    await this.workspace.leave(this.channel.id, this.bot.id);
    const post = await this.say(message, { by: this.other });
    await this.workspace.join(this.channel.id, this.bot.id);
    return post;
  }

  /** Everything that stands in it, oldest first, as the asker reads it. */
  async posts(): Promise<Post[]> {
    const path = `/api/v4/channels/${this.channel.id}/posts?per_page=200`;
    const list = await this.asker.rest.ok<{ posts: Record<string, Post> }>('GET', path);
    return Object.values(list.posts).sort((a, b) => a.create_at - b.create_at);
  }
}
