import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Decision, decide, type GatewayFinding, gatewayFinding, lookAtStore, wantedSource } from './detect.ts';
import type { SourceHealth } from './source.ts';

const COMPLETE: GatewayFinding = { kind: 'complete', version: '2026.9.6' };
const PARTIAL: GatewayFinding = { kind: 'partial', reason: 'OpenClaw 2026.3.31 offers no subscriptions' };
const REFUSED: GatewayFinding = { kind: 'refused', code: 'auth_token_mismatch', reason: 'wrong token' };
const STARTING: GatewayFinding = { kind: 'starting', reason: 'the gateway is starting' };
const ABSENT: GatewayFinding = { kind: 'absent', reason: 'nobody answers' };

const NOTHING = { transcripts: false, sqlite: false };
const TRANSCRIPTS = { transcripts: true, sqlite: false };
const SQLITE = { transcripts: false, sqlite: true };
const UPDATED = { transcripts: true, sqlite: true };

describe('which source watches this OpenClaw', () => {
  it.each<[string, GatewayFinding, { transcripts: boolean; sqlite: boolean }, Decision['source'], Decision['code']]>([
    ['a complete gateway, nothing else', COMPLETE, NOTHING, 'openclaw-gateway', 'gateway_complete'],
    ['a complete gateway, transcripts too (2026.7)', COMPLETE, TRANSCRIPTS, 'openclaw-gateway', 'gateway_complete'],
    ['a complete gateway, SQLite', COMPLETE, SQLITE, 'openclaw-gateway', 'gateway_complete'],
    ['an old gateway with transcripts', PARTIAL, TRANSCRIPTS, 'openclaw-jsonl', 'transcripts_found'],
    ['an old gateway that has done nothing yet', PARTIAL, NOTHING, 'openclaw-gateway', 'gateway_partial'],
    ['a refusing gateway with transcripts', REFUSED, TRANSCRIPTS, 'openclaw-jsonl', 'transcripts_found'],
    ['a refusing gateway with SQLite', REFUSED, SQLITE, 'openclaw-gateway', 'gateway_refused'],
    ['a refusing gateway, dead transcripts', REFUSED, UPDATED, 'openclaw-gateway', 'gateway_refused'],
    ['a refusing gateway, nothing else', REFUSED, NOTHING, 'openclaw-gateway', 'gateway_refused'],
    ['a starting gateway with SQLite', STARTING, SQLITE, 'openclaw-gateway', 'gateway_starting'],
    ['a starting gateway, nothing known', STARTING, NOTHING, 'none', 'gateway_starting'],
    ['a starting gateway with transcripts', STARTING, TRANSCRIPTS, 'openclaw-jsonl', 'transcripts_found'],
    ['no gateway, transcripts', ABSENT, TRANSCRIPTS, 'openclaw-jsonl', 'transcripts_found'],
    ['no gateway, SQLite: it is only stopped', ABSENT, SQLITE, 'openclaw-gateway', 'gateway_expected'],
    ['no gateway, dead transcripts beside SQLite', ABSENT, UPDATED, 'openclaw-gateway', 'gateway_expected'],
    ['nothing at all', ABSENT, NOTHING, 'none', 'nothing_found'],
  ])('%s', (_name, gateway, store, source, code) => {
    const decision = decide({
      wanted: undefined,
      gateway,
      store: { directory: '/home/agent/.openclaw/agents', ...store },
    });
    expect(decision).toMatchObject({ source, code });
    expect(decision.reasons.join('')).not.toBe('');
  });

  it.each([
    ['gateway', 'openclaw-gateway'],
    ['transcripts', 'openclaw-jsonl'],
  ] as const)('is what a person has set: %s', (wanted, source) => {
    const store = { directory: '/x', ...UPDATED };
    expect(decide({ wanted, gateway: COMPLETE, store }).source).toBe(source);
    expect(decide({ wanted, gateway: ABSENT, store }).source).toBe(source);
  });

  it.each([
    [undefined, undefined, undefined],
    ['ws://x', undefined, 'gateway'],
    [undefined, '/x', 'transcripts'],
    ['ws://x', '/x', undefined],
  ])('address %s and transcripts %s want %s', (url, transcriptDir, wanted) => {
    expect(wantedSource({ url, transcriptDir })).toBe(wanted);
  });
});

describe('reading the health of a gateway source', () => {
  const base: SourceHealth = { name: 'openclaw-gateway', state: 'degraded', sinceMs: 1 };
  it.each<[string, Partial<SourceHealth>, GatewayFinding['kind'] | undefined]>([
    ['connected', { state: 'ok', detail: { version: '2026.9.6', channelRunsVisible: true } }, 'complete'],
    ['connected, hidden runs', { detail: { version: '2026.3.31', channelRunsVisible: false } }, 'partial'],
    ['another protocol', { state: 'failed', code: 'protocol_mismatch' }, 'partial'],
    ['a wrong token', { state: 'failed', code: 'auth_token_mismatch' }, 'refused'],
    ['waiting for approval', { code: 'pairing_pending' }, 'refused'],
    ['starting', { state: 'connecting', code: 'gateway_starting' }, 'starting'],
    ['nobody there', { code: 'gateway_unreachable' }, 'absent'],
    ['a web server', { code: 'not_a_gateway' }, 'absent'],
    ['still trying', { state: 'connecting', code: 'connecting' }, undefined],
  ])('%s', (_name, health, kind) => {
    expect(gatewayFinding({ ...base, ...health })?.kind).toBe(kind);
  });

  it('takes over what is wrong, not what to do about it', () => {
    const reason = 'The gateway cannot be reached (ECONNREFUSED). Start OpenClaw, or set OPENCLAW_GATEWAY_URL.';
    const detail = { url: 'ws://127.0.0.1:18789' };
    expect(gatewayFinding({ ...base, code: 'gateway_unreachable', reason, detail })).toEqual({
      kind: 'absent',
      reason: 'The gateway cannot be reached (ECONNREFUSED) at ws://127.0.0.1:18789',
    });
  });
});

describe('looking at what OpenClaw keeps', () => {
  let agents: string;

  beforeEach(() => {
    agents = join(mkdtempSync(join(tmpdir(), 'livestatus-')), 'agents');
  });

  afterEach(() => {
    rmSync(dirname(agents), { recursive: true, force: true });
  });

  function put(path: string): void {
    mkdirSync(dirname(join(agents, path)), { recursive: true });
    writeFileSync(join(agents, path), '');
  }

  it.each([
    ['nothing', ['main/agent/other.txt'], NOTHING],
    ['transcripts', ['main/sessions/a.jsonl'], TRANSCRIPTS],
    ['only locks and leftovers', ['main/sessions/a.jsonl.lock', 'main/sessions/a.jsonl.reset.1'], NOTHING],
    ['SQLite', ['main/agent/openclaw-agent.sqlite'], SQLITE],
    ['both, of two agents', ['main/sessions/a.jsonl', 'review/agent/openclaw-agent.sqlite'], UPDATED],
  ])('finds %s', async (_name, files, expected) => {
    for (const file of files) put(file);
    expect(await lookAtStore(agents)).toEqual({ directory: agents, ...expected });
  });

  it('says why it finds nothing', async () => {
    expect(await lookAtStore(agents)).toMatchObject({ ...NOTHING, problem: 'ENOENT' });
  });
});
