import { join } from 'node:path';
import { build, preview } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');
const DASHBOARD = join(ROOT, 'dashboard');

/** Where the two versions of React are that hosts of the plugin have. */
const REACT_FOLDERS = { 17: join(ROOT, 'e2e', 'node_modules'), 18: join(ROOT, 'node_modules') } as const;

export interface DevPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds a page of the dashboard's workspace that does not ship (gallery, bench) and serves it. */
export async function serveDevPage(name: 'gallery' | 'bench', react: 17 | 18 = 18): Promise<DevPage> {
  const outDir = join(ROOT, '.build', `${name}-react${react}`);
  const folder = REACT_FOLDERS[react];
  await build({
    root: DASHBOARD,
    logLevel: 'error',
    // Vitest sets NODE_ENV to `test`, which would give React's slow development build.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    resolve: { alias: { react: join(folder, 'react'), 'react-dom': join(folder, 'react-dom') } },
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: join(DASHBOARD, `${name}.html`) } },
  });
  const server = await preview({
    root: DASHBOARD,
    logLevel: 'error',
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the preview has no port');
  return { url: `http://127.0.0.1:${address.port}/${name}.html`, close: () => server.close() };
}
