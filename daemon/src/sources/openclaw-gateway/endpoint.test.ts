import { describe, expect, it } from 'vitest';
import { parseGatewayUrl } from './endpoint.ts';

describe('a gateway address', () => {
  it.each([
    ['this machine by number', 'ws://127.0.0.1:18789', true, true],
    ['this machine by name', 'ws://localhost:18789', true, true],
    ['this machine on IPv6', 'ws://[::1]:18789', true, true],
    ['a private network', 'ws://192.168.1.4:18789', false, true],
    ['a tailnet', 'ws://box.tail1.ts.net', false, true],
    ['a container beside us', 'ws://openclaw:18789', false, true],
    ['a public host in clear', 'ws://gateway.example.com', false, false],
    ['a public number in clear', 'ws://203.0.113.9:18789', false, false],
    ['a public host over TLS', 'wss://gateway.example.com', false, true],
  ])('%s', (_name, url, loopback, safe) => {
    expect(parseGatewayUrl(url)).toMatchObject({ url, loopback, safe });
  });

  it('is shown without user, password and query', () => {
    expect(parseGatewayUrl('wss://me:hunter2@gw.example.com/path?token=abc#x')?.shown).toBe(
      'wss://gw.example.com/path',
    );
  });

  it.each([['no address'], ['http://127.0.0.1:18789'], ['']])('refuses %j', (text) => {
    expect(parseGatewayUrl(text)).toBeUndefined();
  });
});
