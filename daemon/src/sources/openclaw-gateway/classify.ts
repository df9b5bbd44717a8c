import {
  ConnectErrorDetailCodes as Detail,
  GatewayProtocolRequestError,
  readConnectErrorDetailCode,
  readPairingConnectErrorDetails,
} from '@openclaw/gateway-client/browser';
import type { GatewayProblem, GatewayProblemCode } from './problems.ts';

/** Why a socket ended without a close frame that explains it. */
export interface SocketCause {
  /** Node's or ws' error code (`ECONNREFUSED`, `WS_ERR_...`, `CERT_HAS_EXPIRED`), if there was an error. */
  readonly errno?: string;
  /** The status of an HTTP answer that was no upgrade. */
  readonly httpStatus?: number;
}

const BY_DETAIL: ReadonlyMap<string, GatewayProblemCode> = new Map([
  [Detail.AUTH_TOKEN_MISSING, 'auth_token_missing'],
  [Detail.AUTH_REQUIRED, 'auth_token_missing'],
  [Detail.AUTH_TOKEN_MISMATCH, 'auth_token_mismatch'],
  [Detail.AUTH_DEVICE_TOKEN_MISMATCH, 'device_token_stale'],
  [Detail.AUTH_SCOPE_MISMATCH, 'auth_scope_mismatch'],
  [Detail.AUTH_RATE_LIMITED, 'auth_rate_limited'],
  [Detail.DEVICE_IDENTITY_REQUIRED, 'device_identity_required'],
  [Detail.CONTROL_UI_DEVICE_IDENTITY_REQUIRED, 'device_identity_required'],
  [Detail.PROTOCOL_MISMATCH, 'protocol_mismatch'],
  [Detail.CLIENT_VERSION_MISMATCH, 'protocol_mismatch'],
]);

/**
 * Reads the gateway's answer to `connect` when it is an error. Branches on codes only: `details.code` first, as OpenClaw
 * asks of clients (docs, "Transport and framing"); the texts may change.
 */
export function classifyConnectError(error: unknown): GatewayProblem {
  if (!(error instanceof GatewayProtocolRequestError)) return { code: 'connection_lost' };
  const detailCode = readConnectErrorDetailCode(error.details);
  if (detailCode === Detail.PAIRING_REQUIRED) return classifyPairing(error.details);
  if (detailCode !== null) {
    const code = BY_DETAIL.get(detailCode) ?? (isLogin(detailCode) ? 'auth_refused' : 'connect_refused');
    return withRetryAfter(code, detailCode, error.retryAfterMs);
  }
  if (error.code === 'UNAVAILABLE' || error.retryable) {
    return withRetryAfter('gateway_starting', undefined, error.retryAfterMs);
  }
  return withRetryAfter('connect_refused', error.code, error.retryAfterMs);
}

function classifyPairing(details: unknown): GatewayProblem {
  const pairing = readPairingConnectErrorDetails(details);
  const waits = pairing?.pauseReconnect === false || pairing?.recommendedNextStep === 'wait_then_retry';
  const code = waits ? 'pairing_pending' : 'pairing_required';
  const parts = [pairing?.reason, pairing?.requestId === undefined ? undefined : `request id ${pairing.requestId}`];
  const detail = parts.filter((part) => part !== undefined).join(', ');
  return detail === '' ? { code } : { code, detail };
}

function isLogin(detailCode: string): boolean {
  return detailCode.startsWith('AUTH') || detailCode.startsWith('DEVICE_AUTH_');
}

function withRetryAfter(
  code: GatewayProblemCode,
  detail: string | undefined,
  retryAfterMs: number | undefined,
): GatewayProblem {
  return {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Reads how a socket ended: the socket's own error first, then the close code (RFC 6455 §7.4.1). */
export function classifyClose(closeCode: number, cause: SocketCause): GatewayProblem {
  if (cause.httpStatus !== undefined) return { code: 'not_a_gateway', detail: `HTTP ${cause.httpStatus}` };
  if (cause.errno !== undefined) return classifyErrno(cause.errno);
  switch (closeCode) {
    case 1009:
      return { code: 'frame_too_large' };
    case 1012:
      return { code: 'gateway_restarting' };
    case 1013:
      return { code: 'gateway_starting' };
    default:
      return { code: 'connection_lost', detail: `close code ${closeCode}` };
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

function classifyErrno(errno: string): GatewayProblem {
  if (errno === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return { code: 'frame_too_large' };
  if (UNREACHABLE.has(errno)) return { code: 'gateway_unreachable', detail: errno };
  if (/CERT|SSL|TLS|SELF_SIGNED/.test(errno)) return { code: 'tls_failed', detail: errno };
  // HPE_* is Node's HTTP parser: the other side does not even speak HTTP.
  if (errno.startsWith('HPE_')) return { code: 'not_a_gateway', detail: errno };
  return { code: 'connection_lost', detail: errno };
}
