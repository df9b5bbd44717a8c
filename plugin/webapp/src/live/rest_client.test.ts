import { describe, expect, it, vi } from 'vitest';
import { apiRoot } from '../host/address.ts';
import { backoffMs } from './backoff.ts';
import { createRestClient } from './rest_client.ts';

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  vi.fn<typeof fetch>(() => Promise.resolve(new Response(body, { status, headers })));

describe('a request', () => {
  it('carries the cookie and says that it comes from a script', async () => {
    const fetch = answering(200, '{"sessions":[],"daemons":[]}');
    await createRestClient('/chat/plugins/x/api/v1', fetch).sessions();
    const [url, options] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('/chat/plugins/x/api/v1/sessions');
    expect(options).toMatchObject({ credentials: 'same-origin', headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    expect(options?.method).toBeUndefined();
  });

  it.each([
    [401, '{"error":"no","code":"unauthorized"}', {}, { code: 'unauthorized', status: 401, retryAfterMs: 0 }],
    [429, 'slow down', { 'Retry-After': '3' }, { code: 'rate_limited', status: 429, retryAfterMs: 3000 }],
    [502, '<html>', {}, { code: 'bad_answer', status: 502 }],
    [200, '<html>', {}, { code: 'bad_answer', status: 200 }],
  ])('refused by %d %s has a code', async (status, body, headers, expected) => {
    const request = createRestClient('', answering(status, body, headers)).config();
    await expect(request).rejects.toMatchObject({ name: 'RestError', ...expected });
  });

  it('without an answer says so', async () => {
    const client = createRestClient('', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(client.sessions()).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('for a session that is gone is undefined, but not when something else answers 404', async () => {
    const gone = createRestClient('', answering(404, '{"error":"x","code":"session_not_found"}'));
    await expect(gone.session('a')).resolves.toBeUndefined();
    const noPlugin = createRestClient('', answering(404, 'page not found'));
    await expect(noPlugin.session('a')).rejects.toMatchObject({ code: 'bad_answer' });
  });

  it('never leaves its path, whatever the id is', async () => {
    const fetch = answering(200, '{}');
    await createRestClient('/api', fetch).session('../config?x=');
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/sessions/..%2Fconfig%3Fx%3D');
  });
});

describe('the address', () => {
  const at = (basename: string | undefined, SiteURL?: string) =>
    apiRoot(
      { ...(basename === undefined ? {} : { basename }), location: { pathname: '/' } },
      { entities: { general: { config: SiteURL === undefined ? {} : { SiteURL } } } },
    );
  const API = '/plugins/com.openclaw.livestatus/api/v1';
  it.each([
    ['at the root', at(''), API],
    ['by the base name', at('/chat'), `/chat${API}`],
    ['by the site URL', at(undefined, 'https://example.org/a/b/'), `/a/b${API}`],
    ['without either', at(undefined), API],
    ['of a broken site URL', at(undefined, 'nonsense'), API],
  ])('%s', (_, actual, expected) => expect(actual).toBe(expected));
});

describe('the next try', () => {
  it.each([
    [1, 0, 0, 500],
    [1, 1, 0, 1000],
    [3, 1, 0, 4000],
    [50, 1, 0, 30_000],
    [1, 0, 9000, 9000],
  ])('number %d with luck %d, asked to wait %d ms, is in %d ms', (attempt, random, asked, expected) =>
    expect(backoffMs(attempt, random, asked)).toBe(expected),
  );
});
