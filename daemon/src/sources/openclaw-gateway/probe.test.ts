import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeGateway, startFakeGateway } from '../../testing/fake-gateway/fake-gateway.ts';
import { ManualClock } from '../../testing/fake-gateway/manual-clock.ts';
import { until } from '../../testing/fake-gateway/until.ts';
import type { SourceHealth } from '../source.ts';
import { probeGateway } from './probe.ts';

let gateway: FakeGateway;
let clock: ManualClock;
let stateDir: string;

beforeEach(async () => {
  clock = new ManualClock();
  gateway = await startFakeGateway({ clock });
  stateDir = mkdtempSync(join(tmpdir(), 'livestatus-'));
});

afterEach(async () => {
  await gateway.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

function probe(token = gateway.token): Promise<SourceHealth> {
  return probeGateway({
    url: gateway.url,
    token: { reveal: () => token },
    scopes: ['operator.read'],
    stateDir,
    version: '5.0.0',
    clock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
  });
}

describe('trying a gateway once', () => {
  it('tells its version and what it offers, and lets go of it', async () => {
    expect(await probe()).toMatchObject({ detail: { version: '2026.9.6', channelRunsVisible: true } });
    await until('the connection is closed', () => gateway.clients.length === 0);
  });

  it('tells what it does not offer', async () => {
    gateway.methods = ['sessions.subscribe'];
    expect((await probe()).detail?.channelRunsVisible).toBe(false);
  });

  it('tells why it refuses, after one try', async () => {
    expect(await probe('wrong')).toMatchObject({ state: 'failed', code: 'auth_token_mismatch' });
    expect(gateway.connections).toBe(1);
  });

  it('tells that nobody is there', async () => {
    await gateway.crash();
    expect(await probe()).toMatchObject({ code: 'gateway_unreachable' });
  });

  it('gives up after five seconds of silence', async () => {
    gateway.mute = true;
    const probing = probe();
    await until('it is connected', () => gateway.connections === 1);
    clock.advance(5_000);
    expect(await probing).toMatchObject({ state: 'connecting', code: 'connecting' });
  });

  it('leaves no timer behind', async () => {
    await probe();
    await gateway.stop();
    expect(clock.pending).toBe(0);
  });
});
