import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningServer } from '../../server/testing/running-server.ts';
import { describeProblem } from '../../sources/openclaw-gateway/problems.ts';
import type { SourceHealth } from '../../sources/source.ts';
import { cli } from '../testing.ts';
import type { Check } from './check.ts';
import { judgeNode } from './local-checks.ts';
import type { GatewayProbe, OpenClawProbe } from './probe.ts';

let dir: string;
const servers: Server[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestatus-doctor-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(dir, { recursive: true, force: true });
});

const ok: SourceHealth = { name: 'openclaw-gateway', state: 'ok', sinceMs: 0 };
const gateway: GatewayProbe = {
  health: ok,
  url: 'ws://127.0.0.1:18789',
  latencyMs: 12.34,
  version: '2026.9.6',
  protocol: 4,
  scopes: ['operator.read'],
  showsChannelRuns: true,
  sessions: 3,
};

/** Runs `doctor --json` against what the probe gives. */
async function doctor(probe: OpenClawProbe, env: Record<string, string> = {}) {
  const { code, stdout } = await cli(['doctor', '--json'], {
    env: { STATE_DIR: join(dir, 'state'), HEALTH_PORT: '0', ...env },
    program: { probeOpenClaw: async () => probe },
  });
  const { ok: allOk, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return { code, allOk, checks, find: (id: string) => checks.find((check) => check.id === id) };
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

describe('doctor', () => {
  it('passes when every link holds, with what was measured', async () => {
    const { code, allOk, checks, find } = await doctor({ gateway });
    expect(code).toBe(0);
    expect(allOk).toBe(true);
    expect(checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'node pass',
      'config pass',
      'state pass',
      'gateway pass',
      'visibility pass',
      'store skip',
      'drafts skip',
      'mattermost skip',
      'bots skip',
      'channels skip',
      'plugin skip',
      'dashboard pass',
    ]);
    expect(find('gateway')).toMatchObject({
      found: 'ws://127.0.0.1:18789, OpenClaw 2026.9.6, protocol 4',
      latency_ms: 12.3,
    });
    expect(find('visibility')?.found).toContain('runs asked for in channels are visible; 3 sessions');
  });

  it('every warning and failure comes with a cure', async () => {
    const health: SourceHealth = { ...ok, state: 'failed', code: 'x', reason: 'It is bad.' };
    writeFileSync(join(dir, 'state'), '');
    const { code, checks } = await doctor({ gateway: { ...gateway, health }, store: health }, { MM_URL: 'x' });
    expect(code).toBe(1);
    const troubled = checks.filter(({ status }) => status === 'warn' || status === 'fail');
    expect(troubled.length).toBeGreaterThanOrEqual(3);
    for (const { cure, id } of troubled) expect(cure, id).toMatch(/\w+.*\.$/);
  });

  it('reports all problems of the configuration and looks no further', async () => {
    const { code, find } = await doctor({ gateway }, { PRIVACY: 'x', HEALTH_PORT: 'y' });
    expect(code).toBe(1);
    expect(find('config')).toMatchObject({ status: 'fail', found: expect.stringMatching(/HEALTH_PORT: .*PRIVACY: /) });
    expect(find('state')?.status).toBe('skip');
    expect(find('gateway')?.status).toBe('skip');
  });

  it('prints a line a check for a person', async () => {
    const { stdout, stderr, code } = await cli(['doctor'], { env: { STATE_DIR: dir, HEALTH_PORT: '0' } });
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/✓ ok {4}Node: Node 24/);
    expect(stdout).toMatch(/✕ fail {2}OpenClaw gateway: No OpenClaw gateway was found\n {9}→ Start OpenClaw/);
    expect(stdout).toMatch(/\n1 failed, 0 to look at\.\n$/);
  });
});

