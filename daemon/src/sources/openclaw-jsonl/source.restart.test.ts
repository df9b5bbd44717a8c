import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../turns/events.ts';
import { type JsonlStep, readSteps } from '../replay/jsonl-steps.ts';
import { assistant, iso, result, user } from './testing/lines.ts';
import { World } from './testing/world.ts';

/** The daemon dies and comes back; processes of OpenClaw die and stay dead (T9). */

const RECORDINGS = join(import.meta.dirname, '../../../../testdata/recordings/jsonl');
const MAIN = { 'agent:main:main': { sessionId: 's1' } };

let world: World;
afterEach(() => world.stop());

const now = () => world.clock.now();

async function withOpenTool(): Promise<void> {
  world = new World();
  world.index(MAIN);
  await world.start();
  world.after(1000);
  world.lock('s1');
  world.append('s1', user(now(), 'hi'), assistant(now() + 1, { calls: [{ id: 'c1', name: 'exec' }] }));
}

async function restarted(whileDown: () => void): Promise<readonly AgentEvent[]> {
  world.kill();
  const before = world.events.length;
  whileDown();
  await world.start();
  return world.events.slice(before).filter((event) => event.type !== 'row');
}

describe('after a restart', () => {
  it('a run that goes on is not begun again, and is said to go on', async () => {
    await withOpenTool();
    const news = await restarted(() => undefined);
    expect(news).toMatchObject([
      { type: 'key.synced', activeRunIds: [world.of('run.started')[0]?.run.runId], hasActiveRun: true },
      { type: 'source.synced' },
    ]);
    world.append('s1', result(now(), 'c1'), assistant(now(), { text: 'done' }));
    world.unlock('s1');
    expect(world.types()).toEqual([
      'run.started',
      'request',
      'run.model',
      'assistant.message',
      'tool',
      'tool',
      'assistant.message',
      'run.ended',
    ]);
  });

  it('what was written meanwhile is told once', async () => {
    await withOpenTool();
    const news = await restarted(() => world.append('s1', result(now(), 'c1')));
    expect(news.map((event) => event.type)).toEqual(['tool', 'key.synced', 'source.synced']);
  });

  it('a run that ended meanwhile has ended when its last line was written', async () => {
    await withOpenTool();
    const endMs = now() + 50;
    const news = await restarted(() => {
      world.append('s1', result(now(), 'c1'), assistant(endMs, { text: 'done' }));
      world.unlock('s1');
      world.after(60_000);
    });
    expect(news.map((event) => event.type)).toEqual(['tool', 'assistant.message', 'run.ended', 'source.synced']);
    expect(world.of('run.ended')).toMatchObject([{ endedMs: endMs, outcome: { kind: 'done' } }]);
    expect(world.cursors.all()).toEqual([]);
  });

  it('the message of an error is read again: the cursor does not keep it', async () => {
    await withOpenTool();
    world.append('s1', assistant(now() + 9, { stop: 'error', error: '401 bad key sk-secret' }));
    expect(JSON.stringify(world.cursors.all())).not.toContain('sk-secret');
    await restarted(() => world.unlock('s1'));
    expect(world.of('run.ended')).toMatchObject([{ outcome: { kind: 'error', message: '401 bad key sk-secret' } }]);
  });

  it('a newer run has taken the place of the one that was open', async () => {
    await withOpenTool();
    const news = await restarted(() => {
      world.unlock('s1');
      world.after(1000);
      world.lock('s1');
      world.append('s1', user(now() + 1, 'next'));
    });
    expect(news.map((event) => event.type)).toEqual([
      'run.ended',
      'run.started',
      'request',
      'key.synced',
      'source.synced',
    ]);
    expect(world.of('run.started').at(-1)).toMatchObject({ late: true });
  });

  it('a file that was rewritten meanwhile is read on from where its time was, not from its start', async () => {
    await withOpenTool();
    const news = await restarted(() => world.write('s1', user(now() - 9000, 'old'), result(now() + 70, 'c1')));
    expect(news.map((event) => event.type)).toEqual(['tool', 'key.synced', 'source.synced']);
  });

  it('a damaged cursor is left out: the run is found again by its lock', async () => {
    await withOpenTool();
    world.cursors.set('main/sessions/s1.jsonl', '{"offset":"x"}');
    const news = await restarted(() => undefined);
    expect(news[0]).toMatchObject({ type: 'run.started', late: true, run: world.of('run.started')[0]?.run });
  });
});

