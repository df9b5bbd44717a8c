import { connect } from 'node:net';
import type { Session } from '@livestatus/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../config/secret.ts';
import { startServer } from './server.ts';
import { session } from './testing/fake-feed.ts';
import { RunningServer } from './testing/running-server.ts';

let running: RunningServer;

beforeEach(() => {
  running = new RunningServer();
});
afterEach(() => running.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** Sends raw bytes and gives back all that comes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('GET /api/v1/sessions', () => {
  const ids = (answer: { json(): Record<string, unknown> }) =>
    (answer.json().sessions as Session[]).map(({ id }) => id);

  beforeEach(async () => {
    await running.start();
    running.feed.put(session('a2', { started_ms: 2 }));
    running.feed.put(session('a1', { started_ms: 1 }));
    running.feed.put(session('d1', { status: 'done', ended_ms: 10 }));
    running.feed.put(session('e1', { status: 'error', ended_ms: 20 }));
    running.feed.put(session('i1', { status: 'interrupted', ended_ms: 15 }));
  });

  it('lists active ones first, then ended ones, newest first, with their daemon', async () => {
    const answer = await running.ask('/api/v1/sessions');
    expect(answer.status).toBe(200);
    expect(ids(answer)).toEqual(['a1', 'a2', 'e1', 'i1', 'd1']);
    expect(answer.json().daemons).toEqual([{ daemon_id: 'd1', offline: false }]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['?status=active', ['a1', 'a2']],
    ['?status=done,error', ['e1', 'd1']],
    ['?status=done&status=interrupted', ['i1', 'd1']],
    ['?status=', ['a1', 'a2', 'e1', 'i1', 'd1']],
    ['?limit=1', ['a1', 'a2', 'e1']],
    ['?limit=0', ['a1', 'a2']],
    ['?status=done,interrupted&limit=1', ['i1']],
    ['?unknown=1&limit=0', ['a1', 'a2']],
  ])('%s', async (query, expected) => {
    expect(ids(await running.ask(`/api/v1/sessions${query}`))).toEqual(expected);
  });

  it.each([
    ['?status=finished', 'status takes active, done, error, interrupted'],
    ['?limit=-1', 'limit takes a whole number from 0 to 1000'],
    ['?limit=1001', 'limit takes'],
    ['?limit=1&limit=2', 'limit takes'],
  ])('refuses %s and says what it takes', async (query, text) => {
    const answer = await running.ask(`/api/v1/sessions${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({
      code: 'invalid_query',
      error: expect.stringContaining(text),
      request_id: expect.stringMatching(UUID),
    });
  });

  it('gives one session by its id', async () => {
    expect((await running.ask('/api/v1/sessions/e1')).json()).toEqual(running.feed.get('e1'));
  });

  it.each(['nothing', 'a'.repeat(65), '%00', '..%2f..%2fetc'])('answers 404 for the id %s', async (id) => {
    const answer = await running.ask(`/api/v1/sessions/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.json().code).toBe('session_not_found');
  });

  it('answers HEAD without a body', async () => {
    const answer = await running.ask('/api/v1/sessions', {}, 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
  });
});

describe('who may ask', () => {
  beforeEach(() => running.start());

  it.each(['127.0.0.1:9090', 'localhost', 'LOCALHOST:8080', '[::1]:9090'])('a browser at %s', async (host) => {
    expect((await running.ask('/api/v1/sessions', { host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:9090',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.5:9090',
    'user@localhost',
    '127.0.0.1:9090:1',
  ])('not a page that has %s resolve to us (DNS rebinding)', async (host) => {
    for (const path of ['/', '/api/v1/sessions', '/events', '/health', '/metrics', '/nothing']) {
      const answer = await running.ask(path, { host });
      expect(answer.status, path).toBe(403);
      expect(answer.json().code).toBe('host_not_allowed');
    }
  });

  it.each([
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://localhost:3000' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['an origin that is none', { origin: '%%' }],
    ['a script tag of a foreign page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a fetch of another port of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  ])('not %s', async (_, headers) => {
    for (const path of ['/api/v1/sessions', '/events', '/health']) {
      const answer = await running.ask(path, { host: 'localhost:9090', ...headers });
      expect(answer.status).toBe(403);
      expect(answer.json().code).toBe('origin_not_allowed');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each([
    ['our own page', { origin: 'http://localhost:9090', 'sec-fetch-site': 'same-origin' }],
    ['somebody who follows a link', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('%s', async (_, headers) => {
    expect((await running.ask('/', { host: 'localhost:9090', ...headers })).status).toBe(200);
  });
});

it('a name of DASHBOARD_HOSTS passes, also as the origin behind a proxy that replaces Host', async () => {
  await running.start({ allowedHosts: ['status.example.org'] });
  expect((await running.ask('/health', { host: 'status.example.org' })).status).toBe(200);
  const proxied = { host: '127.0.0.1:9090', origin: 'https://status.example.org' };
  expect((await running.ask('/health', proxied)).status).toBe(200);
});

it('beyond loopback an address in digits passes and a foreign name does not', async () => {
  await running.start({ host: '0.0.0.0', token: new Secret('t'.repeat(16)) });
  const authorization = `Bearer ${'t'.repeat(16)}`;
  expect((await running.ask('/metrics', { host: '192.168.1.5:9090', authorization })).status).toBe(200);
  expect((await running.ask('/metrics', { host: 'evil.example', authorization })).status).toBe(403);
});

describe('with a token', () => {
  const TOKEN = 'dashboard-token-1234';

  beforeEach(() => running.start({ token: new Secret(TOKEN) }));

  it.each(['/api/v1/sessions', '/events', '/metrics', '/assets/index-3f2a.js', '/nothing', '//x/health', '/health/'])(
    'nothing of %s is given without it',
    async (path) => {
      for (const authorization of [undefined, 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
        const answer = await running.ask(path, authorization === undefined ? {} : { authorization });
        expect(answer.status).toBe(401);
        expect(answer.json().code).toBe('unauthorized');
        expect(answer.headers['www-authenticate']).toBe('Bearer');
      }
    },
  );

  it('it opens everything as a Bearer', async () => {
    expect((await running.ask('/api/v1/sessions', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it('the page asks for it, and remembers it in a cookie that does not contain it', async () => {
    const page = await running.ask('/');
    expect(page.status).toBe(401);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain('<form');

    const wrong = await running.ask('/?token=wrong');
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('not right');
    expect(wrong.headers['set-cookie']).toBeUndefined();

    const right = await running.ask(`/?token=${TOKEN}`);
    expect(right.status).toBe(303);
    expect(right.headers.location).toBe('/');
    const [cookie = ''] = right.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(TOKEN);
    const sent = { cookie: `other=1; ${cookie.split(';')[0]}` };
    expect((await running.ask('/', sent)).text).toContain('Live Status');
    expect((await running.ask('/api/v1/sessions', sent)).status).toBe(200);
    expect((await running.ask('/api/v1/sessions', { cookie: 'livestatus=forged' })).status).toBe(401);
  });

  it('/health tells a watchdog without it the state, but no sentence and no address', async () => {
    running.health.set([
      { name: 'openclaw-gateway', state: 'degraded', code: 'c', reason: 'why', detail: { url: 'ws://x' }, sinceMs: 1 },
    ]);
    const bare = await running.ask('/health');
    expect(bare.status).toBe(200);
    expect(bare.json().sources).toEqual([{ name: 'openclaw-gateway', state: 'degraded', code: 'c', since_ms: 1 }]);
    const full = await running.ask('/health', { authorization: `Bearer ${TOKEN}` });
    expect(full.json().sources).toMatchObject([{ reason: 'why', detail: { url: 'ws://x' } }]);
  });

  it('it is in no log line', async () => {
    await running.ask(`/?token=${TOKEN}`);
    await running.ask('/nothing', { authorization: `Bearer ${TOKEN}` });
    expect(JSON.stringify(running.logged)).not.toContain(TOKEN);
  });
});

describe('GET /health', () => {
  beforeEach(() => running.start());
  const ok = { name: 'openclaw-gateway', state: 'ok', sinceMs: 1 } as const;
  const failed = { name: 'openclaw-jsonl', state: 'failed', code: 'unreadable', reason: 'r', sinceMs: 2 } as const;

  it.each([
    ['healthy', 200, [ok], []],
    ['degraded', 200, [], []],
    ['degraded', 200, [{ ...ok, state: 'connecting' as const }], []],
    ['degraded', 200, [ok, failed], []],
    ['degraded', 200, [ok], [{ ...failed, name: 'state' }]],
    ['unhealthy', 503, [failed], []],
  ])('is %s with %i', async (status, code, sources, sinks) => {
    running.health.set(sources, sinks);
    running.feed.put(session('a'));
    const answer = await running.ask('/health');
    expect(answer.status).toBe(code);
    expect(answer.json()).toMatchObject({
      status,
      version: '5.0.0',
      daemon_id: 'd1',
      started_ms: 1,
      active_sessions: 1,
      as_of_ms: expect.any(Number),
    });
  });
});

it('GET /metrics gives livestatus_* only, with labels from closed sets', async () => {
  await running.start();
  running.feed.put(session('a'));
  running.metrics.agentEvent({ type: 'source.lost', key: '', at: 1 });
  await running.ask('/api/v1/sessions/whatever-7');
  await running.ask('/nothing/at/all');
  const answer = await running.ask('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toContain('text/plain');
  const lines = answer.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.filter((line) => !line.startsWith('livestatus_'))).toEqual([]);
  for (const line of [
    'livestatus_active_sessions 1',
    'livestatus_build_info{version="5.0.0"} 1',
    'livestatus_agent_events_total{type="source.lost"} 1',
    'livestatus_http_requests_total{route="/api/v1/sessions/:id",status="404"} 1',
    'livestatus_http_requests_total{route="none",status="404"} 1',
    'livestatus_source_state{name="openclaw-gateway",state="ok"} 1',
    'livestatus_source_state{name="openclaw-gateway",state="failed"} 0',
    'livestatus_stream_clients 0',
  ])
    expect(lines).toContain(line);
});

describe('the dashboard files', () => {
  it('come with a policy that lets them load from here alone, and nothing frame them', async () => {
    await running.start();
    const page = await running.ask('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>Live Status');
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'self'; .*frame-ancestors 'none'$/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    const asset = await running.ask('/assets/index-3f2a.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toContain('javascript');
  });

  it.each(['/.hidden', '/..%2f..%2fetc/passwd', '/assets/', '/assets', '/nothing'])(
    'do not include %s',
    async (path) => {
      await running.start();
      const answer = await running.ask(path);
      expect(answer.status).toBe(404);
      expect(answer.json().code).toBe('not_found');
    },
  );

  it('do not include what lies above them', async () => {
    await running.start();
    const answer = await running.ask('/../../../etc/passwd');
    expect(answer.status).toBe(400);
    expect(answer.json().code).toBe('bad_request');
  });

  it('may be missing: the page says what to do, and the API works', async () => {
    await running.start({ dashboardDir: '/nonexistent' });
    const page = await running.ask('/');
    expect(page.status).toBe(404);
    expect(page.json()).toMatchObject({ code: 'dashboard_missing' });
    expect((await running.ask('/api/v1/sessions')).status).toBe(200);
  });
});

describe('a request that makes no sense', () => {
  beforeEach(() => running.start());

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not accepted anywhere', async (method) => {
    for (const path of ['/', '/api/v1/sessions', '/nothing']) {
      const answer = await running.ask(path, {}, method);
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
      expect(answer.json().code).toBe('method_not_allowed');
    }
  });

  it.each([
    ['an unknown path', '/api/v1/other', 404, 'not_found'],
    ['an address that is too long', `/api/v1/sessions?x=${'y'.repeat(3000)}`, 414, 'uri_too_long'],
    ['an address with broken escapes', '/api/v1/sessions/%zz', 400, 'bad_request'],
  ])('%s is answered in our shape', async (_, path, status, code) => {
    const answer = await running.ask(path);
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ code, error: expect.any(String), request_id: expect.stringMatching(UUID) });
  });

  it.each([
    ['what is no HTTP', 'hello?\r\n\r\n', 400, 'bad_request'],
    ['a missing Host', 'GET /health HTTP/1.1\r\n\r\n', 400, undefined],
    ['HTTP/1.0 without a Host', 'GET /health HTTP/1.0\r\n\r\n', 403, 'host_not_allowed'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('%s is answered and the connection closed', async (_, bytes, status, code) => {
    const text = await raw(running.server.port, bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    if (code !== undefined) expect(text).toContain(`"code":"${code}"`);
  });

  it('an error of our own is 500 with an id that is in the log, and no more', async () => {
    running.feed.list = () => {
      throw new Error('inner detail');
    };
    const answer = await running.ask('/api/v1/sessions');
    expect(answer.status).toBe(500);
    expect(answer.json().code).toBe('internal');
    expect(answer.text).not.toContain('inner detail');
    expect(running.logged).toContainEqual(
      expect.objectContaining({ msg: 'request failed', request_id: answer.json().request_id }),
    );
  });
});

describe('starting and stopping', () => {
  it('a taken port is a coded failure that names it and what to do', async () => {
    await running.start();
    const { port } = running.server;
    await expect(startServer({ ...running.options, port })).rejects.toMatchObject({
      code: 'port_taken',
      exitCode: 3,
      message: `port ${port} of 127.0.0.1 is taken by another program (perhaps another Live Status daemon)`,
      action: expect.stringContaining('HEALTH_PORT'),
    });
    expect((await running.ask('/health')).status).toBe(200);
  });

  it('an address that is not of this machine is a coded failure', async () => {
    await expect(startServer({ ...running.options, host: '203.0.113.7' })).rejects.toMatchObject({
      code: 'address_unusable',
    });
  });

  it('stopping ends event streams and idle connections, and may be asked twice', async () => {
    await running.start();
    const stream = await running.listen();
    await stream.until(() => stream.messages.length >= 3);
    const started = performance.now();
    await Promise.all([running.server.stop(), running.server.stop()]);
    await stream.closing();
    expect(performance.now() - started).toBeLessThan(1500);
    expect(running.feed.listeners).toBe(0);
    await expect(running.ask('/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
