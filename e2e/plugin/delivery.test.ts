import { apply, deltaOf, diff, type Session } from '@livestatus/contract';
import { beforeAll, expect, it } from 'vitest';
import { type Bot, type Channel, EventSocket, type Person, PLUGIN_API } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { activeSession, ended, next, toolStep } from './harness/sessions.ts';
import type { Stack } from './harness/stack.ts';
import { newTeam } from './harness/team.ts';
import { list, read, Writer } from './harness/writer.ts';

let stack: Stack;
let team: string;
let bot: Bot;
let member: Person;
let channel: Channel;

beforeAll(async () => {
  ({ stack, team, bot, member } = await newTeam());
  channel = await stack.workspace.channel(team, 'P', [member.id, bot.id]);
});

/** A daemon of its own for each test: leases and `complete` count per daemon and bot. */
const newWriter = (): Writer => new Writer(stack, bot);
const sessionOf = (writer: Writer, part: Partial<Session> = {}): Session =>
  activeSession({ channel_id: channel.id, daemon_id: writer.daemonId, ...part });

function deltaBetween(before: Session, after: Session) {
  const delta = diff(before, after);
  if (delta === null) throw new Error('the states do not differ');
  return delta;
}

/** What a session is, apart from the time to which this copy is true. */
function state(session: Session | undefined): unknown {
  const { as_of_ms: _asOf, ...rest } = session ?? { as_of_ms: 0 };
  return rest;
}

/** Ten states of a turn, from its start to its end. */
function lifeOf(writer: Writer): Session[] {
  const states = [sessionOf(writer)];
  for (let step = 1; step < 9; step += 1) {
    const last = states.at(-1) as Session;
    const steps = [...last.steps.map((each) => ({ ...each, status: 'done' as const })), toolStep(`Step ${step}`)];
    states.push(next(last, { activity: 'tool', steps, tool_calls: step }));
  }
  states.push(ended(states.at(-1) as Session));
  return states;
}

it('D1: one answer for each change and in its order, the box and the heartbeat’s findings beside', async () => {
  const writer = newWriter();
  const good = sessionOf(writer);
  const bad = { ...sessionOf(writer), status: 'sleeping' } as unknown as Session;
  const alsoGood = sessionOf(writer);
  const answer = await writer.batch({ changes: [good, bad, alsoGood], held: [[good.id, good.seq]] });
  expect(answer.results).toEqual([
    { id: good.id, status: 'ok', seq: good.seq },
    { id: bad.id, status: 'error', code: 'invalid_field' },
    { id: alsoGood.id, status: 'ok', seq: alsoGood.seq },
  ]);
  expect(answer).toMatchObject({ resync: [], posts: [] });
});

it('D1: two bots of one daemon have streams of their own: one’s complete heartbeat ends nothing of the other', async () => {
  const writer = newWriter();
  const otherBot = await stack.workspace.bot([team]);
  await stack.workspace.join(channel.id, otherBot.id);
  const other = new Writer(stack, otherBot, writer.daemonId);
  const mine = sessionOf(writer);
  const theirs = sessionOf(other);
  await writer.send(mine);
  await other.send(theirs);
  await other.heartbeat([theirs], true);
  expect(await read(member.rest, mine.id)).toMatchObject({ status: 'active' });
  await writer.heartbeat([], true);
  expect(await read(member.rest, mine.id)).toMatchObject({ status: 'interrupted', error: { code: 'lost' } });
  expect(await read(member.rest, theirs.id)).toMatchObject({ status: 'active' });
});

it('D2: offline and post_id are the server’s own: what a daemon says of them is not kept', async () => {
  const writer = newWriter();
  const session = sessionOf(writer, { offline: true, post_id: 'abcdefghijklmnopqrstuvwxyz' });
  expect((await writer.send(session)).status).toBe('ok');
  const kept = await read(member.rest, session.id);
  expect(kept).toMatchObject({ seq: session.seq });
  expect(kept).not.toHaveProperty('offline');
  expect(kept).not.toHaveProperty('post_id');
});

it('D3: a snapshot with a smaller seq is not accepted, with the same seq it changes nothing, with a greater one it does', async () => {
  const writer = newWriter();
  const session = next(sessionOf(writer), { title: 'now' });
  await writer.send(session);
  const older = { ...session, seq: session.seq - 1, title: 'older' };
  expect(await writer.send(older)).toEqual({ id: session.id, status: 'resync', seq: session.seq });
  expect(await writer.send({ ...session, title: 'same' })).toMatchObject({ status: 'ok', seq: session.seq });
  expect(await read(member.rest, session.id)).toMatchObject({ title: 'now' });
  expect(await writer.send(next(session, { title: 'newer' }))).toMatchObject({ status: 'ok', seq: session.seq + 1 });
  expect(await read(member.rest, session.id)).toMatchObject({ title: 'newer' });
});

