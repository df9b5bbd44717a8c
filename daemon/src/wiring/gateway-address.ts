import type { Config } from '../config/config.ts';

export interface GatewayAddress {
  readonly url: string;
  readonly token?: { reveal(): string };
}

/** The gateway that is configured. */
export function gatewayAddress(config: Config): GatewayAddress {
  const { gatewayUrl, gatewayToken } = config.openclaw;
  return { url: gatewayUrl ?? 'ws://127.0.0.1:18789', ...(gatewayToken !== undefined && { token: gatewayToken }) };
}
