import { describe, expect, it } from 'vitest';
import { type HealthFacts, judge } from './health.ts';

const FINE: HealthFacts = {
  directory: '/srv/agent/state/agents',
  place: 'ok',
  unreadable: [],
  sqlite: undefined,
  limit: undefined,
  failed: undefined,
  damagedIndex: undefined,
  sessions: true,
  runs: true,
};
const SQLITE = '/srv/agent/state/agents/main/agent/a.sqlite';

describe('the source says what is wrong and what to do', () => {
  it.each<{ facts: Partial<HealthFacts>; state: string; code: string | undefined; says: string }>([
    { facts: {}, state: 'ok', code: undefined, says: '' },
    { facts: { place: 'missing' }, state: 'failed', code: 'directory_missing', says: 'OPENCLAW_STATE_DIR' },
    { facts: { place: 'unreadable' }, state: 'failed', code: 'directory_unreadable', says: '/srv/agent/state/agents' },
    { facts: { unreadable: ['/srv/x'] }, state: 'failed', code: 'directory_unreadable', says: '/srv/x' },
    { facts: { sqlite: SQLITE, runs: false }, state: 'failed', code: 'sqlite_only', says: 'OPENCLAW_GATEWAY_URL' },
    { facts: { sqlite: SQLITE, runs: true }, state: 'ok', code: undefined, says: '' },
    { facts: { limit: 'ENOSPC' }, state: 'degraded', code: 'watch_limit', says: 'max_user_watches' },
    {
      facts: { failed: { path: '/srv/x.jsonl', code: 'EIO' } },
      state: 'degraded',
      code: 'read_failed',
      says: '/srv/x.jsonl',
    },
    {
      facts: { damagedIndex: '/srv/sessions.json' },
      state: 'degraded',
      code: 'index_unreadable',
      says: '/srv/sessions.json',
    },
    { facts: { sessions: false }, state: 'degraded', code: 'no_sessions', says: 'wrong directory' },
    {
      facts: { place: 'missing', limit: 'EMFILE', sessions: false },
      state: 'failed',
      code: 'directory_missing',
      says: '',
    },
  ])('$code', ({ facts, state, code, says }) => {
    const verdict = judge({ ...FINE, ...facts });
    expect({ state: verdict.state, code: verdict.code }).toEqual({ state, code });
    expect(verdict.reason ?? '').toContain(says);
  });
});
