import { describe, expect, it, vi } from 'vitest';
import { createChatClient } from './chat_client.ts';

const post = { channelId: 'town', rootId: 'root', message: '@sol stop', pendingPostId: 'me:1' };

function clientWith(answer: () => Promise<Response>, cookie = 'a=b; MMCSRF=token; c=d') {
  const fetch = vi.fn(answer);
  const host = { basename: '/chat', location: { pathname: '/chat/' }, document: { cookie }, fetch };
  return { fetch, client: createChatClient(host as never, () => ({})) };
}

describe('a post', () => {
  it("is Mattermost's own, with the token against forged requests, below the path of the SiteURL", async () => {
    const { client, fetch } = clientWith(async () => Response.json({ id: 'new' }));
    await client.createPost(post);
    const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
    expect(url).toBe('/chat/api/v4/posts');
    expect(init).toMatchObject({ method: 'POST', credentials: 'same-origin', headers: { 'X-CSRF-Token': 'token' } });
    expect(JSON.parse(String(init.body))).toEqual({
      channel_id: 'town',
      root_id: 'root',
      message: '@sol stop',
      pending_post_id: 'me:1',
    });
  });

  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [500, 'HTTP 500'],
  ])('that is refused with %d says so: %s', async (status, code) => {
    const { client } = clientWith(async () => new Response('{}', { status }));
    await expect(client.createPost(post)).rejects.toMatchObject({ code });
  });

  it('that is being made for another tab already is made', async () => {
    const body = { id: 'api.post.deduplicate_create_post.pending', status_code: 500 };
    const { client } = clientWith(async () => Response.json(body, { status: 500 }));
    await expect(client.createPost(post)).resolves.toBeUndefined();
  });

  it('without a connection is unreachable', async () => {
    const { client } = clientWith(() => Promise.reject(new TypeError('network')));
    await expect(client.createPost(post)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('that is not answered in time says that nobody knows', async () => {
    vi.useFakeTimers();
    const { client, fetch } = clientWith(() => new Promise(() => undefined));
    fetch.mockImplementation(
      ((_url: string, init: RequestInit) =>
        new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('abort'))))) as never,
    );
    const refused = expect(client.createPost(post)).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(15_000);
    await refused;
    vi.useRealTimers();
  });
});

it('an answer that names nobody is nobody', async () => {
  const { client } = clientWith(async () => Response.json({}));
  await expect(client.authorOf('box')).rejects.toMatchObject({ code: 'no_bot' });
  await expect(client.usernameOf('bot')).rejects.toMatchObject({ code: 'no_bot' });
});
