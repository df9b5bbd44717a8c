import type { Session } from '@livestatus/contract';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../openclaw/harness/wait.ts';
import { advance, type Pair, startPair } from './fixture.ts';

/** Runs with tools, a sub-agent and a yield, several of them at once. */
const RECORDINGS = ['gateway/mm-channel-tools', 'gateway/11-yield-question', 'gateway/mm-dm-error'];
const FACTS = 500;

describe('kill -9 of the daemon', () => {
  test('at seeded random moments: the same turns under the same ids, final states exact, nothing active', async () => {
    const expected = await played([]);
    for (const seed of [1, 2, 3]) {
      const moments = momentsOf(seed);
      const seen = await played(moments);
      expect({ seed, moments, turns: seen }).toEqual({ seed, moments, turns: expected });
    }
  }, 240_000);
});

/** Steps through the recordings and kills the daemon after each of `moments` facts; what it shows in the end. */
async function played(moments: readonly number[]): Promise<unknown> {
  const pair = await startPair(RECORDINGS);
  try {
    await connected(pair);
    let told = 0;
    for (const moment of moments) {
      await advance(pair, moment - told);
      told = moment;
      await settled(pair);
      await pair.daemon.kill();
      await pair.daemon.start();
      await connected(pair);
    }
    await advance(pair, Number.POSITIVE_INFINITY);
    return (await ended(pair)).map(essence).sort();
  } finally {
    await pair.dispose();
  }
}

async function connected({ daemon }: Pair): Promise<void> {
  await waitFor(
    'the source to be ok',
    async () => ((await daemon.dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
    {
      deadlineMs: 20_000,
      seen: () => daemon.tail(),
    },
  );
}

/**
 * What was told has arrived: two looks see the same. Frames that are still in the socket when the process dies are told to
 * nobody, as while the daemon is down; what became of their turns, the gateway's history must tell.
 */
async function settled({ daemon }: Pair): Promise<void> {
  let before = '';
  await waitFor(
    'the daemon to have seen what was told',
    async () => {
      const now = JSON.stringify((await daemon.dashboard.sessions()).map(essence));
      const same = now === before;
      before = now;
      return same ? true : undefined;
    },
    { deadlineMs: 20_000 },
  );
}

async function ended({ daemon }: Pair): Promise<readonly Session[]> {
  return waitFor(
    'every turn to end',
    async () => {
      const sessions = await daemon.dashboard.sessions();
      return sessions.length >= 4 && sessions.every((session) => session.status !== 'active') ? sessions : undefined;
    },
    { deadlineMs: 90_000, seen: async () => JSON.stringify((await daemon.dashboard.sessions()).map(essence)) },
  );
}

/** What must not depend on when the daemon was killed. Interim texts may be told by another id, so they are left out. */
function essence(session: Session): string {
  const tools = session.steps.filter((step) => step.kind === 'tool' || step.kind === 'agent');
  return JSON.stringify([
    session.id,
    session.session_key,
    session.status,
    session.tool_calls,
    tools.map((step) => [step.kind, step.name, step.status]),
  ]);
}

/** Three moments, ascending, by a small generator of our own: the same on every machine. */
function momentsOf(seed: number): readonly number[] {
  let state = seed * 2_654_435_761;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 20 + (state % FACTS);
  };
  return [...new Set([next(), next(), next()])].sort((a, b) => a - b);
}
