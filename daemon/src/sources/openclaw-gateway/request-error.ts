import { GatewayProtocolRequestError } from '@openclaw/gateway-client/browser';

/** A request was not answered in time. */
export class RequestTimeoutError extends Error {
  override readonly name = 'RequestTimeoutError';
  readonly code = 'request_timeout';
  readonly method: string;

  constructor(method: string, timeoutMs: number) {
    super(`no answer to ${method} within ${timeoutMs} ms`);
    this.method = method;
  }
}

/** Why a request failed, fit for a person: the gateway's code, never its words. */
export function shortReason(error: unknown): string {
  if (error instanceof GatewayProtocolRequestError) return error.code;
  if (error instanceof RequestTimeoutError) return error.message;
  return 'connection lost';
}
