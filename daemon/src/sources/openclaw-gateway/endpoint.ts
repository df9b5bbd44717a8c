import { BlockList, isIP } from 'node:net';

/** Where a gateway is, and what follows from that for retries and for secrets. */
export interface GatewayEndpoint {
  readonly url: string;
  /** Fit for logs and health: no user, password or query. */
  readonly shown: string;
  /** On this machine: reconnects are quick and pairing is silent. */
  readonly loopback: boolean;
  /** False when credentials would cross a public network in clear (`ws://` to a public host). */
  readonly safe: boolean;
}

const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Reads a `ws://` or `wss://` address. Returns undefined for anything else.
 *
 * Plain `ws://` counts as safe towards this machine, private addresses, `.local` and `.ts.net` names and names without a
 * dot (a container's service name): the list of OpenClaw's own client, plus the last.
 */
export function parseGatewayUrl(text: string): GatewayEndpoint | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
  const loopback = host === 'localhost' || inList(LOOPBACK, host);
  const path = url.pathname === '/' ? '' : url.pathname;
  return {
    url: text,
    shown: `${url.protocol}//${url.host}${path}`,
    loopback,
    safe: url.protocol === 'wss:' || loopback || isPrivate(host),
  };
}

function isPrivate(host: string): boolean {
  if (isIP(host) !== 0) return inList(PRIVATE, host);
  return !host.includes('.') || host.endsWith('.local') || host.endsWith('.ts.net');
}

function inList(list: BlockList, host: string): boolean {
  const family = isIP(host);
  if (family === 0) return false;
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
