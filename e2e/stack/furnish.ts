import type { Bot, Channel, Person, Workspace } from '../mattermost/index.ts';

/** What a demo or a picture needs in an empty Mattermost. */
export interface Demo {
  readonly people: readonly Person[];
  readonly bot: Bot;
  /** Where the agent works: public, private, direct. */
  readonly channels: readonly Channel[];
}

/** A team with three people and an agent: the first is everywhere, the second in the public channel, the third in none. */
export async function furnish(workspace: Workspace, names: readonly string[]): Promise<Demo> {
  const team = await workspace.team('demo');
  const people: Person[] = [];
  for (const name of names) people.push(await workspace.user([team], name));
  const [first, second] = people;
  if (first === undefined || second === undefined) throw new Error('a demo needs two people');
  const bot = await workspace.bot([team], 'sol');
  const agents = await workspace.channel(team, 'O', [first.id, second.id, bot.id], 'agents');
  const release = await workspace.channel(team, 'P', [first.id, bot.id], 'release');
  const direct = await workspace.directChannel(first.id, bot.id);
  await workspace.post(first, agents.id, '@sol please write the two files and run the tests');
  await workspace.post(second, agents.id, 'Same here, once it is done with that.');
  await workspace.post(first, release.id, '@sol how far is the release?');
  return { people, bot, channels: [agents, release, direct] };
}
