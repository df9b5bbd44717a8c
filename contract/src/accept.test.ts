import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { session } from '../test/arbitraries.ts';
import { type AcceptanceCase, changeOf, overlaid, readFixture } from '../test/fixtures.ts';
import { accept, diff, type Session, type Writer } from './index.ts';

const { base, cases } = readFixture<{ base: Session; cases: AcceptanceCase[] }>('acceptance');

const writerOf = (row: AcceptanceCase): Writer | undefined =>
  row.writer && { daemonId: row.writer.daemon_id, ownerAlive: row.writer.owner_alive };

/** Successive states of one session with growing seq. */
const history = fc
  .array(session, { minLength: 2, maxLength: 5 })
  .map((states) => states.map((s, i) => ({ ...s, daemon_id: 'd1', post_id: 'p1', seq: (i + 1) * 10 })));

describe('accept', () => {
  for (const row of cases) {
    it(row.name, () => {
      const stored = row.stored === null ? undefined : overlaid(base, row.stored);
      const result = accept(stored, changeOf(base, row), writerOf(row));
      if (!result.ok) {
        expect({ status: result.reason, seq: result.seq }).toStrictEqual(row.expect);
        return;
      }
      const { session: after, ...verdict } = row.expect;
      expect({ status: 'ok', changed: result.changed, seq: result.session.seq }).toStrictEqual(verdict);
      if (after === undefined) expect(result.session).toBe(stored);
      else expect(result.session).toStrictEqual(overlaid(base, after));
    });
  }

  it('D3: deltas in order lead to the last state; one that is missing leads to a resync, and a snapshot repairs it', () => {
    fc.assert(
      fc.property(history, fc.nat(), (states, missing) => {
        const skipped = 1 + (missing % (states.length - 1));
        let stored = states[0] as Session;
        for (let i = 1; i < states.length; i++) {
          const state = states[i] as Session;
          const delta = diff(states[i - 1] as Session, state);
          if (delta === null || i === skipped) continue;
          const result = accept(stored, delta);
          expect(result.ok).toBe(i < skipped);
          if (result.ok) stored = result.session;
          else expect(result).toStrictEqual({ ok: false, reason: 'resync', seq: stored.seq });
        }
        const last = states.at(-1) as Session;
        expect(accept(stored, last)).toStrictEqual({ ok: true, changed: true, session: last });
      }),
    );
  });

  it('D3: duplicates and late copies never change what is stored', () => {
    fc.assert(
      fc.property(history, (states) => {
        const last = states.at(-1) as Session;
        for (const old of states) {
          const result = accept(last, old);
          expect(result).toStrictEqual(
            old === last ? { ok: true, changed: false, session: last } : { ok: false, reason: 'resync', seq: last.seq },
          );
        }
      }),
    );
  });
});
