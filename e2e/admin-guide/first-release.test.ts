import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAdmin, MattermostServer, type Person, PLUGIN_ID, PluginAdmin, Workspace } from '../mattermost/index.ts';
import { findFreePort } from '../openclaw/harness/process.ts';
import { CHECKOUT, command, type Finished, succeed } from '../release/command.ts';

const SECRET = 'a-secret-of-the-first-release';
/** As people have it in their notes; another machine builds for itself. */
const GOARCH = process.arch === 'arm64' ? 'arm64' : 'amd64';

let place: string;
let checkout: string;
let plugins: string;
let server: MattermostServer;
let owner: Person;
let plugin: PluginAdmin;
let port: number;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'livestatus-notes-'));
  checkout = join(place, 'live-status');
  plugins = join(place, 'plugins');
  mkdirSync(plugins);
  await freshCheckout();
  server = await MattermostServer.start({ settings: { MM_PLUGINSETTINGS_DIRECTORY: plugins } });
  owner = await createAdmin(server.rest());
  plugin = new PluginAdmin(server, owner.rest);
  port = await findFreePort();
});

afterAll(async () => {
  await type('bash start-daemon.sh stop');
  await server.dispose();
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
});

describe('the deployment steps of the first release, as typed', () => {
  test('1. the build commands, in a checkout where nothing was built', async () => {
    await ok(type(`cd plugin/server && GOOS=linux GOARCH=${GOARCH} go build -o dist/plugin-linux-${GOARCH}`));
    await ok(type('cd plugin/webapp && npm install && npx webpack --mode production'));
  });

  test('2. a folder of three files, copied to the plugins of the server', () => {
    const folder = join(plugins, PLUGIN_ID);
    for (const file of ['plugin.json', `server/dist/plugin-linux-${GOARCH}`, 'webapp/dist/main.js']) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(checkout, 'plugin', file), join(folder, file));
    }
  });

  test('3. enabled, with the Shared Secret of the System Console', async () => {
    await plugin.configure({ SharedSecret: SECRET });
    await plugin.enable();
    const { active } = await owner.rest.ok<{ active: { id: string; webapp?: unknown }[] }>('GET', '/api/v4/plugins');
    expect(active.find(({ id }) => id === PLUGIN_ID)?.webapp).toBeDefined();
    const { stdout } = await ok(type(`curl -sS ${server.url}/api/v4/plugins/webapp`));
    expect(stdout).toContain(PLUGIN_ID);
  });

  test('4. the daemon, with three lines of .env.daemon', async () => {
    const workspace = new Workspace(owner);
    const bot = await workspace.bot([await workspace.team()]);
    await ok(type('cp .env.daemon.example .env.daemon'));
    const file = join(checkout, '.env.daemon');
    const values = { MM_BOT_TOKEN: bot.token, MM_BASE_URL: server.url, PLUGIN_SECRET: SECRET };
    const filled = Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`\n${name}=\n`, `\n${name}=${value}\n`),
      readFileSync(file, 'utf8'),
    );
    for (const value of Object.values(values)) expect(filled).toContain(value);
    writeFileSync(file, filled);
    expect((await ok(type('bash start-daemon.sh start'))).stdout).toContain('started, pid');
  });

  test('5. both health checks answer', async () => {
    const api = `${server.url}/plugins/${PLUGIN_ID}/api/v1/health`;
    const ofPlugin = await ok(type(`curl -sS -H "Authorization: Bearer ${SECRET}" ${api}`));
    expect(JSON.parse(ofPlugin.stdout)).toMatchObject({ status: 'healthy', active_sessions: 0 });
    const ofDaemon = await ok(type(`curl -sS http://localhost:${port}/health`));
    expect(JSON.parse(ofDaemon.stdout)).toMatchObject({ active_sessions: 0, status: expect.any(String) });
  });

  test('make -C plugin health and deploy', async () => {
    expect(JSON.parse((await ok(type('make -s -C plugin health'))).stdout)).toMatchObject({ status: 'healthy' });
    const wrong = await type('PLUGIN_SECRET=wrong make -s -C plugin health');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('(refused_401)') });

    copyFileSync(process.env.LIVESTATUS_PLUGIN_BUNDLE ?? '', join(place, 'bundle.tar.gz'));
    const { token } = await owner.rest.ok<{ token: string }>('POST', `/api/v4/users/${owner.id}/tokens`, {
      description: 'deploy',
    });
    const deploy = `MM_BASE_URL=${server.url} MM_ADMIN_TOKEN=${token} make -s -C plugin deploy BUNDLE=${place}/bundle.tar.gz`;
    expect((await ok(type(deploy))).stdout).toContain('installed and enabled');
    await plugin.waitUntilItAnswers();
    await plugin.disable();

    const copied = await ok(type(`PLUGIN_DIR=${plugins} make -s -C plugin deploy BUNDLE=${place}/bundle.tar.gz`));
    expect(copied.stdout).toContain(plugins);
    await plugin.enable();
    const nowhere = await type(`PLUGIN_DIR=/nonexistent make -s -C plugin deploy BUNDLE=${place}/bundle.tar.gz`);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('(no_plugin_dir)') });
  });
});

/** What a clone has: every file that is, or will be, committed. */
async function freshCheckout(): Promise<void> {
  mkdirSync(checkout);
  const list = 'git ls-files -z --cached --others --exclude-standard';
  await succeed(
    'bash',
    ['-euo', 'pipefail', '-c', `${list} | tar --null -T - -cf - | tar -C "$1" -xf -`, '-', checkout],
    {
      cwd: CHECKOUT,
    },
  );
}

function type(line: string): Promise<Finished> {
  const env = {
    STATE_DIR: join(place, 'state'),
    OPENCLAW_STATE_DIR: join(place, 'no-openclaw'),
    HEALTH_PORT: String(port),
    npm_config_prefer_offline: 'true',
  };
  return command('bash', ['-c', line], { cwd: checkout, env });
}

async function ok(finished: Promise<Finished>): Promise<Finished> {
  const { code, stdout, stderr } = await finished;
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return { code, stdout, stderr };
}
