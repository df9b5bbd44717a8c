import { HostPage, type HostPageOptions } from '../../host-page/index.ts';
import { type SharedStack, startStack } from '../../mattermost/index.ts';

/** What another process needs to use a running site. */
export interface SharedSite extends SharedStack {
  /** Where the Mattermost server itself listens, for a host page of a test's own in front of it. */
  readonly port: number;
}

/** Mattermost with the plugin, reached through the host page on one origin. */
export interface OwnSite {
  readonly page: HostPage;
  shared(): SharedSite;
  dispose(): Promise<void>;
}

/** Builds the page, boots the server behind it and enables the plugin. The caller disposes. */
export async function startSite(options: HostPageOptions = {}): Promise<OwnSite> {
  const page = await HostPage.start(options);
  try {
    const stack = await startStack({ front: page });
    return {
      page,
      shared: () => ({ ...stack.shared(), port: stack.server.port }),
      dispose: async () => {
        await page.close();
        await stack.dispose();
      },
    };
  } catch (error) {
    await page.close();
    throw error;
  }
}
