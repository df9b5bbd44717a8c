import * as React from 'react';
import type { Feed } from './feed.ts';
import type { FeedState } from './feed-state.ts';

export function useFeed(feed: Feed): FeedState {
  return React.useSyncExternalStore(feed.subscribe, feed.getState);
}
