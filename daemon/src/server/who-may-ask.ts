import { isIP } from 'node:net';
import { isLoopbackHost } from '../config/loopback.ts';

export interface HostRules {
  /** What the server is bound to. */
  readonly boundHost: string;
  /** Further names, in lower case, without port. */
  readonly allowedHosts: readonly string[];
}

export interface RequestOrigin {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
}

/**
 * Whether the Host header names this server. A page of `evil.example` can make that name resolve to 127.0.0.1 (DNS
 * rebinding) and is then same-origin with us for the browser; only the Host header still tells. An address written as
 * digits cannot be rebound, so beyond loopback all of them pass.
 */
export function isHostAllowed(host: string | undefined, rules: HostRules): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  if (isLoopbackHost(name) || rules.allowedHosts.includes(name)) return true;
  if (isLoopbackHost(rules.boundHost)) return false;
  return isIP(name) !== 0 || name === rules.boundHost.toLowerCase();
}

/**
 * Whether a page of another origin asks. Browsers send `Origin` with cross-origin requests whose answer a page could read,
 * and `Sec-Fetch-Site` with all (a `<script src>` too). Following a link to us is no such request.
 */
export function isForeignPage(request: RequestOrigin, rules: HostRules): boolean {
  const { origin, host, fetchSite, fetchMode } = request;
  if ((fetchSite === 'cross-site' || fetchSite === 'same-site') && fetchMode !== 'navigate') return true;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  if (from.host === host?.toLowerCase()) return false;
  // A reverse proxy may replace the Host header; the name people use is then in the settings.
  return !rules.allowedHosts.includes(from.hostname);
}

/** `[::1]:9090` -> `::1`; undefined when it is no host and port. */
function hostName(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(host ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