describe('T9: a lock whose process is gone', () => {
  it('ends its run once the process, which was seen, is seen no more', async () => {
    await withOpenTool();
    world.processes.hidden.add(4711);
    world.after(2000);
    expect(world.of('run.ended')).toMatchObject([{ outcome: { kind: 'cut', code: 'process_died' } }]);
    world.after(60_000);
    expect(world.of('run.started')).toHaveLength(1);
  });

  it('ends nothing if that process was never seen: OpenClaw may run in another container', async () => {
    world = new World();
    world.processes.hidden.add(4711);
    world.index(MAIN);
    await world.start();
    world.lock('s1');
    world.append('s1', user(now(), 'hi'));
    world.after(600_000);
    expect(world.types()).toEqual(['run.started', 'request']);
  });

  it('ends nothing on a machine that shares the directory with the one OpenClaw runs on', async () => {
    world = new World();
    world.processes.wholeMachine = true;
    world.processes.hidden.add(4711);
    world.index(MAIN);
    await world.start();
    world.lock('s1');
    world.after(600_000);
    expect(world.types()).toEqual(['run.started']);
  });

  it('opens no turn at a start; the next run of that transcript does', async () => {
    await staleLock((fresh) => {
      fresh.processes.wholeMachine = true;
    });
    expect(world.types()).toEqual([]);
    world.lock('s1', { pid: 5000 });
    world.append('s1', user(now(), 'new'));
    expect(world.of('request')).toMatchObject([{ text: 'new' }]);
    expect(world.of('run.started')).toHaveLength(1);
  });

  it('that was thought dead at a start, but is written under, is alive elsewhere', async () => {
    await staleLock((fresh) => {
      fresh.processes.wholeMachine = true;
    });
    world.append('s1', assistant(now(), { text: 'still here' }));
    expect(world.of('run.started')).toMatchObject([{ late: true }]);
  });

  it('an old lock of an unknown process waits for a line, however long', async () => {
    await staleLock(() => undefined);
    world.after(600_000);
    expect(world.types()).toEqual([]);
    world.append('s1', assistant(now(), { text: 'still here' }));
    expect(world.types()).toEqual(['run.started', 'request', 'run.model', 'assistant.message']);
  });

  it('has died while the daemon was down: the run ends then', async () => {
    await withOpenTool();
    world.processes.wholeMachine = true;
    const news = await restarted(() => world.processes.hidden.add(4711));
    expect(news).toMatchObject([
      { type: 'run.ended', outcome: { kind: 'cut', code: 'process_died' } },
      { type: 'source.synced' },
    ]);
  });

  async function staleLock(set: (fresh: World) => void): Promise<void> {
    world = new World();
    world.processes.hidden.add(4711);
    set(world);
    world.index(MAIN);
    world.lock('s1', { createdAt: iso(now() - 3_600_000) });
    world.append('s1', user(now() - 3_599_000, 'an hour ago'));
    // The transcript's own time on disk is the real clock's; this world's is later.
    world.clock.advanceTo(Date.now() + 7_200_000);
    await world.start();
    world.after(1000);
  }
});

describe('kill -9 at any byte and a restart: the same events, nothing lost, nothing twice', () => {
  const names = readdirSync(RECORDINGS).sort();

  it.each(names)('%s', async (name) => {
    const steps = readSteps(join(RECORDINGS, name));
    const uncut = await playInPieces(steps, []);
    await fc.assert(
      fc.asyncProperty(fc.array(killIn(steps.length), { minLength: 1, maxLength: 6 }), async (kills) => {
        expect(await playInPieces(steps, kills)).toEqual(uncut);
      }),
      { numRuns: 12 },
    );
  });

  interface Kill {
    readonly step: number;
    /** How much of the step's bytes was written when the daemon died. */
    readonly share: number;
    /** Whether it had read them by then. */
    readonly read: boolean;
  }

  const killIn = (steps: number): fc.Arbitrary<Kill> =>
    fc.record({ step: fc.nat(steps - 1), share: fc.double({ min: 0, max: 1, noNaN: true }), read: fc.boolean() });

  /**
   * Rows may be repeated, and every start synchronises. A run that began while nobody looked is late, and when one ended then
   * is told by its last line. All else must be equal, times of receipt included.
   */
  async function playInPieces(steps: readonly JsonlStep[], kills: readonly Kill[]): Promise<readonly unknown[]> {
    world = new World();
    world.clock.advanceTo(steps[0]?.t ?? 0);
    await world.start();
    for (const [index, step] of steps.entries()) {
      world.clock.advanceTo(step.t);
      for (const rest of await killWithin(
        step,
        kills.filter((kill) => kill.step === index),
      ))
        world.do(rest);
    }
    const events = world.events.filter(({ type }) => type !== 'row' && !type.endsWith('.synced'));
    await world.stop();
    return events.map((event) => ({ ...event, late: undefined, endedMs: event.type === 'run.ended' ? undefined : 0 }));
  }

  /** Gives what is left to do of the step. */
  async function killWithin(step: JsonlStep, kills: readonly Kill[]): Promise<readonly JsonlStep[]> {
    const isAppend = step.op === 'append';
    const data = isAppend ? Buffer.from(step.data) : Buffer.alloc(0);
    const file = join(world.agents, step.path);
    let from = 0;
    for (const { share, read } of kills.toSorted((a, b) => a.share - b.share)) {
      const to = Math.floor(share * data.length);
      if (to > from) {
        mkdirSync(dirname(file), { recursive: true });
        appendFileSync(file, data.subarray(from, to));
      }
      from = to;
      if (read && isAppend) world.do({ ...step, data: '' });
      world.kill();
      await world.start();
    }
    if (!isAppend || from === 0) return [step];
    appendFileSync(file, data.subarray(from));
    return [{ ...step, data: '' }];
  }
});
