import type { Session } from '@livestatus/contract';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bot, Person, Post, Workspace } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { boxesOf, waitForState } from './harness/boxes.ts';
import { activeSession, ended, next } from './harness/sessions.ts';
import { type OwnStack, pluginSettings, startStack } from './harness/stack.ts';
import { Writer } from './harness/writer.ts';

/** Boxes while the plugin and the server come and go: one box a turn, and its last state is the final one. */

let stack: OwnStack;
let workspace: Workspace;
let bot: Bot;
let writer: Writer;
let channelId: string;
let root: Post;
/** A turn whose daemon is silent from the beginning of this file on. */
let abandoned: Session;

beforeAll(async () => {
  stack = await startStack();
  workspace = stack.workspace;
  const team = await workspace.team();
  const ann: Person = await workspace.user([team]);
  bot = await workspace.bot([team]);
  writer = new Writer(stack, bot);
  channelId = (await workspace.channel(team, 'P', [ann.id, bot.id])).id;
  root = await workspace.post(ann, channelId, 'Please count the files.');
  const silent = new Writer(stack, bot);
  abandoned = activeSession({ daemon_id: silent.daemonId, channel_id: channelId, root_id: root.id, post: 'wanted' });
  await silent.send(abandoned);
  await waitForState(workspace, abandoned);
});
afterAll(() => stack?.dispose());

const wanted = (): Session =>
  activeSession({ daemon_id: writer.daemonId, channel_id: channelId, root_id: root.id, post: 'wanted' });

/** Sends until the plugin takes it: it may be away for a moment. */
async function send(session: Session): Promise<void> {
  await waitFor(
    'the plugin to take a state',
    async () => ((await writer.send(session)).status === 'ok' ? true : undefined),
    { deadlineMs: 60_000 },
  );
}

async function restartPlugin(): Promise<void> {
  await stack.plugin.disable();
  await stack.plugin.enable();
}

/** The one box of the turn shows its end. */
async function endsInOneBox(session: Session): Promise<void> {
  const last = ended(session);
  await send(last);
  const { props } = await waitForState(workspace, last, 40_000);
  expect(props.session).toMatchObject({ id: session.id, status: 'done' });
  expect(await boxesOf(workspace, session)).toHaveLength(1);
}

/** Begins a turn, waits for its box, lets something happen, ends the turn. */
async function survives(happens: () => Promise<void>): Promise<void> {
  const session = wanted();
  await send(session);
  const { post } = await waitForState(workspace, session);
  await happens();
  await endsInOneBox(session);
  expect((await boxesOf(workspace, session))[0]?.post.id).toBe(post.id);
}

it('P2: one box over disabling and enabling the plugin', () => survives(restartPlugin));

it('P2: one box over a restart of the server', () => survives(() => stack.server.restart()));

it('P2: one box over a kill -9 of the server', () =>
  survives(async () => {
    await stack.server.kill();
    await stack.server.start();
  }));

it('P2: one box over a kill -9 of the plugin’s process, which the server starts anew', () =>
  survives(async () => {
    await stack.plugin.kill();
    await stack.plugin.waitUntilItAnswers();
  }));

it('P2: a box whose creation nobody heard of is found and kept', async () => {
  const session = wanted();
  const held = await holdPosts();
  try {
    const sent = send(session);
    await held.someoneWaits('INSERT INTO Posts');
    await sent; // accepting a state never waits for its post
    await stack.plugin.kill();
  } finally {
    await held.release();
  }
  // The server goes on with what the dead plugin has asked for.
  const { post } = await waitForState(workspace, session);
  await restartPlugin();
  await endsInOneBox(session);
  expect((await boxesOf(workspace, session))[0]?.post.id).toBe(post.id);
});

it('P2: an edit that nobody heard of is not lost', async () => {
  const session = wanted();
  await send(session);
  await waitForState(workspace, session);
  const held = await holdPosts();
  try {
    await send(ended(session));
    await held.someoneWaits('UPDATE Posts');
    await stack.plugin.kill();
  } finally {
    await held.release();
  }
  await restartPlugin();
  const reopened = next(ended(session), { status: 'active', activity: 'thinking' });
  delete (reopened as { ended_ms?: number }).ended_ms;
  await send(reopened);
  await endsInOneBox(reopened);
});

it('P2: one box over a kill -9 of the plugin at ten seeded moments of its making', async () => {
  const random = seeded(7);
  for (let round = 0; round < 10; round += 1) {
    const session = wanted();
    void writer.request({ changes: [session] }).catch(() => undefined);
    await busyWait(random() * 25);
    if ((await stack.plugin.pids()).length > 0) await stack.plugin.kill();
    await restartPlugin();
    await send(session);
    await endsInOneBox(session);
  }
}, 240_000);

it('P3: while a turn goes on its box is written when the setting says so', async () => {
  await stack.plugin.configure({ ...pluginSettings(stack.secret), ActiveEditFirstS: 10, ActiveEditEveryS: 0 });
  const session = wanted();
  await send(session);
  const { post } = await waitForState(workspace, session);
  const later = next(session, { tool_calls: 3, as_of_ms: session.as_of_ms + 5_000 });
  await send(later);
  const { post: edited } = await waitForState(workspace, later);
  expect(edited.edit_at - post.create_at).toBeGreaterThanOrEqual(10_000);
  expect(edited.message).toMatch(/^\*\*Working\*\* · as of 6.0 s · 3 tools/);
  await endsInOneBox(later);
});

it('P4: the time limit of edits does not bind the plugin on this server', async () => {
  await workspace.admin.rest.ok('PUT', '/api/v4/config/patch', { ServiceSettings: { PostEditTimeLimit: 0 } });
  try {
    const session = wanted();
    await send(session);
    const { post } = await waitForState(workspace, session);
    // By REST it holds: the daemon itself would be refused.
    const byRest = await bot.rest.request('PUT', `/api/v4/posts/${post.id}/patch`, { body: { message: 'by hand' } });
    expect(byRest.status).toBe(400);
    await endsInOneBox(session);
  } finally {
    await workspace.admin.rest.ok('PUT', '/api/v4/config/patch', { ServiceSettings: { PostEditTimeLimit: -1 } });
  }
});

it('P6: the box of a silent daemon says that it is no longer observed, and ends nothing', async () => {
  const { props, post } = await waitFor(
    'the lease to run out',
    async () => (await boxesOf(workspace, abandoned)).find((box) => box.props.offline === true),
    { deadlineMs: 80_000 },
  );
  expect(props.status).toBe('active');
  expect(post.message).toMatch(/^\*\*No longer observed\*\* · as of /);
});

/** Keeps every writer of posts waiting. Readers go on. */
async function holdPosts(): Promise<{ someoneWaits: (query: string) => Promise<void>; release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: stack.server.database.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE posts IN SHARE ROW EXCLUSIVE MODE');
  const waiting = `SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  return {
    someoneWaits: async (query) => {
      await waitFor(
        `a waiting ${query}`,
        async () => {
          const rows = await stack.server.database.query(waiting);
          return rows.some((row) => String(row.query).toLowerCase().includes(query.toLowerCase())) ? true : undefined;
        },
        { deadlineMs: 15_000, everyMs: 20 },
      );
    },
    release: async () => {
      await client.query('COMMIT').catch(() => undefined);
      await client.end();
    },
  };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Spends this time in small slices, so that requests go out meanwhile. */
async function busyWait(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
