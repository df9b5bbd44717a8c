import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type AnswerError, STARTING } from '../../testing/fake-gateway/login.ts';
import { type Rig, type RigOptions, startRig } from '../../testing/fake-gateway/rig.ts';
import { record } from './hello.ts';

const rigs: Rig[] = [];

async function rigged(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

/** The login that the nth connection tried, from 0. */
function connectParams(rig: Rig, nth: number): Readonly<Record<string, unknown>> {
  return record(rig.gateway.requests.filter((request) => request.method === 'connect')[nth]?.params);
}

function refusal(code: string, extra: Readonly<Record<string, unknown>> = {}): AnswerError {
  return { code: 'INVALID_REQUEST', message: 'no', details: { code, ...extra } };
}

/** A second daemon life on the same state directory and gateway. */
async function again(rig: Rig, source: RigOptions['source'] = {}): Promise<Rig> {
  const next = await rigged({
    gateway: { token: rig.gateway.token },
    source: { stateDir: rig.stateDir, url: rig.gateway.url, ...source },
  });
  return next;
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe('logging in', () => {
  it('is ok once the list was read, and tells what it is connected to', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    expect(rig.source.health()).toMatchObject({
      name: 'openclaw-gateway',
      state: 'ok',
      detail: { url: rig.gateway.url, version: '2026.9.6', scopes: 'operator.read', channelRunsVisible: true },
    });
    expect(rig.asked()).toEqual(['connect', 'sessions.subscribe']);
    expect(rig.decoder.told.at(-1)).toEqual({ what: 'synced' });
  });

  it('asks for protocol 4, operator.read and tool events, and nothing more', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    expect(connectParams(rig, 0)).toMatchObject({
      minProtocol: 4,
      maxProtocol: 4,
      role: 'operator',
      scopes: ['operator.read'],
      caps: ['tool-events'],
      client: { id: 'cli', mode: 'cli' },
    });
  });

  it('sends the shared token only to pair; afterwards the device token alone', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    expect(connectParams(rig, 0).auth).toEqual({ token: rig.gateway.token });
    rig.gateway.drop();
    await rig.advancesTo('connection_lost');
    await rig.advancesTo('ok');
    const [device] = rig.gateway.devices.values();
    expect(connectParams(rig, 1).auth).toEqual({ token: device?.token, deviceToken: device?.token });
  });

  it('needs no shared token in its next life', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    const next = await again(rig, { token: undefined });
    await next.reaches('ok');
    expect(record(connectParams(rig, 1).auth).deviceToken).toBeDefined();
    expect(connectParams(rig, 1).device).toMatchObject({ id: record(connectParams(rig, 0).device).id });
  });

  it('is the same device after its state directory was removed and made again under it', async () => {
    const listeners = new Set<() => void>();
    const onStateMadeAgain = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const rig = await rigged({ source: { onStateMadeAgain } });
    await rig.reaches('ok');
    rmSync(rig.stateDir, { recursive: true });
    for (const listener of listeners) listener();
    await rig.source.stop();
    expect(listeners.size).toBe(0);
    const next = await again(rig, { token: undefined });
    await next.reaches('ok');
    expect(connectParams(rig, 1).device).toMatchObject({ id: record(connectParams(rig, 0).device).id });
  });

  it('keeps identity and token where only this user can read them', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    expect(statSync(rig.stateDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(rig.stateDir, 'device.json')).mode & 0o777).toBe(0o600);
  });

  it.each<[string, AnswerError, string]>([
    ['a wrong token', refusal('AUTH_TOKEN_MISMATCH'), 'auth_token_mismatch'],
    ['a scope it was not approved for', refusal('AUTH_SCOPE_MISMATCH'), 'auth_scope_mismatch'],
    ['pairing by hand', refusal('PAIRING_REQUIRED', { requestId: 'request-7' }), 'pairing_required'],
    ['a device that is wanted', refusal('DEVICE_IDENTITY_REQUIRED'), 'device_identity_required'],
    ['another protocol', refusal('PROTOCOL_MISMATCH'), 'protocol_mismatch'],
    ['parameters it does not know', { code: 'INVALID_REQUEST', message: 'invalid connect params' }, 'connect_refused'],
  ])('stops, and says what to do, at %s', async (_name, error, code) => {
    const rig = await rigged({ started: false });
    rig.gateway.refuseLogin = error;
    await rig.start();
    await rig.reaches(code);
    rig.clock.advance(3_600_000);
    expect(rig.gateway.connections).toBe(1);
    expect(rig.source.health()).toMatchObject({ state: 'failed', reason: expect.stringMatching(/\. .+\.$/) });
    expect(rig.healths.map((health) => health.code)).toEqual(['connecting', code]);
  });

  it('names the request that a person has to approve', async () => {
    const rig = await rigged({ gateway: { pairing: 'by-hand' } });
    await rig.reaches('pairing_required');
    expect(rig.source.health().reason).toContain('request id request-1');
  });

  it('waits for an approval when the gateway says so', async () => {
    const rig = await rigged({ started: false });
    rig.gateway.refuseLogin = refusal('PAIRING_REQUIRED', { recommendedNextStep: 'wait_then_retry' });
    await rig.start();
    await rig.reaches('pairing_pending');
    expect(rig.source.health().state).toBe('degraded');
    rig.gateway.refuseLogin = undefined;
    await rig.advancesTo('ok');
  });

  it('is degraded when the gateway lets it in without the right to read', async () => {
    const rig = await rigged({ source: { scopes: [] }, started: false });
    rig.gateway.onRequest = () => ({ error: { code: 'FORBIDDEN', message: 'missing scope: operator.read' } });
    await rig.start();
    await rig.reaches('scope_missing');
    expect(rig.source.health().reason).toContain('granted: nothing');
  });

  it('stops at a wrong shared token', async () => {
    const rig = await rigged({ source: { token: { reveal: () => 'not-the-token' } } });
    await rig.reaches('auth_token_mismatch');
  });

  it('stops when there is no token at all', async () => {
    const rig = await rigged({ source: { token: undefined } });
    await rig.reaches('auth_token_missing');
  });

  it('comes back slowly when there were too many tries', async () => {
    const rig = await rigged({ started: false });
    rig.gateway.refuseLogin = refusal('AUTH_RATE_LIMITED');
    await rig.start();
    await rig.reaches('auth_rate_limited');
    expect(rig.clock.nextInMs).toBe(30_000);
  });

  it('comes back when a starting gateway asks it to', async () => {
    const rig = await rigged({ started: false });
    rig.gateway.refuseLogin = { ...STARTING, retryAfterMs: 1_700 };
    await rig.start();
    await rig.reaches('gateway_starting');
    expect(rig.source.health().state).toBe('connecting');
    expect(rig.clock.nextInMs).toBe(1_700);
    rig.gateway.refuseLogin = undefined;
    await rig.advancesTo('ok');
    expect(rig.gateway.connections).toBe(2);
  });
});

