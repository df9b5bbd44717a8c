import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPosts } from '../../../daemon/src/testing/fake-gateway/retell.ts';
import { RECORDINGS } from '../../daemon/cli.ts';
import type { Bot, Channel, Person, Workspace } from '../../mattermost/index.ts';

/** Where a recorded conversation happens now. */
export interface Place {
  readonly workspace: Workspace;
  readonly person: Person;
  readonly bot: Bot;
  readonly team: string;
  /** Kept over several recordings: the same recorded channel is the same real one. */
  readonly channels: Map<string, Channel>;
}

const ID = '[a-z0-9]{26}';

/**
 * A recording as if it had happened in this Mattermost: its channels, people and posts are replaced by real ones, which are
 * made for it. Everything else is as it was recorded.
 */
export async function toldAgain(name: string, place: Place): Promise<string> {
  const text = await readFile(join(RECORDINGS, `${name}.jsonl`), 'utf8');
  const real = new Map<string, string>();
  const people = found(text, new RegExp(`(?:"senderId":"|direct:|user:)(${ID})\\b`, 'g'));
  for (const id of people) real.set(id, place.person.id);
  const direct = found(text, new RegExp(`"nativeChannelId":"(chandm${'[a-z0-9]{20}'})"`, 'g'));
  for (const id of direct) real.set(id, (await place.workspace.directChannel(place.bot.id, place.person.id)).id);
  const rooms = found(
    text,
    new RegExp(`(?:mattermost:(?:channel|group):|"nativeChannelId":"|channel:)(${ID})\\b`, 'g'),
  );
  for (const id of rooms) if (!real.has(id)) real.set(id, await roomFor(id, text, place));
  const [home] = [...rooms].filter((id) => !direct.has(id)).map((id) => real.get(id));
  for (const id of findPosts(text)) {
    if (id === '' || real.has(id)) continue;
    const where = real.get(roomOf(text, id) ?? '') ?? home ?? '';
    real.set(id, (await place.workspace.post(place.person, where, `request of ${name}`)).id);
  }
  return text.replace(new RegExp(`\\b${ID}\\b`, 'g'), (id) => real.get(id) ?? id);
}

async function roomFor(id: string, text: string, { workspace, team, person, bot, channels }: Place): Promise<string> {
  const known = channels.get(id);
  if (known !== undefined) return known.id;
  const isPrivate = text.includes(`mattermost:group:${id}`);
  const channel = await workspace.channel(team, isPrivate ? 'P' : 'O', [person.id, bot.id]);
  channels.set(id, channel);
  return channel.id;
}

/** The channel in whose session key a thread stands. */
function roomOf(text: string, post: string): string | undefined {
  return new RegExp(`(?:channel|group):(${ID}):thread:${post}`).exec(text)?.[1];
}

function found(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}
