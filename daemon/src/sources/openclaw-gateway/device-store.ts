import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import {
  isThere,
  makePrivateDirectory,
  type PrivateFs,
  readPrivateFile,
  setAside,
  writePrivateFile,
} from './private-file.ts';

/** The token a gateway gave to this device, and the scopes it was approved for. */
export interface DeviceToken {
  readonly token: string;
  readonly scopes: readonly string[];
}

/** This daemon's identity towards gateways. One per state directory; one token per gateway address. */
export interface DeviceStore {
  readonly deviceId: string;
  /** The raw 32 bytes of the Ed25519 public key, base64url: what `connect.params.device.publicKey` wants. */
  readonly publicKey: string;
  sign(payload: string): string;
  token(gateway: string): DeviceToken | undefined;
  /** Throws `DeviceStoreError` when it cannot be kept. */
  saveToken(gateway: string, token: DeviceToken): void;
  /** Writes the file again if it is gone. Throws `DeviceStoreError` when it cannot be kept. */
  keep(): void;
}

export interface DeviceStoreOptions {
  /** The daemon's state directory; made with mode 0700 if missing, narrowed to it if wider. */
  readonly dir: string;
  readonly fs: PrivateFs;
  readonly log: Logger;
  /** Names the copy of a file that cannot be read. */
  readonly now: () => number;
}

const FILE = 'device.json';

const fileSchema = z.object({
  version: z.literal(1),
  privateKeyPem: z.string(),
  tokens: z.record(z.string(), z.object({ token: z.string().min(1), scopes: z.array(z.string()) })),
});
type DeviceFile = z.infer<typeof fileSchema>;

/**
 * Opens or makes `device.json` (mode 0600) in the state directory.
 *
 * A file that cannot be understood is set aside, never overwritten, and a new identity takes its place: it has to pair
 * again. Throws `DeviceStoreError` when directory or file are not safe (foreign owner, symbolic link) or not writable.
 */
export function openDeviceStore(options: DeviceStoreOptions): DeviceStore {
  makePrivateDirectory(options.fs, options.dir, options.log);
  const path = join(options.dir, FILE);
  const text = readPrivateFile(options.fs, path, options.log);
  let file = text === undefined ? undefined : decode(text);
  if (text !== undefined && file === undefined) {
    const copy = setAside(options.fs, path, options.now());
    options.log.warn({ path, copy }, 'device identity could not be read; set aside and made anew');
  }
  file ??= { version: 1, privateKeyPem: newPrivateKeyPem(), tokens: {} };
  const save = (next: DeviceFile): void => {
    writePrivateFile(options.fs, path, `${JSON.stringify(next, null, 2)}\n`);
    file = next;
  };
  if (text === undefined || decode(text) === undefined) save(file);
  const keys = readKeys(file.privateKeyPem);
  const tokens = (): DeviceFile['tokens'] => file?.tokens ?? {};

  return {
    deviceId: keys.deviceId,
    publicKey: keys.publicKey,
    sign: (payload) => sign(null, Buffer.from(payload), keys.privateKey).toString('base64url'),
    token: (gateway) => tokens()[gateway],
    saveToken: (gateway, token) => {
      save({
        version: 1,
        privateKeyPem: keys.pem,
        tokens: { ...tokens(), [gateway]: { token: token.token, scopes: [...token.scopes] } },
      });
    },
    keep: () => {
      makePrivateDirectory(options.fs, options.dir, options.log);
      if (isThere(options.fs, path)) return;
      save({ version: 1, privateKeyPem: keys.pem, tokens: tokens() });
      options.log.info({ path }, 'device identity was written again');
    },
  };
}

function decode(text: string): DeviceFile | undefined {
  try {
    const file = fileSchema.parse(JSON.parse(text));
    readKeys(file.privateKeyPem);
    return file;
  } catch {
    return undefined;
  }
}

function newPrivateKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

interface Keys {
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  /** SHA-256 of the raw public key, hex: how the gateway checks that id and key belong together. */
  readonly deviceId: string;
}

function readKeys(pem: string): Keys {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('device key is not Ed25519');
  // An Ed25519 SPKI is a fixed 12-byte header and the 32 bytes of the key (RFC 8410).
  const raw = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    pem,
    privateKey,
    publicKey: raw.toString('base64url'),
    deviceId: createHash('sha256').update(raw).digest('hex'),
  };
}