describe('a device token that is stale', () => {
  async function paired(): Promise<Rig> {
    const rig = await rigged();
    await rig.reaches('ok');
    return rig;
  }

  it('is replaced once by pairing with the shared token', async () => {
    const rig = await paired();
    rig.gateway.devices.clear();
    rig.gateway.drop();
    await rig.advancesTo('connection_lost');
    await rig.advancesTo('ok');
    expect(rig.gateway.connections).toBe(3);
    expect(connectParams(rig, 2).auth).toEqual({ token: rig.gateway.token });
  });

  it('is replaced when more scopes are configured', async () => {
    const rig = await paired();
    const next = await again(rig, { scopes: ['operator.read', 'operator.approvals'] });
    await next.advancesTo('ok');
    expect(next.source.health().detail?.scopes).toBe('operator.read operator.approvals');
  });

  it('stops when there is no shared token to replace it with', async () => {
    const rig = await paired();
    rig.gateway.devices.clear();
    const next = await again(rig, { token: undefined });
    await next.reaches('device_token_stale');
    next.clock.advance(3_600_000);
    expect(rig.gateway.connections).toBe(2);
  });

  it('stops when the shared token is wrong too', async () => {
    const rig = await paired();
    rig.gateway.devices.clear();
    const next = await again(rig, { token: { reveal: () => 'not-the-token' } });
    await next.advancesTo('auth_token_mismatch');
    next.clock.advance(3_600_000);
    expect(rig.gateway.connections).toBe(3);
  });
});

describe('an address that is no gateway', () => {
  it('is told at once and tried again, with one report for many tries', async () => {
    const rig = await rigged({ started: false });
    await rig.gateway.crash();
    await rig.start();
    await rig.reaches('gateway_unreachable');
    expect(rig.source.health()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('ECONNREFUSED') });
    await rig.passes(20_000);
    expect(rig.healths.map((health) => health.code)).toEqual(['connecting', 'gateway_unreachable']);
    await rig.gateway.comeBack();
    await rig.advancesTo('ok');
  });

  it('is told when it is a web server', async () => {
    const web = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as AddressInfo;
    const rig = await rigged({ source: { url: `ws://127.0.0.1:${port}` } });
    await rig.reaches('not_a_gateway');
    expect(rig.source.health().reason).toContain('HTTP 404');
    web.close();
  });

  it('is told when it never finishes the handshake', async () => {
    const rig = await rigged({ started: false });
    rig.gateway.mute = true;
    await rig.start();
    await rig.advancesTo('handshake_timeout');
  });

  it.each([
    ['http://127.0.0.1:1', 'invalid_url'],
    ['ws://gateway.example.com', 'insecure_url'],
  ])('%s sends nothing', async (url, code) => {
    const rig = await rigged({ source: { url } });
    await rig.reaches(code);
    expect(rig.source.health().state).toBe('failed');
    expect(rig.clock.pending).toBe(0);
  });
});

describe('secrets', () => {
  it('stand in no log line, health report or decoder input, whatever happens', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    rig.gateway.drop();
    await rig.advancesTo('connection_lost');
    await rig.advancesTo('ok');
    rig.gateway.devices.clear();
    rig.gateway.refuseLogin = refusal('AUTH_TOKEN_MISMATCH');
    rig.gateway.drop();
    await rig.advancesTo('auth_token_mismatch');
    const { privateKeyPem, tokens } = JSON.parse(readFileSync(join(rig.stateDir, 'device.json'), 'utf8'));
    const secrets = [rig.gateway.token, tokens[rig.gateway.url].token, privateKeyPem.split('\n')[1]];
    const requests = rig.decoder.told.filter((note) => note.what === 'request');
    const seen = rig.log() + JSON.stringify(rig.healths) + JSON.stringify(requests);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10);
      expect(seen).not.toContain(secret);
    }
  });

  it('cannot be kept in a place that is not safe: nothing is sent', async () => {
    const rig = await rigged({ source: { stateDir: '/dev/null/state' } });
    await rig.reaches('device_store_failed');
    expect(rig.gateway.connections).toBe(0);
  });
});
