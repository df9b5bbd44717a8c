import { createHash, createPublicKey, verify } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeviceStore, openDeviceStore } from './device-store.ts';
import { DeviceStoreError, type PrivateFs } from './private-file.ts';

let dir: string;
let log: string[];

beforeEach(() => {
  dir = join(nodeFs.mkdtempSync(join(tmpdir(), 'livestatus-')), 'state');
  log = [];
});

afterEach(() => {
  nodeFs.rmSync(join(dir, '..'), { recursive: true, force: true });
});

function open(fs: PrivateFs = nodeFs): DeviceStore {
  const logger = pino({}, { write: (line: string) => log.push(line) });
  return openDeviceStore({ dir, fs, log: logger, now: () => 1_795_450_000_000 });
}

function modeOf(path: string): string {
  return (nodeFs.statSync(path).mode & 0o777).toString(8);
}

const GATEWAY = 'ws://127.0.0.1:18789';

describe('the device identity', () => {
  it('is the same in every life, and so is the token of each gateway', () => {
    const first = open();
    first.saveToken(GATEWAY, { token: 'abc', scopes: ['operator.read'] });
    first.saveToken('wss://other', { token: 'def', scopes: [] });
    const second = open();
    expect(second.deviceId).toBe(first.deviceId);
    expect(second.token(GATEWAY)).toEqual({ token: 'abc', scopes: ['operator.read'] });
    expect(second.token('wss://other')?.token).toBe('def');
    expect(second.token('ws://never.seen')).toBeUndefined();
  });

  it('is an Ed25519 key whose hash is the id', () => {
    const store = open();
    const raw = Buffer.from(store.publicKey, 'base64url');
    expect(createHash('sha256').update(raw).digest('hex')).toBe(store.deviceId);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: store.publicKey }, format: 'jwk' });
    expect(verify(null, Buffer.from('hello'), key, Buffer.from(store.sign('hello'), 'base64url'))).toBe(true);
  });

  it('is kept with mode 0600 in a directory with mode 0700', () => {
    open();
    expect(modeOf(dir)).toBe('700');
    expect(modeOf(join(dir, 'device.json'))).toBe('600');
  });

  it('is written again where its directory was removed, and left alone where it stands', () => {
    const first = open();
    first.saveToken(GATEWAY, { token: 'abc', scopes: ['operator.read'] });
    const written = nodeFs.readFileSync(join(dir, 'device.json'), 'utf8');
    nodeFs.rmSync(dir, { recursive: true });
    first.keep();
    expect(nodeFs.readFileSync(join(dir, 'device.json'), 'utf8')).toBe(written);
    expect(modeOf(dir)).toBe('700');
    expect(modeOf(join(dir, 'device.json'))).toBe('600');
    expect(open().deviceId).toBe(first.deviceId);
    nodeFs.writeFileSync(join(dir, 'device.json'), "somebody else's");
    first.keep();
    expect(nodeFs.readFileSync(join(dir, 'device.json'), 'utf8')).toBe("somebody else's");
  });

  it('that others could read is narrowed, and the log says so', () => {
    open();
    nodeFs.chmodSync(dir, 0o755);
    nodeFs.chmodSync(join(dir, 'device.json'), 0o644);
    open();
    expect(modeOf(dir)).toBe('700');
    expect(modeOf(join(dir, 'device.json'))).toBe('600');
    expect(log.join('')).toContain('narrowed to 0700');
    expect(log.join('')).toContain('narrowed to 0600');
  });

  it.each([
    ['no JSON', 'not json'],
    ['cut short', '{"version":1,"priv'],
    ['of a later version', '{"version":2}'],
    ['with a key that is none', '{"version":1,"privateKeyPem":"x","tokens":{}}'],
  ])('that cannot be read (%s) is set aside, never overwritten', (_name, text) => {
    const { deviceId } = open();
    nodeFs.writeFileSync(join(dir, 'device.json'), text);
    const fresh = open();
    expect(fresh.deviceId).not.toBe(deviceId);
    expect(nodeFs.readFileSync(join(dir, 'device.json.unreadable-1795450000000'), 'utf8')).toBe(text);
    expect(open().deviceId).toBe(fresh.deviceId);
  });

  it.each<[string, () => void]>([
    ['the file is a link to somewhere', () => nodeFs.symlinkSync('/etc/hostname', join(dir, 'device.json'))],
    ['the file is a directory', () => nodeFs.mkdirSync(join(dir, 'device.json'))],
  ])('is refused when %s', (_name, prepare) => {
    nodeFs.mkdirSync(dir, { mode: 0o700 });
    prepare();
    expect(() => open()).toThrow(DeviceStoreError);
  });

  it('is refused when the directory is a file', () => {
    nodeFs.writeFileSync(dir, '');
    expect(() => open()).toThrow(DeviceStoreError);
  });

  it.each(['writeFileSync', 'fsyncSync', 'renameSync', 'chmodSync', 'mkdirSync', 'lstatSync'] as const)(
    'is refused with the reason when %s fails (a full disk, a read-only one)',
    (call) => {
      nodeFs.mkdirSync(dir, { mode: 0o755 });
      const fs: PrivateFs = {
        ...nodeFs,
        [call]: () => {
          throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        },
      };
      expect(() => open(fs)).toThrow(expect.objectContaining({ reason: expect.stringContaining('ENOSPC') }));
    },
  );

  it('keeps the old file when the new one cannot be written whole', () => {
    const store = open();
    store.saveToken(GATEWAY, { token: 'old', scopes: [] });
    const full: PrivateFs = {
      ...nodeFs,
      fsyncSync: () => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      },
    };
    expect(() => open(full).saveToken(GATEWAY, { token: 'new', scopes: [] })).toThrow(DeviceStoreError);
    expect(open().token(GATEWAY)?.token).toBe('old');
  });
});
