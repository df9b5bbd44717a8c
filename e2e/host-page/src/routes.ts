/** Where an address of the page leads, below the SiteURL's path. */
export type Route =
  | { readonly kind: 'start' }
  | { readonly kind: 'channel'; readonly team: string; readonly channel: string }
  | { readonly kind: 'post'; readonly postId: string }
  | { readonly kind: 'popout'; readonly postId: string };

export function parseRoute(pathname: string, base: string): Route {
  const parts = pathname.slice(base.length).split('/').filter(Boolean).map(decodeURIComponent);
  const [first = '', second, third = '', fourth] = parts;
  if (first === '_redirect' && second === 'pl') return { kind: 'post', postId: third };
  if (first === '_popout') return { kind: 'popout', postId: fourth ?? '' };
  if (second === 'pl') return { kind: 'post', postId: third };
  if (second === 'channels' || second === 'messages') return { kind: 'channel', team: first, channel: third };
  return { kind: 'start' };
}
