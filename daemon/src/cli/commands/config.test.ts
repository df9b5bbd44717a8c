import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../testing.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestatus-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('livestatus config', () => {
  it('says that all is right, and names what is doubtful', async () => {
    const { code, stdout, stderr, calls } = await cli(['config'], { env: { SOMETHING_ELSE: '1' } });
    expect({ code, stderr, calls }).toEqual({ code: 0, stderr: '', calls: [] });
    expect(stdout).toContain('The configuration is right');
  });

  it('names every problem, with exit code 2', async () => {
    const { code, stdout, stderr } = await cli(['config'], { env: { HEALTH_PORT: 'many', PRIVACY: 'all' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('(invalid_config)');
    expect(stderr).toContain('HEALTH_PORT');
    expect(stderr).toContain('PRIVACY');
  });

  it('prints values as the daemon uses them, in the order asked for, empty where there is none', async () => {
    const env = { STATE_DIR: '~/live status', HEALTH_PORT: '9191' };
    const { code, stdout } = await cli(['config', 'HEALTH_PORT', 'PID_FILE', 'STATE_DIR', 'HEALTH_HOST'], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '9191\n\n/home/sam/live status\n127.0.0.1\n' });
  });

  it('tells a value although another setting is wrong, so that a daemon can be stopped after a bad edit', async () => {
    const file = join(dir, '.env');
    writeFileSync(file, `STATE_DIR=/srv/state\nPRIVACY=everything\nno assignment\n`);
    const { code, stdout } = await cli(['config', 'STATE_DIR', '--env-file', file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '/srv/state\n' });
  });

  it('refuses to guess a value that is wrong itself', async () => {
    const { code, stdout, stderr } = await cli(['config', 'HEALTH_PORT'], { env: { HEALTH_PORT: 'many' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('HEALTH_PORT');
  });

  it.each(['PLUGIN_SECRET', 'constructor', 'NOTHING'])('prints no %s', async (name) => {
    const { code, stderr } = await cli(['config', name]);
    expect(code).toBe(2);
    expect(stderr).toContain('(invalid_usage)');
  });
});
