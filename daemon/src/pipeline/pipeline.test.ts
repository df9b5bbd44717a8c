import type { Session } from '@livestatus/contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRedactor } from '../publish/redact.ts';
import { redactEvent } from '../publish/redact-event.ts';
import type { FeedChange } from '../server/ports.ts';
import { VirtualClock } from '../sources/replay/virtual-clock.ts';
import type { StateBatch } from '../state/batch.ts';
import type { AgentEvent, ToolEvent } from '../turns/events.ts';
import type { Family } from '../turns/state.ts';
import { TurnTracker } from '../turns/tracker.ts';
import { projector } from '../wiring/projector.ts';
import { CursorLedger } from './cursors.ts';
import { LiveSessions } from './live-sessions.ts';
import { OldRuns, Pipeline } from './pipeline.ts';

const KEY = 'agent:main:mattermost:channel:chan1';
const SECRET = 'ghp_Zx81Kd02Lq93Mv74Nw55Tr36Yb17Uc08Pe69';
const START = 1_800_000_000_000;

/** A pipeline on a virtual clock, with everything it tells written down. */
class Rig {
  readonly clock = new VirtualClock(START);
  readonly changes: FeedChange[] = [];
  readonly batches: StateBatch[] = [];
  readonly cursors: CursorLedger;
  readonly live: LiveSessions;
  readonly pipeline: Pipeline;

  constructor(stored: { families?: readonly Family[]; oldRuns?: OldRuns } = {}) {
    const oldRuns = stored.oldRuns ?? new OldRuns([]);
    const tracker = new TurnTracker({ stalledAfterMs: 60_000, isOldRun: (runId) => oldRuns.has(runId) });
    const redactor = createRedactor({ ownSecrets: [] });
    this.cursors = new CursorLedger('openclaw-jsonl', []);
    this.live = new LiveSessions({
      project: projector({ daemonId: 'test', privacy: () => 'full' }),
      now: () => this.clock.now(),
      recent: () => [],
      endedById: () => undefined,
    });
    this.live.subscribe((change) => this.changes.push(change));
    this.pipeline = new Pipeline({
      tracker,
      live: this.live,
      redact: (event) => redactEvent(event, redactor),
      store: { save: (batch) => this.batches.push(batch) > 0 },
      cursors: this.cursors,
      oldRuns,
      clock: this.clock,
    });
    this.pipeline.restore(stored.families ?? []);
  }

  send(...events: readonly AgentEvent[]): void {
    for (const event of events) this.pipeline.event({ ...event, at: this.clock.now() });
  }

  get sessions(): readonly Session[] {
    return this.live.list(10);
  }

  /** The families of all batches so far, as they would be read again. */
  get stored(): readonly Family[] {
    const rows = new Map(this.batches.flatMap((batch) => batch.families ?? []).map((row) => [row.id, row.json]));
    for (const id of this.batches.flatMap((batch) => batch.removedFamilies ?? [])) rows.delete(id);
    return [...rows.values()].map((json) => JSON.parse(json) as Family);
  }
}

const request: AgentEvent = {
  type: 'request',
  key: KEY,
  at: START,
  transport: { channel: 'mattermost', messageId: 'post1' },
  senderId: 'ann',
  text: 'please do it',
  recordedMs: START,
};
const started: AgentEvent = { type: 'run.started', key: KEY, at: START, run: { runId: 'r1' }, startedMs: START };
const ended: AgentEvent = {
  type: 'run.ended',
  key: KEY,
  at: START,
  run: { runId: 'r1' },
  endedMs: START + 5,
  outcome: { kind: 'done' },
};
const tool = (more: Partial<ToolEvent>): ToolEvent => ({
  type: 'tool',
  key: KEY,
  at: START,
  run: { runId: 'r1' },
  callId: 'c1',
  name: 'exec',
  phase: 'started',
  tsMs: START,
  ...more,
});

