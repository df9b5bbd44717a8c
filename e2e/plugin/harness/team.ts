import type { Bot, Person, Workspace } from '../../mattermost/index.ts';
import { type Stack, sharedStack } from './stack.ts';

/** One test file's own corner of the suite's server. */
export interface Team {
  readonly stack: Stack;
  readonly workspace: Workspace;
  /** Its id. */
  readonly team: string;
  readonly bot: Bot;
  readonly member: Person;
}

/** A new team with a bot and a person. */
export async function newTeam(): Promise<Team> {
  const stack = await sharedStack();
  const { workspace } = stack;
  const team = await workspace.team();
  return { stack, workspace, team, bot: await workspace.bot([team]), member: await workspace.user([team]) };
}
