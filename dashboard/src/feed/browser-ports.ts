import type { Session } from '@livestatus/contract';
import type { FeedPorts } from './feed.ts';

/** The real browser. Addresses are relative, so the page also works below a path of a reverse proxy. */
export function browserPorts(): FeedPorts {
  return {
    openEvents: () => new EventSource('events'),
    probe: async () => (await fetch('api/v1/sessions?limit=0')).status,
    async fetchSession(id) {
      const response = await fetch(`api/v1/sessions/${encodeURIComponent(id)}`);
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`GET /api/v1/sessions/{id} answered ${response.status}`);
      return (await response.json()) as Session;
    },
    now: () => performance.now(),
    after(ms, callback) {
      const id = setTimeout(callback, ms);
      return () => clearTimeout(id);
    },
    random: () => Math.random(),
  };
}
