import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The real program in a process of its own. */
async function livestatus(argv: readonly string[], env: Record<string, string> = {}, out: 'pipe' | number = 'pipe') {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', out, 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
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

it.skipIf(!existsSync('/dev/full'))('says so when its output cannot be written', async () => {
  const { code, stderr } = await livestatus(['--help'], {}, openSync('/dev/full', 'w'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^livestatus: the output cannot be written \(ENOSPC\) \(output_failed\)\n {2}\S.+\n$/);
});
