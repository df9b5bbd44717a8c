import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');
export type ReactVersion = 17 | 18;

/** The workspaces that declare the libraries of web clients 9.x and 10.x (React 17) and of 11.x (React 18). */
const DECLARED_BY: Readonly<Record<ReactVersion, string>> = { 17: 'e2e', 18: 'plugin/webapp' };
const LIBRARIES = ['react', 'react-dom', 'react-intl', 'react-redux', 'redux'];

/** Builds the page with the libraries of one kind of web client. Resolves with the folder: `page.js`, `page.css`, fonts. */
export async function buildPage(react: ReactVersion): Promise<string> {
  const outDir = join(ROOT, '.build', `host-page-react${react}`);
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    // Vitest sets NODE_ENV to `test`, which would give React's slow development build.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    // Where it lies is decided by the SiteURL.
    base: './',
    resolve: {
      alias: { 'host-render': join(import.meta.dirname, `src/render-${react}.ts`), ...librariesOf(DECLARED_BY[react]) },
    },
    build: {
      outDir,
      emptyOutDir: true,
      cssCodeSplit: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'src/main.tsx'),
        output: { entryFileNames: 'page.js', assetFileNames: 'page-[name][extname]' },
      },
    },
  });
  return outDir;
}

/** Folders of the versions that a workspace has, wherever npm put them. */
function librariesOf(workspace: string): Record<string, string> {
  const require = createRequire(join(ROOT, workspace, 'package.json'));
  return Object.fromEntries(LIBRARIES.map((name) => [name, dirname(require.resolve(`${name}/package.json`))]));
}
