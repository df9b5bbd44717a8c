import * as React from 'react';

/** Where in the page: the overview, or one turn. The address can be sent to somebody else. */
export type Route = { readonly page: 'overview' } | { readonly page: 'turn'; readonly id: string };

const OVERVIEW: Route = { page: 'overview' };
/** The contract's session ids. */
const TURN = /^#\/turn\/([A-Za-z0-9_-]{1,64})$/;

export function parseHash(hash: string): Route {
  const id = TURN.exec(hash)?.[1];
  return id === undefined ? OVERVIEW : { page: 'turn', id };
}

export function turnHref(id: string): string {
  return `#/turn/${id}`;
}

export function useRoute(): Route {
  const hash = React.useSyncExternalStore(subscribeHash, () => window.location.hash);
  return React.useMemo(() => parseHash(hash), [hash]);
}

function subscribeHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
