import { createHash, createPublicKey, verify } from 'node:crypto';
import { buildDeviceAuthPayloadV3 } from '@openclaw/gateway-client/browser';
import { record, text } from '../../sources/openclaw-gateway/hello.ts';

/** An error as the gateway puts it into an answer. */
export interface AnswerError {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

export interface Challenge {
  readonly nonce: string;
  readonly ts: number;
}

export type LoginResult =
  | { readonly ok: true; readonly scopes: readonly string[]; readonly deviceToken: string; readonly method: string }
  | { readonly ok: false; readonly error: AnswerError };

/** The devices a gateway knows: device id -> its token and what it was approved for. */
export type Devices = Map<string, { readonly token: string; readonly scopes: readonly string[] }>;

export interface LoginPolicy {
  readonly sharedToken: string;
  readonly devices: Devices;
  /** On its own machine a gateway approves a device silently; elsewhere a person has to. */
  readonly pairing: 'silent' | 'by-hand';
}

/** Answers a `connect` like gateway 2026.9.6 does (codes and texts as it gave them). */
export function checkLogin(params: unknown, challenge: Challenge, policy: LoginPolicy): LoginResult {
  const { minProtocol, maxProtocol, auth, scopes: wanted } = record(params);
  if (!(Number(minProtocol) <= 4 && Number(maxProtocol) >= 4)) {
    return refuse('PROTOCOL_MISMATCH', 'protocol mismatch', { expectedProtocol: 4, minimumProbeProtocol: 3 });
  }
  const { token, deviceToken } = record(auth);
  const scopes = Array.isArray(wanted) ? wanted.map(String) : [];
  const proof = checkDevice(params, challenge, text(token));
  if (typeof proof !== 'string') return proof;
  const known = policy.devices.get(proof);
  if (deviceToken !== undefined) return checkDeviceToken(deviceToken, known, scopes);
  if (token === undefined) return refuse('AUTH_TOKEN_MISSING', 'unauthorized: gateway token missing');
  if (token !== policy.sharedToken) return refuse('AUTH_TOKEN_MISMATCH', 'unauthorized: gateway token mismatch');
  if (known === undefined && policy.pairing === 'by-hand') {
    return refuse('PAIRING_REQUIRED', 'pairing required', { reason: 'not-paired', requestId: 'request-1' });
  }
  const issued = { token: `device-token-${digest(`${proof} ${scopes.join()}`).slice(0, 24)}`, scopes };
  policy.devices.set(proof, issued);
  return { ok: true, scopes, deviceToken: issued.token, method: 'token' };
}

function checkDeviceToken(
  deviceToken: unknown,
  known: { readonly token: string; readonly scopes: readonly string[] } | undefined,
  scopes: readonly string[],
): LoginResult {
  if (known === undefined || known.token !== deviceToken) {
    return refuse('AUTH_DEVICE_TOKEN_MISMATCH', 'unauthorized: device token mismatch (rotate/reissue device token)');
  }
  if (scopes.some((scope) => !known.scopes.includes(scope))) {
    return refuse('AUTH_SCOPE_MISMATCH', 'unauthorized: device token scope mismatch');
  }
  return { ok: true, scopes, deviceToken: known.token, method: 'device-token' };
}

/** The device's id if its signature over the challenge is right. */
function checkDevice(params: unknown, challenge: Challenge, token: string | undefined): string | LoginResult {
  const { client, device, role, scopes } = record(params);
  const { id, publicKey, signature, signedAt, nonce } = record(device);
  if (typeof id !== 'string' || typeof publicKey !== 'string' || typeof signature !== 'string') {
    return refuse('DEVICE_IDENTITY_REQUIRED', 'device identity required');
  }
  const raw = Buffer.from(publicKey, 'base64url');
  if (raw.length !== 32 || digest(raw) !== id)
    return refuse('DEVICE_AUTH_DEVICE_ID_MISMATCH', 'device identity mismatch');
  if (nonce !== challenge.nonce || signedAt !== challenge.ts) {
    return refuse('DEVICE_AUTH_NONCE_MISMATCH', 'device nonce mismatch');
  }
  const { id: clientId, mode, platform } = record(client);
  const payload = buildDeviceAuthPayloadV3({
    deviceId: id,
    clientId: String(clientId),
    clientMode: String(mode),
    role: String(role),
    scopes: Array.isArray(scopes) ? scopes.map(String) : [],
    signedAtMs: challenge.ts,
    token: token ?? null,
    nonce: challenge.nonce,
    platform: String(platform),
  });
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  const right = verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64url'));
  return right ? id : refuse('DEVICE_AUTH_SIGNATURE_INVALID', 'device signature invalid');
}

function refuse(code: string, message: string, details: Readonly<Record<string, unknown>> = {}): LoginResult {
  return { ok: false, error: { code: 'INVALID_REQUEST', message, details: { code, ...details } } };
}

function digest(input: string | Buffer): string {
  return createHash('sha256').update(input).digest('hex');
}

/** What a gateway answers while its side processes are not up yet. */
export const STARTING: AnswerError = {
  code: 'UNAVAILABLE',
  message: 'gateway starting; retry shortly',
  retryable: true,
  retryAfterMs: 500,
  details: { reason: 'startup-sidecars' },
};
