import type { PluginHealth, Session } from '@livestatus/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Bot,
  type Channel,
  EventSocket,
  type Person,
  PLUGIN_API,
  type SocketEvent,
  updateOf,
} from '../mattermost/index.ts';
import { activeSession, ended, newId, next, toolStep } from './harness/sessions.ts';
import type { Stack } from './harness/stack.ts';
import { newTeam } from './harness/team.ts';
import { list, read, Writer } from './harness/writer.ts';

let stack: Stack;
let team: string;
let bot: Bot;
let writer: Writer;
/** Where everybody is: what is sent there last tells that all before it has arrived. */
let lobby: Channel;
let member: Person;
let stranger: Person;

beforeAll(async () => {
  ({ stack, team, bot, member } = await newTeam());
  const { workspace } = stack;
  stranger = await workspace.user([team]);
  lobby = await workspace.channel(team, 'O', [member.id, stranger.id, bot.id]);
  writer = new Writer(stack, bot);
});

function secretSession(channel: Channel): Session {
  const title = newId('the-merger-with');
  return activeSession({ channel_id: channel.id, daemon_id: writer.daemonId, title, user_id: stranger.id });
}

/** Waits until this socket has everything that was sent before. */
async function flush(socket: EventSocket): Promise<void> {
  const marker = activeSession({ channel_id: lobby.id, daemon_id: writer.daemonId });
  await writer.send(marker);
  await socket.waitForEvent('the marker in the lobby', ({ data }) => String(data.p).includes(marker.id));
}

/** A whole life of a session: new, a step, the end. */
async function live(session: Session): Promise<Session> {
  const working = next(session, { activity: 'tool', steps: [toolStep(`Reading ${session.title}`)] });
  const over = ended(working);
  for (const state of [session, working, over]) expect((await writer.send(state)).status).toBe('ok');
  return over;
}

async function expectNothingSeen(person: Person, socket: EventSocket, { id, title = '' }: Session): Promise<void> {
  expect(socket.rawText).not.toContain(id);
  expect(socket.rawText).not.toContain(title);
  expect(await read(person.rest, id)).toBeUndefined();
  expect((await list(person.rest)).sessions.filter((session) => session.id === id)).toEqual([]);
}

const isAbout =
  ({ id, seq }: Session) =>
  (event: SocketEvent): boolean => {
    const { sessions = [], patches = [] } = updateOf(event) ?? {};
    const isTold = sessions.some((session) => session.id === id && session.seq === seq);
    return isTold || patches.some(([about, base, step]) => about === id && base + step === seq);
  };

describe('who sees what', () => {
  const CASES: readonly [string, () => Promise<Channel>][] = [
    ['a private channel', () => stack.workspace.channel(team, 'P', [member.id, bot.id])],
    ['a direct message', () => stack.workspace.directChannel(member.id, bot.id)],
    [
      'a group message',
      async () => {
        const third = await stack.workspace.user([team]);
        return stack.workspace.groupMessage(member, [third.id, bot.id]);
      },
    ],
  ];

  it.each(CASES)('a session of %s reaches its members and nobody else, by REST or WebSocket', async (_kind, open) => {
    const channel = await open();
    const inside = await EventSocket.open(stack.url, member.token);
    const outside = await EventSocket.open(stack.url, stranger.token);
    const session = secretSession(channel);

    const over = await live(session);
    await inside.waitForEvent('its end at a member', isAbout(over));
    await flush(outside);

    expect(await read(member.rest, session.id)).toMatchObject({ status: 'done', title: session.title });
    await expectNothingSeen(stranger, outside, session);
    inside.close();
    outside.close();
  });

  it('somebody removed from the channel sees nothing from that moment on, and what he saw is gone from his list', async () => {
    const goner = await stack.workspace.user([team]);
    await stack.workspace.join(lobby.id, goner.id);
    const channel = await stack.workspace.channel(team, 'P', [member.id, goner.id, bot.id]);
    const socket = await EventSocket.open(stack.url, goner.token);
    const before = secretSession(channel);
    await writer.send(before);
    await socket.waitForEvent('the session while he is a member', isAbout(before));
    expect(await read(goner.rest, before.id)).toMatchObject({ title: before.title });

    await stack.workspace.leave(channel.id, goner.id);
    const textBefore = socket.rawText.length;
    const after = secretSession(channel);
    await live(after);
    await writer.send(next(before, { title: newId('later') }));
    await flush(socket);

    expect(socket.rawText.slice(textBefore)).not.toContain(before.id);
    await expectNothingSeen(goner, socket, after);
    expect(await read(goner.rest, before.id)).toBeUndefined();
    socket.close();
  });

  it('somebody who joins sees the session that is already running, and its next change', async () => {
    const channel = await stack.workspace.channel(team, 'P', [member.id, bot.id]);
    const session = secretSession(channel);
    await writer.send(session);
    const newcomer = await stack.workspace.user([team]);
    const socket = await EventSocket.open(stack.url, newcomer.token);
    expect(await read(newcomer.rest, session.id)).toBeUndefined();

    await stack.workspace.join(channel.id, newcomer.id);
    expect(await read(newcomer.rest, session.id)).toMatchObject({ title: session.title });
    const later = next(session, { tool_calls: 1 });
    await writer.send(later);
    await socket.waitForEvent('its next change', isAbout(later));
    socket.close();
  });

  it('the plugin shows a person no session of a channel whose posts Mattermost would not show', async () => {
    const { workspace } = stack;
    const elsewhere = await workspace.team();
    const guestOfOtherTeam = await workspace.user([elsewhere]);
    const channels = [
      lobby,
      await workspace.channel(team, 'O', [bot.id]),
      await workspace.channel(team, 'P', [bot.id]),
      await workspace.directChannel(member.id, bot.id),
    ];
    for (const channel of channels) {
      const session = secretSession(channel);
      expect((await writer.send(session)).status).toBe('ok');
      for (const person of [member, stranger, guestOfOtherTeam]) {
        const posts = await person.rest.request('GET', `/api/v4/channels/${channel.id}/posts?per_page=1`);
        if (posts.status !== 200) expect(await read(person.rest, session.id), channel.name).toBeUndefined();
      }
    }
    expect((await list(member.rest, `?channel_id=${lobby.id}`)).sessions.length).toBeGreaterThan(0);
  });

  it('health tells a person only of what he may read: no count, no daemon of others', async () => {
    const channel = await stack.workspace.channel(team, 'P', [member.id, bot.id]);
    const nobody = await stack.workspace.user([team]);
    await writer.send(secretSession(channel));
    const answer = await nobody.rest.request('GET', `${PLUGIN_API}/health`);
    expect(answer.json<PluginHealth>()).toMatchObject({ active_sessions: 0, status: 'healthy', reasons: [] });
    expect(answer.text).not.toContain(writer.daemonId);
  });
});

