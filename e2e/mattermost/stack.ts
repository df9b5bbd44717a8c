import { randomBytes } from 'node:crypto';
import { createAdmin, type Person, Workspace } from './people.ts';
import { PluginAdmin } from './plugin-admin.ts';
import type { Rest } from './rest.ts';
import { MattermostServer, type ServerOptions } from './server.ts';

/** What another process needs to use a running stack. */
export interface SharedStack {
  readonly url: string;
  readonly secret: string;
  readonly admin: { readonly username: string; readonly password: string };
}

/** A Mattermost server with the plugin, as tests see it. */
export interface Stack {
  /** The SiteURL. */
  readonly url: string;
  readonly secret: string;
  /** Nobody's credentials. */
  readonly rest: Rest;
  readonly workspace: Workspace;
}

/** The plugin's settings in tests; the rest is left to its defaults. */
export function pluginSettings(secret: string): Readonly<Record<string, unknown>> {
  return { SharedSecret: secret };
}

/** A server of the caller's own, to be stopped, killed and configured as he likes. */
export class OwnStack implements Stack {
  readonly server: MattermostServer;
  readonly plugin: PluginAdmin;
  readonly workspace: Workspace;
  readonly secret: string;
  readonly #admin: Person;

  constructor(server: MattermostServer, admin: Person, secret: string) {
    this.server = server;
    this.secret = secret;
    this.#admin = admin;
    this.workspace = new Workspace(admin);
    this.plugin = new PluginAdmin(server, admin.rest);
  }

  get url(): string {
    return this.server.url;
  }

  get rest(): Rest {
    return this.server.rest();
  }

  shared(): SharedStack {
    const { username, password } = this.#admin;
    return { url: this.url, secret: this.secret, admin: { username, password } };
  }

  dispose(): Promise<void> {
    return this.server.dispose();
  }
}

/** Boots a server (about 2 s) and enables the plugin's bundle in it. The caller disposes. */
export async function startStack(options: ServerOptions = {}): Promise<OwnStack> {
  const bundle = process.env.LIVESTATUS_PLUGIN_BUNDLE;
  if (bundle === undefined) throw new Error('no plugin: run this through e2e/with-mattermost.sh');
  const server = await MattermostServer.start(options);
  try {
    const secret = randomBytes(24).toString('base64url');
    const stack = new OwnStack(server, await createAdmin(server.rest()), secret);
    await stack.plugin.install(bundle, pluginSettings(secret));
    return stack;
  } catch (error) {
    await server.dispose();
    throw error;
  }
}
