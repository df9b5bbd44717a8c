import type { AgentEvent, KeySyncedEvent, RequestEvent, RunOutcome, RunStartedEvent, ToolEvent } from '../events.ts';
import type { Family } from '../state.ts';
import { type TrackerOptions, TurnTracker } from '../tracker.ts';
import type { Turn, TurnStep } from '../turn.ts';
import { brokenInvariants } from './invariants.ts';

/** A conversation in a thread of a public channel. */
export const KEY = 'agent:main:mattermost:channel:chan1:thread:root1';
/** A sub-agent's session. */
export const CHILD = 'agent:main:subagent:child1';

export const DONE: RunOutcome = { kind: 'done' };
export const YIELDED: RunOutcome = { kind: 'done', yielded: true };
export const SILENT: RunOutcome = { kind: 'done', silent: true };
export const ABORTED: RunOutcome = { kind: 'aborted', code: 'aborted' };
export const FAILED: RunOutcome = { kind: 'error', code: 'server_error', message: 'The provider failed.' };
export const CUT: RunOutcome = { kind: 'cut', code: 'process_died' };
export const NOTHING: RunOutcome = { kind: 'nothing' };

type Over<T> = Partial<Omit<T, 'type' | 'at'>>;

/** Tells facts to a tracker, one after the other, on a clock of its own; checks the invariants after each. */
export class Story {
  readonly #options: TrackerOptions;
  #tracker: TurnTracker;
  #families = new Map<string, Family>();
  /** Ids of all turns that were ever shown, in order. */
  readonly shown: string[] = [];
  /** Names of turns that were taken back. */
  readonly takenBack: string[] = [];
  now = 1_000_000;
  #seq = 0;

  constructor(options: TrackerOptions = {}) {
    this.#options = options;
    this.#tracker = new TurnTracker(options);
  }

  get tracker(): TurnTracker {
    return this.#tracker;
  }

  /** Time passes; what becomes due happens at its time. */
  wait(ms: number): this {
    const end = this.now + ms;
    while (this.#tracker.deadline <= end) {
      this.now = Math.max(this.now, this.#tracker.deadline);
      this.#note(this.#tracker.advance(this.now));
    }
    this.now = end;
    return this;
  }

  tell(event: AgentEvent): this {
    this.#note(this.#tracker.apply(event, this.now));
    return this;
  }

  /** A person's message in the chat. */
  ask(messageId: string, over: Over<RequestEvent> = {}): this {
    return this.tell({
      type: 'request',
      key: KEY,
      at: this.now,
      lineId: `line-${messageId}`,
      recordedMs: this.now,
      transport: { channel: 'mattermost', messageId, threadId: 'root1' },
      accountId: 'default',
      senderId: 'ann',
      senderName: '@ann',
      text: `please ${messageId}`,
      ...over,
    });
  }

  /** A message without a chat: the CLI, the Control UI, or the runtime itself. */
  say(lineId: string, over: Over<RequestEvent> = {}): this {
    return this.tell({ type: 'request', key: KEY, at: this.now, lineId, recordedMs: this.now, ...over });
  }

  start(runId: string, over: Over<RunStartedEvent> = {}): this {
    const { key = KEY } = over;
    return this.tell({ type: 'run.started', key, at: this.now, run: this.ref(runId), startedMs: this.now, ...over });
  }

  tool(runId: string, callId: string, over: Over<ToolEvent> = {}): this {
    const base = { type: 'tool', key: KEY, at: this.now, run: this.ref(runId), callId, tsMs: this.now } as const;
    return this.tell({ ...base, name: 'exec', phase: 'started', ...over });
  }

  result(runId: string, callId: string, over: Over<ToolEvent> = {}): this {
    return this.tool(runId, callId, { phase: 'ended', outcome: 'done', ...over });
  }

  /** `sessions_spawn` from its start to the result that names the child. */
  spawn(runId: string, callId: string, childKey: string, childRunId?: string, over: Over<ToolEvent> = {}): this {
    const name = 'sessions_spawn';
    this.tool(runId, callId, { name, input: { label: callId, task: 'count' }, ...over });
    const child = { key: childKey, ...(childRunId !== undefined && { runId: childRunId }) };
    return this.result(runId, callId, { name, child, ...over });
  }

  end(runId: string, outcome: RunOutcome = DONE, key = KEY): this {
    return this.tell({ type: 'run.ended', key, at: this.now, run: this.ref(runId), endedMs: this.now, outcome });
  }

  lose(): this {
    return this.tell({ type: 'source.lost', key: '', at: this.now });
  }

  /** Row and, with `ends`, history of one key. */
  read(over: Over<KeySyncedEvent> = {}): this {
    const idle = { activeRunIds: [], hasActiveRun: false, abortedLastRun: false, killed: false };
    return this.tell({ type: 'key.synced', key: KEY, at: this.now, ...idle, ...over });
  }

  synced(): this {
    return this.tell({ type: 'source.synced', key: '', at: this.now });
  }

  /** The daemon dies and comes back with what its state file holds. */
  restart(): this {
    const families = [...this.#families.values()].filter((family) => family.turns.length > 0);
    this.#tracker = new TurnTracker(this.#options);
    this.#tracker.restore(JSON.parse(JSON.stringify(families)) as Family[]);
    this.#families = new Map(families.map((family) => [family.id, family]));
    return this.lose();
  }

  ref(runId: string): { runId: string; seq: number } {
    this.#seq += 1;
    return { runId, seq: this.#seq };
  }

  /** What the state file holds of the conversation of a key. */
  family(key = KEY): Family {
    const family = this.#families.get(key);
    if (family === undefined) throw new Error(`no family ${key}`);
    return family;
  }

  get turns(): readonly Turn[] {
    return this.#tracker.turns();
  }

  get names(): readonly string[] {
    return this.turns.map((turn) => turn.name);
  }

  /** The only turn that is shown. */
  get turn(): Turn {
    const [turn, ...others] = this.turns;
    if (turn === undefined || others.length > 0) throw new Error(`${this.turns.length} turns are shown, not one`);
    return turn;
  }

  named(name: string): Turn {
    const turn = this.turns.find((candidate) => candidate.name === name);
    if (turn === undefined) throw new Error(`no turn ${name}; there are ${this.names.join(', ')}`);
    return turn;
  }

  /** `kind name status` of each step, indented under its agent. */
  get steps(): readonly string[] {
    return this.turn.steps.map((step) => `${step.parentId === undefined ? '' : '  '}${describe(step)}`);
  }

  get phase(): Turn['phase'] {
    return this.turn.phase;
  }

  #note(changes: ReturnType<TurnTracker['apply']>): void {
    for (const { before, after } of changes) {
      if (before === undefined && after !== undefined) this.shown.push(after.name);
      if (before !== undefined && after === undefined) this.takenBack.push(before.name);
    }
    for (const { id, family } of this.#tracker.takeDirty()) {
      const before = this.#families.get(id);
      const broken = family === undefined ? [] : brokenInvariants(before, family);
      if (broken.length > 0) throw new Error(broken.join('; '));
      if (family === undefined) this.#families.delete(id);
      else this.#families.set(id, family);
    }
  }
}

function describe(step: TurnStep): string {
  switch (step.kind) {
    case 'tool':
    case 'agent':
      return `${step.kind} ${step.name} ${step.status}`;
    case 'notice':
      return `notice ${step.code}`;
    case 'text':
      return `text ${step.text}`;
    case 'thinking':
      return 'thinking';
  }
}
