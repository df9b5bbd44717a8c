import {
  buildDeviceAuthPayloadV3,
  buildGatewayConnectAuth,
  GATEWAY_CLIENT_CAPS,
  GATEWAY_CLIENT_IDS,
  GATEWAY_CLIENT_MODES,
  MIN_CLIENT_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  selectGatewayConnectAuth,
} from '@openclaw/gateway-client/browser';
import type { DeviceStore } from './device-store.ts';

const ROLE = 'operator';

export interface HandshakeInput {
  readonly device: DeviceStore;
  /** The gateway's address as the key of its token. */
  readonly gateway: string;
  /** The shared token; sent only while this device has none of its own. */
  readonly sharedToken: string | undefined;
  /** Do as if this device had no token yet: the gateway refused the one it has. */
  readonly pairAnew: boolean;
  readonly scopes: readonly string[];
  readonly version: string;
  readonly platform: string;
  readonly nonce: string;
  /** The challenge's `ts`, on the gateway's clock: what a device proof is dated with. */
  readonly challengeTs: number;
}

export interface HandshakePlan {
  readonly params: unknown;
  /** The login rests on the token this device was given earlier, so a refusal may mean that it is stale. */
  readonly usesDeviceToken: boolean;
}

/**
 * The parameters of `connect`. The client names itself `cli`: the only kind that a gateway pairs silently on its own
 * machine and gives a device token to (seen on 2026.9.6; a `backend` gets none). The signature binds the token, the
 * challenge and the platform (payload v3).
 */
export function planHandshake(input: HandshakeInput): HandshakePlan {
  const stored = input.pairAnew ? undefined : input.device.token(input.gateway);
  const auth = selectGatewayConnectAuth({
    ...(stored === undefined ? {} : { storedToken: stored.token, storedScopes: [...stored.scopes] }),
    ...(stored === undefined && input.sharedToken !== undefined ? { token: input.sharedToken } : {}),
  });
  const scopes = [...input.scopes];
  const payload = buildDeviceAuthPayloadV3({
    deviceId: input.device.deviceId,
    clientId: GATEWAY_CLIENT_IDS.CLI,
    clientMode: GATEWAY_CLIENT_MODES.CLI,
    role: ROLE,
    scopes,
    signedAtMs: input.challengeTs,
    token: auth.signatureToken ?? null,
    nonce: input.nonce,
    platform: input.platform,
  });
  return {
    usesDeviceToken: stored !== undefined,
    params: {
      minProtocol: MIN_CLIENT_PROTOCOL_VERSION,
      maxProtocol: PROTOCOL_VERSION,
      client: {
        id: GATEWAY_CLIENT_IDS.CLI,
        mode: GATEWAY_CLIENT_MODES.CLI,
        displayName: 'Live Status',
        version: input.version,
        platform: input.platform,
      },
      role: ROLE,
      scopes,
      caps: [GATEWAY_CLIENT_CAPS.TOOL_EVENTS],
      auth: buildGatewayConnectAuth(auth),
      device: {
        id: input.device.deviceId,
        publicKey: input.device.publicKey,
        signature: input.device.sign(payload),
        signedAt: input.challengeTs,
        nonce: input.nonce,
      },
    },
  };
}
