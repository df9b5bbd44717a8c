import type { SourceState } from '../source.ts';

interface ProblemSpec {
  readonly state: Exclude<SourceState, 'ok'>;
  /** What happens next: try again soon, try again at the slowest pace, or stop until a person has acted. */
  readonly retry: 'soon' | 'slow' | 'never';
  /** What is wrong, for a person. */
  readonly what: string;
  /** What that person can do. Empty when waiting is all there is to do. */
  readonly todo: string;
}

/** Every reason why the gateway source is not `ok`. The code is stable: part of /health, metrics and the docs. */
export const GATEWAY_PROBLEMS = {
  connecting: { state: 'connecting', retry: 'soon', what: 'Connecting to the OpenClaw gateway.', todo: '' },
  syncing: { state: 'connecting', retry: 'soon', what: 'Connected; reading what the agents are doing.', todo: '' },
  connection_lost: { state: 'connecting', retry: 'soon', what: 'The connection to the gateway was lost.', todo: '' },
  gateway_restarting: { state: 'connecting', retry: 'soon', what: 'The gateway is restarting.', todo: '' },
  gateway_starting: { state: 'connecting', retry: 'soon', what: 'The gateway is still starting.', todo: '' },
  tick_timeout: {
    state: 'connecting',
    retry: 'soon',
    what: 'The gateway fell silent, so the connection was given up.',
    todo: 'If this repeats, look at the gateway machine: it is overloaded or the network drops idle connections.',
  },
  handshake_timeout: {
    state: 'connecting',
    retry: 'soon',
    what: 'The gateway accepted the connection but did not finish the handshake.',
    todo: 'If this repeats, check that the address is an OpenClaw gateway and that it is not overloaded.',
  },
  gateway_unreachable: {
    state: 'degraded',
    retry: 'soon',
    what: 'The gateway cannot be reached.',
    todo: 'Start OpenClaw (`openclaw gateway`), or set OPENCLAW_GATEWAY_URL to where it listens.',
  },
  frame_too_large: {
    state: 'degraded',
    retry: 'soon',
    what: 'The gateway sent a message above the size limit, so the connection was dropped.',
    todo: 'Nothing is lost but the moment; if it repeats, please report it with `livestatus record`.',
  },
  not_a_gateway: {
    state: 'degraded',
    retry: 'slow',
    what: 'Something that is not an OpenClaw gateway answers at this address.',
    todo: 'Check OPENCLAW_GATEWAY_URL and any proxy in between.',
  },
  tls_failed: {
    state: 'degraded',
    retry: 'slow',
    what: 'The TLS connection to the gateway failed.',
    todo: "Make the gateway's certificate valid for this host (NODE_EXTRA_CA_CERTS adds your own authority).",
  },
  auth_rate_limited: {
    state: 'degraded',
    retry: 'slow',
    what: 'The gateway refuses logins for a while, after too many failed ones.',
    todo: 'Check OPENCLAW_GATEWAY_TOKEN; Live Status tries again by itself.',
  },
  pairing_pending: {
    state: 'degraded',
    retry: 'slow',
    what: 'The gateway waits for this device to be approved.',
    todo: 'On the gateway machine run `openclaw devices list`, then `openclaw devices approve <request id>`.',
  },
  pairing_required: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway does not know this device.',
    todo: 'On the gateway machine run `openclaw devices list`, then `openclaw devices approve <request id>`, and restart Live Status.',
  },
  auth_token_missing: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway wants a token and none is configured.',
    todo: 'Set OPENCLAW_GATEWAY_TOKEN to the value of gateway.auth.token in openclaw.json, and restart Live Status.',
  },
  auth_token_mismatch: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway refused the token.',
    todo: 'Set OPENCLAW_GATEWAY_TOKEN to the value of gateway.auth.token in openclaw.json, and restart Live Status.',
  },
  device_token_stale: {
    state: 'failed',
    retry: 'never',
    what: "The gateway no longer accepts this device's token.",
    todo: 'Set OPENCLAW_GATEWAY_TOKEN so that the device can pair again, and restart Live Status.',
  },
  auth_scope_mismatch: {
    state: 'failed',
    retry: 'never',
    what: 'This device was not approved for the scopes in OPENCLAW_GATEWAY_SCOPES.',
    todo: 'Set OPENCLAW_GATEWAY_TOKEN so that it can pair again, or approve the upgrade with `openclaw devices approve --latest`; then restart Live Status.',
  },
  device_identity_required: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway wants a paired device.',
    todo: 'Set OPENCLAW_GATEWAY_TOKEN so that this device can pair, and restart Live Status.',
  },
  auth_refused: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway refused the login.',
    todo: 'Compare gateway.auth in openclaw.json with OPENCLAW_GATEWAY_TOKEN, and restart Live Status.',
  },
  protocol_mismatch: {
    state: 'failed',
    retry: 'never',
    what: 'This gateway does not speak protocol 4.',
    todo: 'Update OpenClaw to 2026.7 or newer (older ones are read from their transcripts: set TRANSCRIPT_DIR), or update Live Status.',
  },
  connect_refused: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway did not understand the connect request.',
    todo: 'Update Live Status or OpenClaw so that their versions fit.',
  },
  invalid_url: {
    state: 'failed',
    retry: 'never',
    what: 'The gateway address is not a ws:// or wss:// URL.',
    todo: 'Set OPENCLAW_GATEWAY_URL to something like ws://127.0.0.1:18789.',
  },
  insecure_url: {
    state: 'failed',
    retry: 'never',
    what: 'The token would cross a public network in clear, so nothing was sent.',
    todo: 'Use wss://, or a tunnel: ssh -N -L 18789:127.0.0.1:18789 user@gateway-host.',
  },
  device_store_failed: {
    state: 'failed',
    retry: 'never',
    what: 'The device identity cannot be kept safely in the state directory.',
    todo: 'Make STATE_DIR a directory that only this user can read and write, with free space, and restart Live Status.',
  },
  channel_runs_hidden: {
    state: 'degraded',
    retry: 'soon',
    what: 'This gateway has no per-session subscriptions, so runs that come from a channel show no tools.',
    todo: 'Update OpenClaw to 2026.7 or newer.',
  },
  sync_failed: {
    state: 'degraded',
    retry: 'soon',
    what: 'The list of sessions cannot be read from the gateway.',
    todo: 'Look at the gateway log; Live Status tries again by itself.',
  },
  scope_missing: {
    state: 'degraded',
    retry: 'soon',
    what: 'The gateway let this device in without the right to read, so nothing can be seen.',
    todo: 'On the gateway machine run `openclaw devices list`, approve operator.read for Live Status, and restart it.',
  },
  keys_refused: {
    state: 'degraded',
    retry: 'soon',
    what: 'The gateway refuses to show some sessions.',
    todo: 'Check that this device has the scope operator.read.',
  },
} as const satisfies Record<string, ProblemSpec>;

export type GatewayProblemCode = keyof typeof GATEWAY_PROBLEMS;

export interface GatewayProblem {
  readonly code: GatewayProblemCode;
  /** More about this case, without secrets: an errno, a request id, the other side's words. */
  readonly detail?: string;
  /** The other side's wish when to come back. */
  readonly retryAfterMs?: number;
}

/** The one sentence (or three) that health, log and dashboard show. */
export function describeProblem(problem: GatewayProblem): string {
  const spec: ProblemSpec = GATEWAY_PROBLEMS[problem.code];
  const what = problem.detail === undefined ? spec.what : `${spec.what.replace(/\.$/, '')} (${problem.detail}).`;
  return spec.todo === '' ? what : `${what} ${spec.todo}`;
}
