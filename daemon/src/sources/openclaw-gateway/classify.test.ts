import { GatewayProtocolRequestError } from '@openclaw/gateway-client/browser';
import { describe, expect, it } from 'vitest';
import { classifyClose, classifyConnectError } from './classify.ts';

function refusal(details: unknown, extra: { code?: string; retryable?: boolean; retryAfterMs?: number } = {}) {
  return new GatewayProtocolRequestError({ code: 'INVALID_REQUEST', message: 'any words', details, ...extra });
}

describe('an answer to connect that is an error', () => {
  it.each([
    ['a wrong shared token', { code: 'AUTH_TOKEN_MISMATCH' }, 'auth_token_mismatch'],
    ['no token', { code: 'AUTH_TOKEN_MISSING' }, 'auth_token_missing'],
    ['a stale device token', { code: 'AUTH_DEVICE_TOKEN_MISMATCH' }, 'device_token_stale'],
    ['scopes not approved', { code: 'AUTH_SCOPE_MISMATCH' }, 'auth_scope_mismatch'],
    ['too many tries', { code: 'AUTH_RATE_LIMITED' }, 'auth_rate_limited'],
    ['a device wanted', { code: 'DEVICE_IDENTITY_REQUIRED' }, 'device_identity_required'],
    ['another protocol', { code: 'PROTOCOL_MISMATCH', expectedProtocol: 3 }, 'protocol_mismatch'],
    ['a login problem we have no name for', { code: 'AUTH_SOMETHING_NEW' }, 'auth_refused'],
    ['a signature problem', { code: 'DEVICE_AUTH_SIGNATURE_INVALID' }, 'auth_refused'],
    ['a refusal we have no name for', { code: 'SOMETHING_NEW' }, 'connect_refused'],
    ['parameters it did not like', undefined, 'connect_refused'],
  ])('%s', (_name, details, code) => {
    expect(classifyConnectError(refusal(details)).code).toBe(code);
  });

  it('pairing that a person must approve stops and names the request', () => {
    const error = refusal({ code: 'PAIRING_REQUIRED', reason: 'not-paired', requestId: 'req-1' });
    expect(classifyConnectError(error)).toEqual({ code: 'pairing_required', detail: 'not-paired, request id req-1' });
  });

  it('pairing follows recommendedNextStep', () => {
    const error = refusal({ code: 'PAIRING_REQUIRED', recommendedNextStep: 'wait_then_retry' });
    expect(classifyConnectError(error).code).toBe('pairing_pending');
  });

  it('a gateway that is still starting says when to come back', () => {
    const error = refusal(
      { reason: 'startup-sidecars' },
      { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1_700 },
    );
    expect(classifyConnectError(error)).toEqual({ code: 'gateway_starting', retryAfterMs: 1_700 });
  });
});

describe('a socket that ended', () => {
  it.each([
    ['nobody listens', 1006, { errno: 'ECONNREFUSED' }, 'gateway_unreachable'],
    ['no such host', 1006, { errno: 'ENOTFOUND' }, 'gateway_unreachable'],
    ['a web server', 1006, { httpStatus: 404 }, 'not_a_gateway'],
    ['no HTTP at all', 1006, { errno: 'HPE_INVALID_CONSTANT' }, 'not_a_gateway'],
    ['a certificate of its own making', 1006, { errno: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls_failed'],
    ['a frame above the limit', 1006, { errno: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' }, 'frame_too_large'],
    ['the other side found ours too large', 1009, {}, 'frame_too_large'],
    ['a service restart', 1012, {}, 'gateway_restarting'],
    ['try again later', 1013, {}, 'gateway_starting'],
    ['a cut cable', 1006, {}, 'connection_lost'],
  ])('%s', (_name, closeCode, cause, code) => {
    expect(classifyClose(closeCode, cause).code).toBe(code);
  });
});