it('D3: a delta without its base gets resync with the stored seq, one already known is ok and changes nothing', async () => {
  const writer = newWriter();
  const [a, b, c] = lifeOf(writer) as [Session, Session, Session];
  await writer.send(a);
  expect(await writer.send(deltaBetween(b, c))).toEqual({ id: a.id, status: 'resync', seq: a.seq });
  expect(await writer.send(deltaBetween(a, b))).toMatchObject({ status: 'ok', seq: b.seq });
  expect(await writer.send(deltaBetween(a, b))).toMatchObject({ status: 'ok', seq: b.seq });
  expect(state(await read(member.rest, a.id))).toEqual(state(b));
  const unknown = sessionOf(writer);
  expect(await writer.send(deltaBetween(unknown, next(unknown, { tool_calls: 1 })))).toEqual({
    id: unknown.id,
    status: 'resync',
    seq: 0,
  });
});

it('D3: a second daemon of the same session is not_owner while the first one lives', async () => {
  const first = newWriter();
  const second = newWriter();
  const session = sessionOf(first);
  await first.heartbeat([], false);
  await first.send(session);
  const copy = { ...next(session, { title: 'mine now' }), daemon_id: second.daemonId };
  expect(await second.send(copy)).toMatchObject({ id: session.id, status: 'not_owner' });
  expect(await read(member.rest, session.id)).toMatchObject({ daemon_id: first.daemonId });
});

it('D4: what is held but unknown, or at another seq, is asked for', async () => {
  const writer = newWriter();
  const known = sessionOf(writer);
  const behind = sessionOf(writer);
  const unknown = sessionOf(writer);
  await writer.batch({ changes: [known, behind] });
  const { resync } = await writer.heartbeat([known, next(behind, {}), unknown], false);
  expect(resync).toEqual([
    { id: behind.id, seq: behind.seq },
    { id: unknown.id, seq: 0 },
  ]);
});

it('D4: a complete heartbeat ends what is not held as lost; an incomplete one, or none, ends nothing', async () => {
  const writer = newWriter();
  const held = sessionOf(writer);
  const running = toolStep('Still running');
  const lost = sessionOf(writer, { steps: [running], activity: 'tool' });
  await writer.batch({ changes: [held, lost] });
  await writer.heartbeat([held], false);
  await writer.batch({ complete: true });
  expect(await read(member.rest, lost.id)).toMatchObject({ status: 'active' });
  await writer.heartbeat([held], true);
  expect(await read(member.rest, lost.id)).toMatchObject({
    status: 'interrupted',
    error: { code: 'lost' },
    ended_ms: expect.any(Number),
    steps: [{ id: running.id, status: 'cancelled' }],
  });
  expect(await read(member.rest, held.id)).toMatchObject({ status: 'active' });
  expect((await read(member.rest, lost.id))?.seq).toBeGreaterThan(lost.seq);
});

it('D4: a final state that comes after the session was given up corrects it', async () => {
  const writer = newWriter();
  const session = sessionOf(writer);
  await writer.send(session);
  await writer.heartbeat([], true);
  const given = await read(member.rest, session.id);
  expect(given).toMatchObject({ status: 'interrupted' });
  const final = { ...ended(session), seq: (given?.seq ?? 0) + 1 };
  expect((await writer.send(final)).status).toBe('ok');
  const kept = await read(member.rest, session.id);
  expect(kept).toMatchObject({ status: 'done' });
  expect(kept).not.toHaveProperty('error');
});

it('D5: lost answers: the daemon cannot know, sends again, and the state is exact', async () => {
  const writer = newWriter();
  const socket = await EventSocket.open(stack.url, member.token);
  const states = lifeOf(writer);
  let acknowledged: Session | undefined;
  for (const current of states) {
    // Every other request is cut before its answer is read; some of these arrived, some did not.
    const change = acknowledged === undefined ? current : deltaBetween(acknowledged, current);
    if (states.indexOf(current) % 2 === 1) {
      await cutShort(writer, change, states.indexOf(current));
      continue;
    }
    const result = await writer.send(change);
    if (result.status === 'ok') acknowledged = current;
    else expect((await writer.send({ ...current, seq: Math.max(current.seq, result.seq ?? 0) + 1 })).status).toBe('ok');
  }
  const last = states.at(-1) as Session;
  const stored = await read(member.rest, last.id);
  const final = { ...last, seq: Math.max(last.seq, stored?.seq ?? 0) + 100 };
  expect((await writer.send(final)).status).toBe('ok');
  expect(state(await read(member.rest, last.id))).toEqual(state(final));
  await expectAgreement(socket, final);
  socket.close();
});

/** Sends and hangs up after so many ms, without waiting for the answer. */
async function cutShort(writer: Writer, change: unknown, afterMs: number): Promise<void> {
  const body = { daemon_id: writer.daemonId, as_of_ms: Date.now(), changes: [change], complete: false };
  const options = { body, signal: AbortSignal.timeout(afterMs) };
  await writer.rest.request('POST', `${PLUGIN_API}/sessions/batch`, options).catch(() => undefined);
}

