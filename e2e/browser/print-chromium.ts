/** Prints the Chromium that the tests use as `NAME=value` lines, after seeing that it starts. Run by ensure-chromium.sh. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findChromium } from './chromium.ts';

const { executablePath, env } = await findChromium();
const { stdout } = await promisify(execFile)(executablePath, ['--version', '--no-sandbox'], {
  env: { ...process.env, ...env },
});
const lines = [`CHROMIUM_PATH=${executablePath}`, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
process.stdout.write(`${lines.join('\n')}\n`);
process.stderr.write(`ensure-chromium: ${stdout.trim()}\n`);
