import { diff, type Session } from '@livestatus/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bot, type Channel, type Person, PLUGIN_API, type Post, type Workspace } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { boxesOf, waitForBox, waitForState } from './harness/boxes.ts';
import { activeSession, ended, next, toolStep } from './harness/sessions.ts';
import { newTeam } from './harness/team.ts';
import { read, Writer } from './harness/writer.ts';

let workspace: Workspace;
let team: string;
let ann: Person;
let bot: Bot;
let writer: Writer;
let channel: Channel;
let root: Post;

beforeAll(async () => {
  const corner = await newTeam();
  ({ workspace, team, bot, member: ann } = corner);
  writer = new Writer(corner.stack, bot);
  channel = await workspace.channel(team, 'P', [ann.id, bot.id]);
  root = await workspace.post(ann, channel.id, 'Please count the files.');
});

/** A turn in the thread that wants its box. */
const wanted = (part: Partial<Session> = {}): Session =>
  activeSession({ daemon_id: writer.daemonId, channel_id: channel.id, root_id: root.id, post: 'wanted', ...part });

/** Sends it and waits until its box shows it. */
async function shown(session: Session) {
  expect(await writer.send(session)).toMatchObject({ status: 'ok' });
  return waitForState(workspace, session);
}

/** Sends later states until a result says why the box cannot be written. */
async function codeOf(session: Session): Promise<string> {
  let latest = session;
  return waitFor(
    'a result with a code',
    async () => {
      latest = next(latest, {});
      return (await writer.send(latest)).code;
    },
    { deadlineMs: 30_000, everyMs: 250 },
  );
}

describe('P1', () => {
  it('P1: a turn that wants no box gets none; one that does gets it from its bot, in its thread', async () => {
    const session = wanted({ post: 'none' });
    await writer.send(session);
    const later = next(session, { post: 'wanted', steps: [toolStep('Running `ls`')], tool_calls: 1 });
    const { post } = await shown(later);
    expect(post).toMatchObject({ user_id: bot.id, root_id: root.id, channel_id: channel.id });
    expect(post.message).toMatch(/^\*\*Working\*\* · as of \d.* s · 1 tool\n`Running ls`$/);
    const quick = wanted({ post: 'none' });
    await writer.send(quick);
    await writer.send(ended(quick));
    // A box that came later has to come after this one.
    await shown(wanted());
    expect(await boxesOf(workspace, quick)).toEqual([]);
  });

  it('P1: a turn that is first seen when it is over gets no box', async () => {
    const over = ended(wanted());
    await writer.send(over);
    await shown(wanted());
    expect(await boxesOf(workspace, over)).toEqual([]);
  });
});

