import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../turns/events.ts';
import { decodeFrames, type Frame, gatewayRecordings } from './gateway-frames.ts';
import { Player } from './player.ts';

const SEED = 4_811;
const RUNS = 10;

/** What a daemon gets that connects at `from`: no event from before, but the answers to its questions. */
function joinedAt(frames: readonly Frame[], from: number): readonly Frame[] {
  return frames.filter((frame, index) => index >= from || isAsking(frame));
}

function isAsking({ dir, f }: Frame): boolean {
  return dir === 'out' || (typeof f === 'object' && f !== null && 'type' in f && f.type === 'res');
}

function runsOf(events: readonly AgentEvent[], type?: AgentEvent['type']): ReadonlySet<string> {
  const wanted = events.filter((event) => type === undefined || event.type === type);
  return new Set(wanted.flatMap((event) => ('run' in event && event.run !== undefined ? [event.run.runId] : [])));
}

describe('a late join, anywhere in every gateway recording', () => {
  it.each(gatewayRecordings().map(({ name, frames }) => [name, frames] as const))('%s', (_name, frames) => {
    const events = decodeFrames(frames);
    const { shown, turns } = new Player().play(events).settle();
    const runs = runsOf(events);
    const mayStayActive = turns.some((turn) => turn.phase.status === 'active');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: frames.length }), (from) => {
        const seen = decodeFrames(joinedAt(frames, from));
        const late = new Player().play(seen).settle();
        // The same turn under the same name, or one that only its run can name (T1).
        for (const name of late.shown) expect(shown.has(name) || runs.has(name.replace('run:', '')), name).toBe(true);
        const sawEveryEnd = runsOf(seen, 'run.ended').size === runsOf(events, 'run.ended').size;
        if (mayStayActive || !sawEveryEnd) return;
        expect(late.turns.filter((turn) => turn.phase.status === 'active').map((turn) => turn.name)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