describe('from event to listener', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  test('a new turn is a snapshot, what follows are deltas with a growing seq', () => {
    rig.send(request, started, tool({}), ended);
    expect(rig.changes.map((change) => change.kind)).toEqual(['snapshot', 'delta', 'delta']);
    const seqs = rig.changes.map((change) =>
      change.kind === 'snapshot' ? change.session.seq : change.kind === 'delta' ? change.delta.seq : 0,
    );
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(3);
  });

  test('an event that changes nothing visible tells nobody', () => {
    rig.send(request, started, tool({}));
    const before = rig.changes.length;
    rig.send(tool({}), tool({ phase: 'updated' }), started);
    expect(rig.changes).toHaveLength(before);
  });

  test('a secret reaches neither the listeners nor the state', () => {
    rig.send(
      request,
      started,
      tool({ title: `Exec curl -H "Authorization: Bearer ${SECRET}"`, input: { command: `x ${SECRET}` } }),
      ended,
    );
    rig.pipeline.flush();
    expect(JSON.stringify([rig.changes, rig.batches, rig.sessions])).not.toContain(SECRET);
  });

  test('a text of a megabyte is kept in bounds', () => {
    rig.send(request, started, tool({ title: 'x'.repeat(1_000_000), input: { command: 'y'.repeat(1_000_000) } }));
    rig.pipeline.flush();
    expect(JSON.stringify(rig.batches).length).toBeLessThan(20_000);
  });

  test('what is read now is true now: as_of_ms moves on without events', () => {
    rig.send(request, started);
    rig.clock.advanceTo(START + 20_000);
    expect(rig.sessions[0]?.as_of_ms).toBe(START + 20_000);
  });

  test('a deadline fires without any event: silence makes a turn stalled', () => {
    rig.send(request, started);
    rig.clock.advanceTo(START + 61_000);
    expect(rig.sessions[0]?.stalled).toBe(true);
  });

  test('a name that no request came for is given 300 ms after the start', () => {
    rig.send(started);
    expect(rig.sessions).toEqual([]);
    rig.clock.advanceTo(START + 300);
    expect(rig.sessions).toHaveLength(1);
  });

  test('a withdrawn turn is removed', () => {
    rig.send(request, started, { ...ended, outcome: { kind: 'done', silent: true } } as AgentEvent);
    expect(rig.changes.at(-1)?.kind).toBe('removed');
    expect(rig.sessions).toEqual([]);
  });
});

describe('state', () => {
  test('turns, cursors and ended sessions of one moment go into one batch', () => {
    const rig = new Rig();
    rig.send(request, started, ended);
    rig.cursors.set('main/sessions/a.jsonl', '{"offset":10}');
    rig.clock.advanceTo(START + 50);
    expect(rig.batches).toHaveLength(1);
    const [batch] = rig.batches;
    expect(batch?.families).toHaveLength(1);
    expect(batch?.ended?.map((session) => session.status)).toEqual(['done']);
    expect(batch?.runs?.map((run) => run.runId)).toEqual(['r1']);
    expect(batch?.cursors).toEqual([
      { source: 'openclaw-jsonl', path: 'main/sessions/a.jsonl', json: '{"offset":10}' },
    ]);
  });

  test('nothing is written when nothing changed', () => {
    const rig = new Rig();
    rig.send(request, started);
    rig.clock.advanceTo(START + 100);
    rig.pipeline.flush();
    expect(rig.batches).toHaveLength(1);
  });

  test('after a restart an active turn is the same one, not observed; the next event of its run takes it up again', () => {
    const before = new Rig();
    before.send(request, started, tool({}));
    before.pipeline.flush();
    const after = new Rig({ families: before.stored });
    expect(after.sessions.map((s) => [s.id, s.activity])).toEqual([[before.sessions[0]?.id, 'unobserved']]);
    after.send(tool({ phase: 'ended', outcome: 'done' }), ended);
    expect(after.sessions.map((s) => [s.status, s.tool_calls])).toEqual([['done', 1]]);
  });

  test('a run whose turn is over opens nothing, however long ago it was forgotten', () => {
    const before = new Rig();
    before.send(request, started, ended);
    before.pipeline.flush();
    const runs = before.batches.flatMap((batch) => batch.runs ?? []);
    const after = new Rig({ oldRuns: new OldRuns(runs) });
    after.send(started, tool({}));
    after.clock.advanceTo(START + 10_000);
    expect(after.sessions).toEqual([]);
  });

  test('stopping ends no turn and writes what is pending', () => {
    const rig = new Rig();
    rig.send(request, started);
    rig.pipeline.stop();
    rig.send(ended);
    expect(rig.sessions[0]?.status).toBe('active');
    expect(rig.stored).toHaveLength(1);
  });
});
