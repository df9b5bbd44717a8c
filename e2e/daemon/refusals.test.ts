import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { livestatus } from './cli.ts';

describe('livestatus says what is wrong and what to do', () => {
  test('an invalid environment: every problem at once, exit 2', async () => {
    const settings = {
      HEALTH_PORT: 'many',
      PRIVACY: 'everything',
      OPENCLAW_GATEWAY_URL: 'http://127.0.0.1',
      IDLE_TIMEOUT_S: '-1',
    };
    const { code, stderr } = await livestatus(['run'], settings);
    expect(code).toBe(2);
    expect(stderr).toContain('(invalid_config)');
    for (const name of Object.keys(settings)) expect(stderr).toContain(name);
  });

  test('a port that is taken: exit 3, and the port is named', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    try {
      const { code, stderr } = await livestatus(['run'], { HEALTH_PORT: String(port) });
      expect(code).toBe(3);
      expect(stderr).toContain('(port_taken)');
      expect(stderr).toContain(String(port));
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test.each([
    [['replay'], 2, 'needs PATH'],
    [['run', '--env-file', '/nonexistent'], 2, '(env_file_unreadable)'],
    [['fly'], 2, 'there is no command "fly"'],
    [['run', '--sped'], 2, '--sped'],
    [['replay', '--loop', '--json', 'x'], 2, 'leave one of them out'],
  ])('%j: exit %i', async (args, code, words) => {
    const finished = await livestatus(args);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toContain(words);
    expect(finished.stdout).toBe('');
  });

  test.each(['run', 'replay', 'record', 'doctor'])('%s --help shows examples and exits 0', async (command) => {
    const { code, stdout } = await livestatus([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`livestatus ${command}`);
    expect(stdout.toLowerCase()).toContain('example');
  });
});