describe('the gateway', () => {
  it('that refuses the token fails with what to do', async () => {
    const reason = describeProblem({ code: 'auth_token_mismatch' });
    const health: SourceHealth = { ...ok, state: 'failed', code: 'auth_token_mismatch', reason };
    const { find } = await doctor({ gateway: { health, url: 'ws://127.0.0.1:18789' } });
    expect(find('gateway')).toMatchObject({
      status: 'fail',
      found: 'ws://127.0.0.1:18789: The gateway refused the token.',
      cure: expect.stringMatching(/^Set OPENCLAW_GATEWAY_TOKEN/),
    });
    expect(find('visibility')?.status).toBe('skip');
  });

  it('that cannot be reached fails, and one that is merely slow to list its sessions is a warning', async () => {
    const reason = describeProblem({ code: 'gateway_unreachable', detail: 'ECONNREFUSED' });
    const health: SourceHealth = { ...ok, state: 'degraded', code: 'gateway_unreachable', reason };
    const { find } = await doctor({ gateway: { health, url: 'ws://127.0.0.1:18789' } });
    expect(find('gateway')).toMatchObject({
      status: 'fail',
      found: 'ws://127.0.0.1:18789: The gateway cannot be reached (ECONNREFUSED).',
      cure: expect.stringMatching(/^Start OpenClaw/),
    });
    expect((await doctor({ gateway: { ...gateway, health } })).find('gateway')?.status).toBe('warn');
  });

  it('that grants no reading, or hides runs of channels, fails', async () => {
    const blind = await doctor({ gateway: { ...gateway, scopes: [] } });
    expect(blind.find('visibility')).toMatchObject({ status: 'fail', found: 'The gateway granted no scope' });
    const old = await doctor({ gateway: { ...gateway, showsChannelRuns: false } });
    expect(old.find('visibility')).toMatchObject({ status: 'fail', cure: expect.stringContaining('Update OpenClaw') });
  });

  it('may be absent where transcripts are read', async () => {
    const store: SourceHealth = { name: 'openclaw-jsonl', state: 'ok', detail: { directory: '/x/agents' }, sinceMs: 0 };
    const { find, code } = await doctor({ store });
    expect(code).toBe(0);
    expect(find('gateway')?.status).toBe('skip');
    expect(find('store')).toMatchObject({ status: 'pass', found: '/x/agents is readable' });
  });
});

it('transcripts on an OpenClaw that keeps its sessions in SQLite fail loudly', async () => {
  const reason =
    'This OpenClaw keeps its sessions in SQLite (/x/a.db), where transcripts show nothing. Use the gateway: set OPENCLAW_GATEWAY_URL.';
  const store: SourceHealth = { name: 'openclaw-jsonl', state: 'failed', code: 'sqlite_only', reason, sinceMs: 0 };
  const { find } = await doctor({ store });
  expect(find('store')).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('SQLite'),
    cure: 'Use the gateway: set OPENCLAW_GATEWAY_URL.',
  });
  const { find: withGateway } = await doctor({ gateway, store });
  expect(withGateway('store')?.status).toBe('skip');
});

describe("OpenClaw's own status posts", () => {
  const path = '/home/x/.openclaw/openclaw.json';
  const env = { MM_BASE_URL: 'http://127.0.0.1:1', MM_BOT_TOKEN: 'x' };

  it('fail beside ours: two status posts a turn', async () => {
    const drafts = { path, accounts: [{ account: 'default', mode: 'partial' }] };
    const { code, find } = await doctor({ gateway, drafts }, env);
    expect(code).toBe(1);
    expect(find('drafts')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('default (partial): two status posts a turn'),
      cure: expect.stringContaining(`streaming.mode to "off" in ${path}`),
    });
    expect((await doctor({ gateway, drafts })).find('drafts')?.status, 'the dashboard alone').toBe('skip');
  });

  it('pass when they are off, and are not known where OpenClaw is on another machine', async () => {
    expect((await doctor({ gateway, drafts: { path, accounts: [] } }, env)).find('drafts')?.status).toBe('pass');
    expect((await doctor({ gateway }, env)).find('drafts')?.status).toBe('skip');
  });
});

describe('the dashboard', () => {
  it('passes where a daemon of ours answers, with its latency', async () => {
    const running = await new RunningServer().start();
    const { find } = await doctor({ gateway }, { HEALTH_PORT: String(running.server.port) });
    expect(find('dashboard')).toMatchObject({
      status: 'pass',
      found: expect.stringContaining('A daemon 5.0.0 answers'),
      latency_ms: expect.any(Number),
    });
    running.health.set([{ ...ok, state: 'failed' }]);
    const { find: again } = await doctor({ gateway }, { HEALTH_PORT: String(running.server.port) });
    expect(again('dashboard')).toMatchObject({ status: 'warn', cure: expect.stringContaining('/health') });
    await running.stop();
  });

  it('fails where another web server answers', async () => {
    const port = await listen(createHttpServer((_, response) => response.end('{"status":"fine"}')));
    const { find } = await doctor({ gateway }, { HEALTH_PORT: port });
    expect(find('dashboard')).toMatchObject({ status: 'fail', cure: expect.stringContaining('HEALTH_PORT') });
  });

  it('fails where something else listens', async () => {
    const port = await listen(createServer((socket) => socket.resume().end('220 mail ready\r\n')));
    expect((await doctor({ gateway }, { HEALTH_PORT: port })).find('dashboard')?.status).toBe('fail');
  });

  it('fails where the address is not of this machine', async () => {
    const env = { HEALTH_HOST: '203.0.113.7', DASHBOARD_TOKEN: 'x'.repeat(16), HEALTH_PORT: '9090' };
    expect((await doctor({ gateway }, env)).find('dashboard')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('EADDRNOTAVAIL'),
    });
  });
});

it.each([
  ['22.18.0', 'fail'],
  ['22.19.0', 'pass'],
  ['24.1.0', 'pass'],
  ['20.20.0', 'fail'],
])('Node %s: %s', (version, status) => {
  expect(judgeNode(version).status).toBe(status);
});