describe('P2', () => {
  it('P2: the same state ten times at once makes one box', async () => {
    const session = wanted();
    await Promise.all(Array.from({ length: 10 }, () => writer.send(session)));
    await shown(ended(session));
    expect(await boxesOf(workspace, session)).toHaveLength(1);
  });

  it('P2: POST is idempotent on its id and gives the same box back', async () => {
    const { daemon_id: _owner, ...body } = wanted();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => writer.rest.request('POST', `${PLUGIN_API}/sessions`, { body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    const { post } = await waitForBox(workspace, wanted({ id: body.id }), 'the box');
    // Every answer waits for the box, for 3 s: a machine that is busier than that may leave one without; none names another.
    const named = answers.map((answer) => answer.json<Session>()?.post_id).filter((id) => id !== undefined);
    expect(new Set([...named, post.id])).toEqual(new Set([post.id]));
    // The post is seen a moment before the session knows of it, and the answer waits for that.
    const again = await writer.rest.request('POST', `${PLUGIN_API}/sessions`, { body });
    expect(again.json<Session>()?.post_id).toBe(post.id);
  });

  it('P2: a box that the daemon made itself is adopted, a forged one is not', async () => {
    const session = wanted();
    const real = await boxByHand(bot, session);
    await writer.send({ ...session, post_id: real.id });
    expect((await shown(ended(session))).post.id).toBe(real.id);

    const other = wanted();
    const forged = await boxByHand(ann, other);
    await writer.send({ ...other, post_id: forged.id });
    const own = await waitFor(
      'a box by the bot',
      async () => (await boxesOf(workspace, other)).find(({ post }) => post.user_id === bot.id),
      { deadlineMs: 20_000 },
    );
    expect(own.props.seq).toBe(other.seq);
    expect(await ann.rest.ok<Post>('GET', `/api/v4/posts/${forged.id}`)).toMatchObject({ message: forged.message });
  });
});

/** A box as somebody writes it by REST. */
function boxByHand(author: Person | Bot, session: Session): Promise<Post> {
  const props = { v: 1, id: session.id, seq: session.seq - 1, status: 'active', agent: session.agent };
  return author.rest.ok<Post>('POST', '/api/v4/posts', {
    channel_id: channel.id,
    root_id: root.id,
    type: 'custom_livestatus',
    message: '**Working** by hand',
    props: { livestatus: JSON.stringify(props) },
  });
}

describe('P3', () => {
  it('P3: a change of the status is written at once, and nothing but message and props changes', async () => {
    const session = wanted();
    const { post } = await shown(session);
    await ann.rest.ok('POST', `/api/v4/posts/${post.id}/pin`);
    const reaction = { user_id: ann.id, post_id: post.id, emoji_name: 'eyes' };
    await ann.rest.ok('POST', '/api/v4/reactions', reaction);
    const last = ended(next(session, { steps: [toolStep('Ran `ls`', { status: 'done', ended_ms: Date.now() })] }));
    const { post: after, props } = await shown(last);
    expect(after.message).toMatch(/^\*\*Done\*\* in .* · 1 step\n✓ `Ran ls`$/);
    expect(after).toMatchObject({ id: post.id, is_pinned: true, has_reactions: true, create_at: post.create_at });
    expect(after.props).toMatchObject({ from_bot: 'true', from_plugin: 'true' });
    expect(props.session).toMatchObject({ id: session.id, status: 'done', seq: last.seq });
  });

  it('P3: progress alone is not written at once', async () => {
    const session = wanted();
    await shown(session);
    let latest = session;
    for (let i = 0; i < 20; i += 1) {
      latest = next(latest, { tool_calls: i });
      await writer.send(latest);
    }
    await shown(wanted());
    const [box] = await boxesOf(workspace, session);
    expect(box?.post.edit_at).toBe(0);
    await shown(ended(latest));
  });
});

describe('P4', () => {
  it('P4: a box that a person deleted is not created again', async () => {
    const session = wanted();
    const { post } = await shown(session);
    await workspace.admin.rest.ok('DELETE', `/api/v4/posts/${post.id}`);
    await writer.send(ended(session));
    expect(await codeOf(ended(session))).toBe('post_deleted');
    expect(await boxesOf(workspace, session)).toEqual([]);
  });

  it('P4: a thread whose root was deleted', async () => {
    const other = await workspace.post(ann, channel.id, 'Never mind.');
    const session = wanted({ root_id: other.id });
    await shown(session);
    await workspace.admin.rest.ok('DELETE', `/api/v4/posts/${other.id}`);
    expect(await codeOf(ended(session))).toBe('post_root_deleted');
    const late = wanted({ root_id: other.id });
    await writer.send(late);
    expect(await codeOf(late)).toBe('post_root_deleted');
    expect(await boxesOf(workspace, late)).toEqual([]);
  });

  it('P4: a bot that was removed from the channel writes there no more', async () => {
    const room = await workspace.channel(team, 'P', [ann.id, bot.id]);
    const session = activeSession({ daemon_id: writer.daemonId, channel_id: room.id, post: 'wanted' });
    const { post } = await shown(session);
    await workspace.leave(room.id, bot.id);
    // Its own changes are refused now; the lost turn ends by itself.
    expect(await writer.send(ended(session))).toMatchObject({ status: 'error', code: 'channel_forbidden' });
    await writer.heartbeat([], true);
    await shown(wanted());
    const [box] = await boxesOf(workspace, session);
    expect(box?.post.message).toBe(post.message);
  });

  it('P4: an archived channel', async () => {
    const room = await workspace.channel(team, 'P', [ann.id, bot.id]);
    const session = activeSession({ daemon_id: writer.daemonId, channel_id: room.id, post: 'wanted' });
    const { post } = await shown(session);
    await workspace.admin.rest.ok('DELETE', `/api/v4/channels/${room.id}`);
    const result = await writer.send(ended(session));
    await shown(wanted());
    expect(result.status === 'error' ? result.code : await codeOf(ended(session))).toMatch(
      /^(channel_forbidden|post_channel_archived)$/,
    );
    const after = await workspace.admin.rest.ok<Post>('GET', `/api/v4/posts/${post.id}`);
    expect(after.message).toBe(post.message);
  });
});

describe('P5', () => {
  it('P5: a turn that needed no reply folds its box, which stays where it is', async () => {
    const session = wanted({ steps: [toolStep('Running `ls`')] });
    const { post } = await shown(session);
    expect((await writer.rest.request('DELETE', `${PLUGIN_API}/sessions/${session.id}`)).status).toBe(204);
    const box = await waitForBox(workspace, session, 'the box to fold', ({ props }) => props.withdrawn === true);
    expect(box.post).toMatchObject({ id: post.id, message: '**No reply needed**', create_at: post.create_at });
  });

  it('P5: DELETE with post=true removes the box, and it is never created again', async () => {
    const session = wanted();
    await shown(session);
    const gone = await writer.rest.request('DELETE', `${PLUGIN_API}/sessions/${session.id}?post=true`);
    expect(gone.status).toBe(204);
    expect(await boxesOf(workspace, session)).toEqual([]);
    await writer.send(next(session, {}));
    await shown(wanted());
    expect(await boxesOf(workspace, session)).toEqual([]);
  });
});

describe('D5', () => {
  const remove = async (session: Session, query = ''): Promise<void> => {
    const answer = await writer.rest.request('DELETE', `${PLUGIN_API}/sessions/${session.id}${query}`);
    expect(answer.status).toBe(204);
    expect(await read(ann.rest, session.id)).toBeUndefined();
  };

  it('D5: an ended entry that is sent again after its deletion is what it was, in the same box', async () => {
    const session = wanted({ steps: [toolStep('Running `ls`')], tool_calls: 1 });
    const { post } = await shown(session);
    const last = ended(next(session, { steps: [] }));
    await shown(last);
    await remove(last);
    // The daemon heard no answer to its last word: a delta has no base any more, a snapshot brings the entry back.
    const lost = diff(session, last);
    if (lost === null) throw new Error('the states do not differ');
    expect(await writer.send(lost)).toMatchObject({ status: 'resync', seq: 0 });
    const again = next(last, {});
    expect(await writer.send(again)).toMatchObject({ status: 'ok', seq: again.seq });
    expect(await writer.heartbeat([], true)).toMatchObject({ resync: [] });
    const box = await waitForState(workspace, again);
    expect(box.post.id).toBe(post.id);
    expect(box.post.message).toMatch(/^\*\*Done\*\* in/);
    expect(box.props.withdrawn).toBeUndefined();
    expect(await read(ann.rest, session.id)).toMatchObject({ status: 'done', seq: again.seq, post_id: post.id });
  });

  it('D5: an ended entry that is sent again after its deletion with its post gets no other box', async () => {
    const session = wanted();
    await shown(session);
    const last = ended(session);
    await shown(last);
    await remove(last, '?post=true');
    expect(await writer.send(next(last, {}))).toMatchObject({ status: 'ok' });
    expect(await codeOf(next(last, {}))).toBe('post_deleted');
    expect(await boxesOf(workspace, session)).toEqual([]);
    expect(await read(ann.rest, session.id)).toMatchObject({ status: 'done' });
  });
});
