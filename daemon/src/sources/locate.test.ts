import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../config/secret.ts';
import { type GatewayPlace, type LocateOptions, locateGateway } from './locate.ts';

let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'livestatus-'));
});

afterEach(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

function locate(config: string | undefined, options: Partial<LocateOptions> = {}): Promise<GatewayPlace> {
  if (config !== undefined) writeFileSync(join(stateDir, 'openclaw.json'), config);
  return locateGateway({ url: undefined, token: undefined, stateDir, env: {}, ...options });
}

async function found(config: string | undefined, options: Partial<LocateOptions> = {}) {
  const { url, token } = await locate(config, options);
  return { url, token: token?.reveal() };
}

/** A token that stands in the variable GW. */
const VARIABLE = '{gateway:{auth:{token:"$'.concat('{GW}"}}}');
const LOCAL = '{ gateway: { port: 19001, auth: { mode: "token", token: "file-token" } } }';

describe('where the gateway is', () => {
  it.each<[string, string | undefined, Partial<LocateOptions>, { url: string; token: string | undefined }]>([
    ['no file', undefined, {}, { url: 'ws://127.0.0.1:18789', token: undefined }],
    ['JSON', '{"gateway":{"port":19001,"auth":{"token":"t"}}}', {}, { url: 'ws://127.0.0.1:19001', token: 't' }],
    [
      'JSON5, with a comment and a last comma',
      `// mine\n${LOCAL.replace('} } }', '}, }, }')}`,
      {},
      { url: 'ws://127.0.0.1:19001', token: 'file-token' },
    ],
    ['no port', '{gateway:{auth:{token:"t"}}}', {}, { url: 'ws://127.0.0.1:18789', token: 't' }],
    ['a port that is none', '{gateway:{port:99999}}', {}, { url: 'ws://127.0.0.1:18789', token: undefined }],
    ['TLS', '{gateway:{tls:{enabled:true}}}', {}, { url: 'wss://127.0.0.1:18789', token: undefined }],
    [
      'a password',
      '{gateway:{auth:{mode:"password",password:"p",token:"t"}}}',
      {},
      { url: 'ws://127.0.0.1:18789', token: 'p' },
    ],
    [
      'a gateway elsewhere',
      '{gateway:{mode:"remote",remote:{url:"wss://gw.example.com",token:"r"}}}',
      {},
      { url: 'wss://gw.example.com', token: 'r' },
    ],
    ['a token from a variable', VARIABLE, { env: { GW: 'v' } }, { url: 'ws://127.0.0.1:18789', token: 'v' }],
    ['a variable that is not set', VARIABLE, {}, { url: 'ws://127.0.0.1:18789', token: undefined }],
    [
      'a secret store',
      '{gateway:{auth:{token:{source:"exec",id:"x"}}}}',
      {},
      { url: 'ws://127.0.0.1:18789', token: undefined },
    ],
    [
      'OPENCLAW_GATEWAY_PORT',
      LOCAL,
      { env: { OPENCLAW_GATEWAY_PORT: '19005' } },
      { url: 'ws://127.0.0.1:19005', token: 'file-token' },
    ],
    ['damaged', '{gateway:', {}, { url: 'ws://127.0.0.1:18789', token: undefined }],
    ['not an object', '[1]', {}, { url: 'ws://127.0.0.1:18789', token: undefined }],
  ])('%s', async (_name, config, options, expected) => {
    expect(await found(config, options)).toEqual(expected);
  });

  it('is what is configured, before anything else', async () => {
    const options = { url: 'wss://gw.example.com', token: new Secret('mine') };
    expect(await found(LOCAL, options)).toEqual({ url: 'wss://gw.example.com', token: 'mine' });
  });

  it.each([
    ['ws://127.0.0.1:19001', 'file-token'],
    ['ws://localhost:19001', 'file-token'],
    ['ws://127.0.0.1:19002', undefined],
    ['wss://gw.example.com', undefined],
    ['nonsense', undefined],
  ])('a token from the file goes only where the file says: %s', async (url, token) => {
    expect(await found(LOCAL, { url })).toEqual({ url, token });
  });

  it("reads OpenClaw's own variables file too", async () => {
    writeFileSync(join(stateDir, '.env'), 'OPENCLAW_GATEWAY_TOKEN=dot\nGW="quoted"\n');
    expect((await found('{}')).token).toBe('dot');
    expect((await found(VARIABLE)).token).toBe('quoted');
  });

  it('says where everything comes from, and never the token', async () => {
    const { notes } = await locate(LOCAL);
    expect(notes).toEqual([
      'openclaw.json names the gateway ws://127.0.0.1:19001',
      `the token is the one in ${join(stateDir, 'openclaw.json')}`,
    ]);
    expect(JSON.stringify(await locate(LOCAL))).not.toContain('file-token');
  });

  it.each([
    ['{gateway:', 'is not valid JSON5'],
    [undefined, 'does not exist'],
    ['{$include: "./other.json5"}', 'includes other files'],
    ['{gateway:{auth:{token:{source:"exec"}}}}', 'secret store'],
  ])('says what it could not use: %s', async (config, note) => {
    expect((await locate(config)).notes.join('\n')).toContain(note);
  });

  it('writes nothing', async () => {
    await locate(LOCAL);
    expect(readdirSync(stateDir)).toEqual(['openclaw.json']);
  });
});
