import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../turns/events.ts';
import { reduce } from '../../turns/reduce.ts';
import { type EventStream, eventStreams } from './event-streams.ts';
import { Player } from './player.ts';

/**
 * The invariants of the turn machine (protocol), over the event streams of every recording. The seed is fixed, so that a red
 * build means a change; raise RUNS to search for more.
 */
const SEED = 4_811;
const RUNS = 8;

let streams: readonly EventStream[] = [];
beforeAll(async () => {
  streams = await eventStreams();
});

/** `check` gets random numbers in [0, 1): what they choose shrinks towards the beginning. */
function forEachStream(check: (stream: EventStream, choose: readonly number[]) => void): void {
  const choices = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 40,
    maxLength: 40,
  });
  for (const stream of streams) {
    fc.assert(
      fc.property(choices, (choose) => {
        try {
          check(stream, choose);
        } catch (error) {
          throw new Error(`in ${stream.name}`, { cause: error });
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }
}

function played(events: readonly AgentEvent[]): Player {
  return new Player().play(events).settle();
}

/** Runs whose end the stream does not hold. */
function endless(events: readonly AgentEvent[]): ReadonlySet<string> {
  const open = new Set<string>();
  for (const event of events) {
    if (!('run' in event) || event.run === undefined) continue;
    if (event.type === 'run.started' || event.type === 'run.joined') open.add(event.run.runId);
    else if (event.type === 'run.ended') open.delete(event.run.runId);
  }
  return open;
}

describe('every recording', () => {
  it('there are streams of all sources', () => {
    const sources = new Set(streams.map((stream) => stream.name.split('/')[0]));
    expect(sources).toEqual(new Set(['gateway', 'gateway-extra', 'jsonl']));
    expect(streams.length).toBeGreaterThan(60);
  });

  it('leaves nothing active after the runtime’s last end', () => {
    for (const { name, events } of streams) {
      if (endless(events).size > 0 || events.at(-1)?.type === 'source.lost') continue;
      const active = played(events).turns.filter((turn) => turn.phase.status === 'active');
      expect(active, name).toEqual([]);
    }
  });

  it('never changes a state that it was given, and gives the same one back if nothing changed', () => {
    for (const { name, events } of streams) {
      const player = new Player();
      for (const event of events) {
        const family = player.play([event]).familyOf(event.key);
        if (family !== undefined) expect(reduce(family, event, player.now), `${name}: ${event.type}`).toBe(family);
      }
    }
  });

  it('has a state that JSON keeps whole', () => {
    for (const { events } of streams) {
      const player = new Player();
      events.forEach((event, at) => {
        player.play([event]);
        if (at % 20 > 0 && at < events.length - 1) return;
        for (const family of player.families) expect(JSON.parse(JSON.stringify(family))).toStrictEqual(family);
      });
    }
  });

  it('told twice, event by event, is the same', () => {
    forEachStream(({ events }, choose) => {
      const twice = events.flatMap((event, at) => ((choose[at % 40] ?? 0) < 0.5 ? [event, event] : [event]));
      expect(played(twice).summary).toEqual(played(events).summary);
    });
  });

  it('told again a little later is the same', () => {
    forEachStream(({ events }, choose) => {
      const again = events.flatMap((event, at) => {
        const back = Math.floor((choose[at % 40] ?? 0) * 40);
        const earlier = events[at - back];
        return back < 10 && back > 0 && earlier !== undefined ? [event, { ...earlier, at: event.at }] : [event];
      });
      const repeated = played(again);
      expect(repeated.summary).toEqual(played(events).summary);
    });
  });

  it('in another order within a run has the same turns', () => {
    forEachStream(({ events }, choose) => {
      const mixed = [...events];
      for (let at = 0; at < mixed.length - 1; at += 1) {
        const [a, b] = [mixed[at], mixed[at + 1]];
        if (a === undefined || b === undefined || (choose[at % 40] ?? 0) < 0.5 || !isSameRun(a, b)) continue;
        [mixed[at], mixed[at + 1]] = [
          { ...b, at: a.at },
          { ...a, at: b.at },
        ];
      }
      expect(new Set(played(mixed).turns.map((turn) => turn.name))).toEqual(
        new Set(played(events).turns.map((turn) => turn.name)),
      );
    });
  });

  it('cut off anywhere shows no turn that the whole does not', () => {
    forEachStream(({ events }, [choose = 0]) => {
      const { shown } = played(events);
      const cut = new Player().play(events.slice(0, Math.floor(choose * events.length)));
      for (const name of cut.shown) expect(shown).toContain(name);
    });
  });

  it('with a restart of the daemon anywhere has the same turns', () => {
    forEachStream(({ events }, [choose = 0, again = 0]) => {
      const whole = played(events);
      const at = Math.floor(choose * events.length);
      const replayed =
        again < 0.5 ? [] : events.slice(Math.max(0, at - 30), at).filter((event) => event.type !== 'source.lost');
      const now = events[at - 1]?.at ?? 0;
      const open = endless(events.slice(0, at));
      const player = new Player().play(events.slice(0, at)).restart();
      player.play(replayed.map((event) => ({ ...event, at: now }))).sync((runId) => open.has(runId));
      player.play(events.slice(at)).settle();
      expect([...player.shown].sort()).toEqual([...whole.shown].sort());
      expect(player.summary).toEqual(whole.summary);
    });
  });
});

function isSameRun(a: AgentEvent, b: AgentEvent): boolean {
  return 'run' in a && 'run' in b && a.run !== undefined && a.run.runId === b.run?.runId;
}