describe('a daemon whose bot is not in a channel', () => {
  let foreign: Writer;
  let channel: Channel;
  let session: Session;

  beforeAll(async () => {
    foreign = new Writer(stack, await stack.workspace.bot([team]));
    channel = await stack.workspace.channel(team, 'P', [member.id, bot.id]);
    session = secretSession(channel);
    expect((await writer.send(session)).status).toBe('ok');
  });

  it('can create no session and no post there', async () => {
    const mine = activeSession({ channel_id: channel.id, daemon_id: foreign.daemonId, post: 'wanted' });
    expect(await foreign.send(mine)).toEqual({ id: mine.id, status: 'error', code: 'channel_forbidden' });
    expect(await read(member.rest, mine.id)).toBeUndefined();
    const posts = await stack.workspace.posts(channel.id);
    expect(posts.filter(({ type }) => !type.startsWith('system_'))).toEqual([]);
  });

  it('can move none of its sessions there', async () => {
    await stack.workspace.join(lobby.id, foreign.bot.id);
    const mine = activeSession({ channel_id: lobby.id, daemon_id: foreign.daemonId });
    expect((await foreign.send(mine)).status).toBe('ok');
    const moved = next(mine, { channel_id: channel.id });
    expect(await foreign.send(moved)).toMatchObject({ status: 'error', code: 'channel_forbidden' });
    const delta = { id: mine.id, base_seq: mine.seq, seq: mine.seq + 1, as_of_ms: mine.as_of_ms, steps: [] };
    const move = { ...delta, removed_steps: [], steps_dropped: 0, set: { channel_id: channel.id } };
    expect(await foreign.send(move)).toMatchObject({ status: 'error', code: 'channel_forbidden' });
    expect(await read(member.rest, mine.id)).toMatchObject({ channel_id: lobby.id });
  });

  it('can neither read, change, take over, nor remove what is there', async () => {
    expect(await read(foreign.rest, session.id)).toBeUndefined();
    expect((await list(foreign.rest)).sessions.map(({ id }) => id)).not.toContain(session.id);
    const forged = { ...next(session, { title: 'forged' }), daemon_id: foreign.daemonId };
    for (const attempt of [forged, { ...forged, channel_id: lobby.id }, next(session, { title: 'forged' })])
      expect((await foreign.send(attempt)).status).not.toBe('ok');
    const removed = await foreign.rest.request('DELETE', `${PLUGIN_API}/sessions/${session.id}?post=true`);
    expect(removed.status).toBe(404);
    expect(await read(member.rest, session.id)).toMatchObject({ title: session.title, seq: session.seq });
  });

  it('learns nothing by claiming to hold it, and ends nothing by claiming to hold all there is', async () => {
    const { resync } = await foreign.heartbeat([session], true);
    expect(resync).toEqual([{ id: session.id, seq: 0 }]);
    expect(await read(member.rest, session.id)).toMatchObject({ status: 'active' });
  });

  it('a bot that was removed from the channel is refused from then on', async () => {
    const other = new Writer(stack, await stack.workspace.bot([team]));
    await stack.workspace.join(channel.id, other.bot.id);
    const mine = activeSession({ channel_id: channel.id, daemon_id: other.daemonId });
    expect((await other.send(mine)).status).toBe('ok');
    await stack.workspace.leave(channel.id, other.bot.id);
    expect(await other.send(next(mine, { tool_calls: 1 }))).toMatchObject({ code: 'channel_forbidden' });
    expect(await read(other.rest, mine.id)).toBeUndefined();
  });
});