it('D5: duplicates and any order: whatever was sent twice or late, the newest state stands', async () => {
  const writer = newWriter();
  const socket = await EventSocket.open(stack.url, member.token);
  const states = lifeOf(writer);
  const final = states.at(-1) as Session;
  // 7 has no factor in common with the 20 of them: every one comes, far from where it was.
  const twice = [...states, ...states];
  for (let at = 0; at < twice.length; at += 1) {
    const current = twice[(at * 7) % twice.length] as Session;
    const { status } = await writer.send(current);
    expect(['ok', 'resync']).toContain(status);
  }
  expect(state(await read(member.rest, final.id))).toEqual(state(final));
  await expectAgreement(socket, final);
  socket.close();
});

it('D5: many requests at once of one daemon: each is answered, the newest state stands', async () => {
  const writer = newWriter();
  const states = lifeOf(writer);
  const final = states.at(-1) as Session;
  const answers = await Promise.all(states.map((current) => writer.request({ changes: [current] })));
  for (const answer of answers) expect([200, 429]).toContain(answer.status);
  await writer.send({ ...final, seq: final.seq + 1 });
  expect(await read(member.rest, final.id)).toMatchObject({ status: 'done', seq: final.seq + 1 });
});

it('D6: a reader who follows the events alone has the state that the server has', async () => {
  const writer = newWriter();
  const socket = await EventSocket.open(stack.url, member.token);
  const states = lifeOf(writer);
  let previous: Session | undefined;
  for (const current of states) {
    expect((await writer.send(previous === undefined ? current : deltaBetween(previous, current))).status).toBe('ok');
    previous = current;
  }
  const final = states.at(-1) as Session;
  const followed = await waitFor(
    'the events to tell the final state',
    () => {
      const known = follow(socket, final.id);
      return known?.seq === final.seq ? known : undefined;
    },
    { deadlineMs: 20_000, everyMs: 20, seen: () => socket.rawText.slice(-2_000) },
  );
  expect(state(followed)).toEqual(state(final));
  socket.close();
});

/** Applies what came as browsers do (D3), fetching where a base is missing, until it is the final state. */
async function expectAgreement(socket: EventSocket, final: Session): Promise<void> {
  await waitFor(
    'the reader to have the final state',
    async () => {
      const seen = follow(socket, final.id) ?? (await read(member.rest, final.id));
      return seen?.seq === final.seq ? true : undefined;
    },
    { deadlineMs: 10_000, everyMs: 20, seen: () => socket.rawText.slice(-2_000) },
  );
  const followed = follow(socket, final.id);
  if (followed !== undefined) expect(state(followed)).toEqual(state(final));
}

/** The session after all events so far; undefined if one had no base. */
function follow(socket: EventSocket, id: string): Session | undefined {
  let known: Session | undefined;
  for (const { sessions, patches } of socket.updates()) {
    for (const snapshot of sessions) if (snapshot.id === id && snapshot.seq > (known?.seq ?? 0)) known = snapshot;
    for (const patch of patches) {
      const [about, base, step] = patch;
      if (about !== id || base + step <= (known?.seq ?? 0)) continue;
      if (known?.seq !== base) return undefined;
      known = apply(known, deltaOf(patch, known));
    }
  }
  return known;
}

it('D8: first release’s clients: POST without an id finds the active session, PUT without a seq counts on', async () => {
  const open = await stack.workspace.channel(team, 'O', [member.id]);
  const { secret } = stack;
  const curl = stack.rest.as({ authorization: `Bearer ${secret}` });
  const body = { session_key: 'agent:main:main', channel_id: open.id, agent_id: 'main', post: 'none' };
  const created = await curl.request('POST', `${PLUGIN_API}/sessions`, { body });
  expect(created.status).toBe(201);
  const first = created.json<Session>() as Session;
  expect(first).toMatchObject({
    status: 'active',
    daemon_id: expect.stringMatching(/^legacy:/),
    agent: { id: 'main' },
  });
  const again = await curl.request('POST', `${PLUGIN_API}/sessions`, { body });
  expect([again.status, again.json<Session>()?.id]).toEqual([200, first.id]);

  const path = `${PLUGIN_API}/sessions/${first.id}`;
  const changed = await curl.request('PUT', path, { body: { title: 'the first question' } });
  expect(changed.json<Session>()?.seq).toBeGreaterThan(first.seq);
  await curl.ok('PUT', path, { status: 'done' });
  expect(await read(member.rest, first.id)).toMatchObject({ status: 'done', title: 'the first question' });
  expect((await list(member.rest, `?channel_id=${open.id}&status=active`)).sessions).toEqual([]);
  expect((await curl.request('POST', `${PLUGIN_API}/sessions`, { body })).json<Session>()?.id).not.toBe(first.id);
  expect((await curl.request('DELETE', path)).status).toBe(204);
  expect(await read(member.rest, first.id)).toBeUndefined();
});
