import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Session } from '@livestatus/contract';
import { expect, test } from 'vitest';
import { FakeClock } from '../../state/testing/fake-clock.ts';
import { session, step, wanted } from '../../testing/sinks/sessions.ts';
import type { Call, Caller, CallResult } from '../http/caller.ts';
import { MattermostApi } from '../mattermost/api.ts';
import { Sequence } from '../outbox/seq.ts';
import { RestWriter } from './writer.ts';

/** Where the virtual clock begins: a time of a calendar, because seqs grow from it. */
const BEGAN_MS = 1_800_000_000_000;
/** How often the turn has news. */
const TICK_MS = 20;

/** Mattermost's answers to one bot's posts, without a network: it keeps when a post was created and edited. */
class Posts implements Caller {
  readonly isOpen = true;
  readonly edits: { readonly atMs: number; readonly message: string }[] = [];
  createdMs = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async call({ method, body = '{}' }: Call): ReturnType<Caller['call']> {
    // Asked only where an earlier life may have made a box: there is none.
    if (method === 'GET') return replied({ order: [], posts: {} });
    const post = JSON.parse(body) as { message: string; props: object };
    const atMs = this.#clock.now();
    if (method === 'POST') this.createdMs = atMs;
    if (method === 'PUT') this.edits.push({ atMs, message: post.message });
    return replied({ id: 'post-1', user_id: 'bot-1', channel_id: 'channel-1', ...post });
  }
}

function replied(body: object): CallResult {
  return { kind: 'replied', reply: { status: 200, headers: {}, text: JSON.stringify(body) } };
}

function world() {
  const clock = new FakeClock(BEGAN_MS);
  const posts = new Posts(clock);
  const signal = new AbortController().signal;
  const writer = new RestWriter({
    api: new MattermostApi({ baseUrl: 'http://mattermost.test', token: undefined, caller: posts, signal }),
    maxLines: 15,
    maxChars: 16_383,
    sequence: new Sequence({ ceiling: 0, reserve: () => {} }),
    clock,
    backoff: { next: () => 0, reset: () => {} },
    onReceipt: () => {},
    onNews: () => {},
  });
  writer.open('bot-1');
  const put = (more: Partial<Session>): void =>
    writer.put('t1', wanted(session('t1', { post: 'wanted', started_ms: BEGAN_MS, ...more })));
  /** Lets time pass; `each` is called before every tick. */
  const pass = async (ms: number, each: () => void = () => {}): Promise<void> => {
    for (let left = ms; left > 0; left -= TICK_MS) {
      each();
      clock.advance(TICK_MS);
      await nextTurn();
    }
  };
  return { clock, posts, writer, put, pass };
}

/** Times from the creation to the first edit, and from each edit to the next. */
function gaps({ createdMs, edits }: Posts): readonly number[] {
  return edits.map(({ atMs }, i) => atMs - (edits[i - 1]?.atMs ?? createdMs));
}

test('a box is edited every 1.5 s while its turn is young, every 3 s after 30 s, however much happens', async () => {
  const { posts, writer, put, pass } = world();
  let calls = 0;
  const work = (): void => {
    calls += 1;
    put({ tool_calls: calls, steps: [step(`call-${calls}`)] });
  };
  await pass(29_000, work);
  const young = gaps(posts);
  expect(calls).toBe(29_000 / TICK_MS);
  expect(young.length).toBeGreaterThanOrEqual(18);
  for (const gap of young) {
    expect(gap).toBeGreaterThanOrEqual(1_500);
    expect(gap).toBeLessThanOrEqual(1_500 + 2 * TICK_MS);
  }
  await pass(60_000, work);
  const older = gaps(posts).slice(young.length + 2);
  expect(older.length).toBeGreaterThanOrEqual(17);
  for (const gap of older) {
    expect(gap).toBeGreaterThanOrEqual(3_000);
    expect(gap).toBeLessThanOrEqual(3_000 + 2 * TICK_MS);
  }
  await writer.stop();
});

test('what says nothing new is not edited, but for its "as of" once a minute', async () => {
  const { posts, writer, put, pass } = world();
  const same = (): void => put({ tool_calls: 1, steps: [step('call-1')] });
  await pass(59_000, same);
  expect(posts.edits).toEqual([]);
  await pass(31_000, same);
  expect(posts.edits).toHaveLength(1);
  await writer.stop();
});

test('the end is written as soon as the post may be edited again, not at the pace of progress', async () => {
  const { posts, writer, put, pass } = world();
  // Old enough that progress has 15 s.
  const started_ms = BEGAN_MS - 20 * 60_000;
  put({ started_ms, steps: [step('call-1')] });
  await pass(2_000);
  put({ started_ms, steps: [step('call-1'), step('call-2')] });
  await pass(3_000);
  expect(posts.edits).toEqual([]);
  put({ started_ms, status: 'done', ended_ms: BEGAN_MS + 5_000 });
  await pass(2 * TICK_MS);
  expect(posts.edits.map(({ message }) => message)).toEqual([expect.stringMatching(/^\*\*Done\*\* in/)]);
  await writer.stop();
});

test('P3: that a person is waited for, and that nobody is any more, is written as soon as the post may be edited', async () => {
  const { posts, writer, put, pass } = world();
  // Old enough that progress has 15 s.
  const started_ms = BEGAN_MS - 20 * 60_000;
  put({ started_ms, steps: [step('call-1')] });
  await pass(2_000);
  const waiting = { for: 'approval', since_ms: BEGAN_MS + 2_000, approval_id: 'a' } as const;
  put({ started_ms, steps: [step('call-1')], activity: 'waiting', waiting });
  await pass(2 * TICK_MS);
  put({ started_ms, steps: [step('call-1')], activity: 'tool' });
  await pass(1_500 + 2 * TICK_MS);
  expect(posts.edits.map(({ message }) => message.split(' ·')[0])).toEqual(['**Waiting for approval**', '**Working**']);
  await writer.stop();
});
