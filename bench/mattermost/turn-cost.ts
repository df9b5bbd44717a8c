import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@livestatus/contract';
import type { Rig } from '../live/rig.ts';
import type { RunPlace } from '../live/simulated-run.ts';
import { until } from '../live/until.ts';
import { BrowserSocket } from './browser-socket.ts';
import { DraftPost } from './draft-post.ts';
import { FullSnapshots } from './full-snapshots.ts';
import { RowCount, rowsBetween } from './row-count.ts';
import type { Stage } from './stage.ts';

export interface Cost {
  /** Times that the turn's state reached the reader. */
  readonly updates: number;
  /** Text of everything that came over one member's WebSocket. */
  readonly bytes: number;
  /** Rows inserted, updated and deleted in all tables. */
  readonly rows: number;
  /** The same by table, most first. */
  readonly tables: readonly (readonly [string, number])[];
}

export interface TurnCosts {
  readonly ours: Cost;
  /** Every state that we showed, written and broadcast whole. */
  readonly fullSnapshots: Cost;
  /** A post with the turn's text, edited every 1.2 s. */
  readonly editedPost: Cost;
}

export interface TurnPlan {
  readonly calls: number;
  readonly seconds: number;
}

const EDIT_MS = 1_200;
/** The last edit of the box, and what else follows the end. */
const AFTERMATH_MS = 3_000;
const END_TIMEOUT_MS = 20_000;

/**
 * What one turn costs Mattermost: ours in real time, since what it sends depends on time; the baselines then tell the same
 * states as fast as the server takes them, since each of their writes costs the same at any pace.
 */
export async function turnCosts(stage: Stage, rig: Rig, plan: TurnPlan): Promise<TurnCosts> {
  const [person] = stage.readers;
  if (person === undefined) throw new Error('a stage needs a reader');
  const meter = await Meter.open(stage, person.token);
  try {
    const place = await stage.quietPlace(person);
    const states: Session[] = [];
    const edits: Session[] = [];
    meter.socket.onSession = (session) => states.push(session);
    await untilNoCleanUpIsNear(plan.seconds * 1_000);
    const ours = await meter.measure(() => played(rig, place, plan, { socket: meter.socket, states, edits }));
    meter.socket.onSession = () => {};
    const snapshots = await FullSnapshots.install(stage.stack, stage.bot);
    const fullSnapshots = await meter.measure(async () => {
      for (const session of states) await snapshots.put(session);
      return states.length;
    });
    const editedPost = await meter.measure(() => edited(stage, place, edits));
    return { ours, fullSnapshots, editedPost };
  } finally {
    meter.socket.close();
  }
}

/** What comes of the turn: every state, and the latest one of every 1.2 s. Both grow. */
interface Told {
  readonly socket: BrowserSocket;
  readonly states: readonly Session[];
  readonly edits: Session[];
}

/** One turn from its first event to its last, with so many calls, evenly over its time; how many states it showed. */
async function played(
  rig: Rig,
  place: RunPlace,
  { calls, seconds }: TurnPlan,
  { socket, states, edits }: Told,
): Promise<number> {
  const [run] = await rig.begin([place]);
  if (run === undefined) throw new Error('no run');
  const stepMs = (seconds * 1_000) / calls;
  const timer = setInterval(() => {
    const latest = states.at(-1);
    if (latest !== undefined && latest !== edits.at(-1)) edits.push(latest);
  }, EDIT_MS);
  for (let n = 0; n < calls; n += 1) {
    run.think();
    await sleep(stepMs * 0.2);
    run.say();
    const callId = run.startCall();
    await sleep(stepMs * 0.8);
    run.endCall(callId);
  }
  run.end();
  clearInterval(timer);
  await until('the turn is over', END_TIMEOUT_MS, () => states.at(-1)?.status === 'done');
  edits.push(states.at(-1) as Session);
  if (socket.misfits > 0) throw new Error(`${socket.misfits} changes of the turn did not fit`);
  return states.length;
}

/** The plugin's clean-up runs on the server's clock, every 5 minutes, and writes three rows whether there are turns or not. */
const CLEAN_UP_MS = 5 * 60_000;
const CLEAN_UP_TIME_MS = 5_000;

async function untilNoCleanUpIsNear(forMs: number): Promise<void> {
  const leftMs = CLEAN_UP_MS - (Date.now() % CLEAN_UP_MS);
  if (leftMs < forMs + AFTERMATH_MS + END_TIMEOUT_MS) await sleep(leftMs + CLEAN_UP_TIME_MS);
}

async function edited(stage: Stage, place: RunPlace, states: readonly Session[]): Promise<number> {
  const [first, ...rest] = states;
  if (first === undefined) throw new Error('nothing to post');
  const post = await DraftPost.create(stage.bot, place, first);
  for (const session of rest) await post.edit(session);
  return states.length;
}

/** Reads rows and bytes before and after. Nothing else may happen on the server meanwhile. */
class Meter {
  readonly socket: BrowserSocket;
  readonly #rows: RowCount;

  private constructor(socket: BrowserSocket, rows: RowCount) {
    this.socket = socket;
    this.#rows = rows;
  }

  static async open(stage: Stage, token: string): Promise<Meter> {
    const socket = await BrowserSocket.open(stage.stack.url, token, 'reading');
    return new Meter(socket, await RowCount.begin(stage.stack.server.database));
  }

  async measure(work: () => Promise<number>): Promise<Cost> {
    const rowsBefore = await this.#rows.read();
    const bytesBefore = this.socket.bytes;
    const updates = await work();
    await sleep(AFTERMATH_MS);
    const bytes = this.socket.bytes - bytesBefore;
    const tables = rowsBetween(rowsBefore, await this.#rows.read());
    return { updates, bytes, rows: tables.reduce((sum, [, rows]) => sum + rows, 0), tables };
  }
}
