import { randomBytes } from 'node:crypto';
import type { Rest } from './rest.ts';

const PASSWORD = 'Correct-Horse-1';

/** A login of the browser's kind: the cookies that Mattermost set, and the token of MMCSRF. */
export interface CookieLogin {
  readonly cookie: string;
  readonly csrf: string;
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  /** The session token, for `Authorization: Bearer`. */
  readonly token: string;
  readonly rest: Rest;
}

export interface Bot {
  /** The bot's user id. */
  readonly id: string;
  readonly username: string;
  readonly token: string;
  readonly rest: Rest;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly team_id: string;
}

export interface Post {
  readonly id: string;
  readonly user_id: string;
  readonly channel_id: string;
  readonly root_id: string;
  readonly type: string;
  readonly message: string;
  readonly create_at: number;
  readonly edit_at: number;
  readonly delete_at: number;
  readonly props: Readonly<Record<string, unknown>>;
}

/** A name that no other call of any run has. Lower case, begins with a letter. */
export function uniqueName(prefix: string): string {
  return `${prefix}${randomBytes(5).toString('hex')}`;
}

/** The first user of a server is its system admin. */
export async function createAdmin(rest: Rest): Promise<Person> {
  return createAccount(rest, 'admin');
}

async function createAccount(rest: Rest, username: string): Promise<Person> {
  const email = `${username}@example.test`;
  await rest.ok('POST', '/api/v4/users', { email, username, password: PASSWORD });
  return logIn(rest, username, PASSWORD);
}

/** A session as programs have it: the token of the answer's header. */
export async function logIn(rest: Rest, username: string, password: string): Promise<Person> {
  const answer = await rest.as({}).request('POST', '/api/v4/users/login', { body: { login_id: username, password } });
  const token = answer.headers.get('token');
  const user = answer.json<{ id: string }>();
  if (token === null || user === undefined)
    throw new Error(`login of ${username}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return { id: user.id, username, password, token, rest: rest.as({ authorization: `Bearer ${token}` }) };
}

/** A session as a browser has it. */
export async function logInWithCookie(rest: Rest, person: Person): Promise<CookieLogin> {
  const { username, password } = person;
  // Mattermost sets cookies only for a browser, which it knows by this header.
  const browser = rest.as({ 'x-requested-with': 'XMLHttpRequest' });
  const answer = await browser.request('POST', '/api/v4/users/login', { body: { login_id: username, password } });
  const pairs = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  const csrf = pairs.find((pair) => pair.startsWith('MMCSRF='))?.slice('MMCSRF='.length);
  if (answer.status !== 200 || csrf === undefined)
    throw new Error(`login of ${username}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return { cookie: pairs.join('; '), csrf };
}

/** Makes what a test needs, as the system admin. */
export class Workspace {
  readonly admin: Person;

  constructor(admin: Person) {
    this.admin = admin;
  }

  async team(name = uniqueName('team')): Promise<string> {
    const team = await this.admin.rest.ok<{ id: string }>('POST', '/api/v4/teams', {
      name,
      display_name: name,
      type: 'O',
    });
    return team.id;
  }

  /** A user, logged in, member of these teams. */
  async user(teamIds: readonly string[], username = uniqueName('user')): Promise<Person> {
    const person = await createAccount(this.admin.rest.as({}), username);
    await this.#joinTeams(person.id, teamIds);
    return person;
  }

  /** A bot with a token, member of these teams. */
  async bot(teamIds: readonly string[], username = uniqueName('bot')): Promise<Bot> {
    const { rest } = this.admin;
    const { user_id: id } = await rest.ok<{ user_id: string }>('POST', '/api/v4/bots', { username });
    const { token } = await rest.ok<{ token: string }>('POST', `/api/v4/users/${id}/tokens`, { description: 'test' });
    await this.#joinTeams(id, teamIds);
    return { id, username, token, rest: rest.as({ authorization: `Bearer ${token}` }) };
  }

  /** A public (`O`) or private (`P`) channel with these members. The admin is its creator and member. */
  async channel(
    teamId: string,
    type: 'O' | 'P',
    memberIds: readonly string[],
    name = uniqueName('ch'),
  ): Promise<Channel> {
    const body = { team_id: teamId, name, display_name: name, type };
    const channel = await this.admin.rest.ok<Channel>('POST', '/api/v4/channels', body);
    for (const userId of memberIds) await this.join(channel.id, userId);
    return channel;
  }

  async directChannel(one: string, other: string): Promise<Channel> {
    return this.admin.rest.ok<Channel>('POST', '/api/v4/channels/direct', [one, other]);
  }

  /** A group message of three to eight people, of whom `maker` is one. */
  async groupMessage(maker: Person, others: readonly string[]): Promise<Channel> {
    return maker.rest.ok<Channel>('POST', '/api/v4/channels/group', [maker.id, ...others]);
  }

  async join(channelId: string, userId: string): Promise<void> {
    await this.admin.rest.ok('POST', `/api/v4/channels/${channelId}/members`, { user_id: userId });
  }

  async leave(channelId: string, userId: string): Promise<void> {
    await this.admin.rest.ok('DELETE', `/api/v4/channels/${channelId}/members/${userId}`);
  }

  async deactivate(userId: string): Promise<void> {
    await this.admin.rest.ok('PUT', `/api/v4/users/${userId}/active`, { active: false });
  }

  async post(author: Person | Bot, channelId: string, message: string, rootId = ''): Promise<Post> {
    return author.rest.ok<Post>('POST', '/api/v4/posts', { channel_id: channelId, message, root_id: rootId });
  }

  /** All posts of a channel (up to 200), oldest first, deleted ones left out. */
  async posts(channelId: string): Promise<Post[]> {
    const path = `/api/v4/channels/${channelId}/posts?per_page=200`;
    const list = await this.admin.rest.ok<{ order: string[]; posts: Record<string, Post> }>('GET', path);
    return list.order.flatMap((id) => list.posts[id] ?? []).sort((a, b) => a.create_at - b.create_at);
  }

  async #joinTeams(userId: string, teamIds: readonly string[]): Promise<void> {
    for (const teamId of teamIds)
      await this.admin.rest.ok('POST', `/api/v4/teams/${teamId}/members`, { team_id: teamId, user_id: userId });
  }
}
