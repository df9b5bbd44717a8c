import { inject } from 'vitest';
import { logIn, Rest, type Stack, Workspace } from '../../mattermost/index.ts';

export { OwnStack, pluginSettings, type SharedStack, type Stack, startStack } from '../../mattermost/index.ts';

/** The suite's server (global-setup.ts). Don't stop it, don't touch its settings. */
export async function sharedStack(): Promise<Stack> {
  const { url, secret, admin } = inject('stack');
  const rest = new Rest(url);
  return { url, secret, rest, workspace: new Workspace(await logIn(rest, admin.username, admin.password)) };
}
