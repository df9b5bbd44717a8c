import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The real program in a process of its own. */
async function livestatus(argv: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

it('prints its version', async () => {
  expect(await livestatus(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

it('ends with 2 and nothing on stdout when the environment is not right', async () => {
  const { code, stdout, stderr } = await livestatus(['run', '--no-env-file'], {
    THROTTLE_MS: 'x',
    HEALTH_HOST: '0.0.0.0',
  });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('THROTTLE_MS: ');
  expect(stderr).toContain('DASHBOARD_TOKEN: required');
});
