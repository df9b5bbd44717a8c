import type { Session } from '@livestatus/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, type Channel, logInWithCookie, type Person, PLUGIN_API, type Rest } from '../mattermost/index.ts';
import { activeSession, newId } from './harness/sessions.ts';
import { type Stack, sharedStack } from './harness/stack.ts';
import { SECRET_HEADER, Writer } from './harness/writer.ts';

/** Who asks, in the order of the table. */
const CALLERS = [
  'no auth',
  'wrong secret',
  'empty secret',
  'wrong Bearer',
  'Bearer secret',
  'secret + bot token',
  'secret + foreign bot token',
  'secret + person’s token',
  'secret + unknown token',
  'bot token alone',
  'member',
  'non-member',
  'deactivated user',
  'cookie + CSRF token',
  'cookie without CSRF token',
] as const;
type Caller = (typeof CALLERS)[number];

/**
 * What each route answers to whom, for a session in a private channel. A status alone: nothing of the session is in the answer.
 * `sees`: the session is. `self`: an answer that is about the caller's own session or about none (its own write, health, config).
 */
type Verdict = `${number}` | `${number} sees` | `${number} self`;

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: () => string;
  readonly body?: () => unknown;
  readonly expected: Readonly<Record<Caller, Verdict>>;
}

const REFUSED = {
  'no auth': '401',
  'wrong secret': '401',
  'empty secret': '401',
  'wrong Bearer': '401',
  'secret + person’s token': '401',
  'secret + unknown token': '401',
  'deactivated user': '401',
} as const;
/** Callers without the secret, at routes that change something. */
const NO_WRITERS = {
  ...REFUSED,
  'bot token alone': '401',
  member: '401',
  'non-member': '401',
  'cookie + CSRF token': '401',
  'cookie without CSRF token': '401',
} as const;

let stack: Stack;
let privateChannel: Channel;
let session: Session;
let writer: Writer;
const restOf = new Map<Caller, Rest>();
/** What nobody but those who may read the channel may see, in any answer. */
let secrets: readonly string[];
const table: string[] = [];

beforeAll(async () => {
  stack = await sharedStack();
  const { workspace } = stack;
  const team = await workspace.team();
  const member = await workspace.user([team]);
  const nonMember = await workspace.user([team]);
  const goner = await workspace.user([team]);
  const bot = await workspace.bot([team]);
  const foreignBot = await workspace.bot([team]);
  privateChannel = await workspace.channel(team, 'P', [member.id, goner.id, bot.id]);
  writer = new Writer(stack, bot);
  session = privateSession();
  expect((await writer.send(session)).status).toBe('ok');
  secrets = [session.id, session.title ?? '', session.session_key, privateChannel.id, writer.daemonId];
  await setCallers({ member, nonMember, goner, bot, foreignBot });
});

afterAll(() => process.stdout.write(`\n${table.join('\n')}\n\n`));

function privateSession(): Session {
  const title = `the merger with ${newId('acme')}`;
  return activeSession({ channel_id: privateChannel.id, daemon_id: writer.daemonId, title });
}

interface People {
  readonly member: Person;
  readonly nonMember: Person;
  readonly goner: Person;
  readonly bot: Bot;
  readonly foreignBot: Bot;
}

async function setCallers({ member, nonMember, goner, bot, foreignBot }: People): Promise<void> {
  const { secret, rest } = stack;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const cookie = await logInWithCookie(rest, member);
  const otherCookie = await logInWithCookie(rest, member);
  const headers: Record<Caller, Record<string, string>> = {
    'no auth': {},
    'wrong secret': { [SECRET_HEADER]: `${secret}x` },
    'empty secret': { [SECRET_HEADER]: '' },
    'wrong Bearer': bearer(`${secret}x`),
    'Bearer secret': bearer(secret),
    'secret + bot token': { [SECRET_HEADER]: secret, ...bearer(bot.token) },
    'secret + foreign bot token': { [SECRET_HEADER]: secret, ...bearer(foreignBot.token) },
    'secret + person’s token': { [SECRET_HEADER]: secret, ...bearer(member.token) },
    'secret + unknown token': { [SECRET_HEADER]: secret, ...bearer('abcdefghijklmnopqrstuvwxyz') },
    'bot token alone': bearer(bot.token),
    member: bearer(member.token),
    'non-member': bearer(nonMember.token),
    'deactivated user': bearer(goner.token),
    'cookie + CSRF token': { cookie: cookie.cookie, 'x-csrf-token': cookie.csrf },
    'cookie without CSRF token': { cookie: otherCookie.cookie },
  };
  for (const caller of CALLERS) restOf.set(caller, rest.as(headers[caller]));
  // He was a member, and his session is alive until now.
  expect((await goner.rest.request('GET', `${PLUGIN_API}/sessions/${session.id}`)).status).toBe(200);
  await stack.workspace.deactivate(goner.id);
}

const batchOf = (changes: readonly Session[]) => ({
  daemon_id: writer.daemonId,
  as_of_ms: Date.now(),
  changes,
  complete: false,
});

const ROUTES: readonly Route[] = [
  {
    name: 'GET /health',
    method: 'GET',
    path: () => '/health',
    expected: {
      ...REFUSED,
      'Bearer secret': '200 self',
      'secret + bot token': '200 self',
      'secret + foreign bot token': '200 self',
      'bot token alone': '200 self',
      member: '200 self',
      'non-member': '200 self',
      'cookie + CSRF token': '200 self',
      'cookie without CSRF token': '200 self',
    },
  },
  {
    name: 'GET /config',
    method: 'GET',
    path: () => '/config',
    expected: {
      ...REFUSED,
      'Bearer secret': '401',
      'secret + bot token': '200 self',
      'secret + foreign bot token': '200 self',
      'bot token alone': '200 self',
      member: '200 self',
      'non-member': '200 self',
      'cookie + CSRF token': '200 self',
      'cookie without CSRF token': '200 self',
    },
  },
  {
    name: 'GET /sessions',
    method: 'GET',
    path: () => '/sessions',
    expected: {
      ...REFUSED,
      'Bearer secret': '200',
      'secret + bot token': '200 sees',
      'secret + foreign bot token': '200',
      'bot token alone': '200 sees',
      member: '200 sees',
      'non-member': '200',
      'cookie + CSRF token': '200 sees',
      'cookie without CSRF token': '200 sees',
    },
  },
  {
    name: 'GET /sessions?channel_id=',
    method: 'GET',
    path: () => `/sessions?channel_id=${privateChannel.id}`,
    expected: {
      ...REFUSED,
      'Bearer secret': '403',
      'secret + bot token': '200 sees',
      'secret + foreign bot token': '403',
      'bot token alone': '200 sees',
      member: '200 sees',
      'non-member': '403',
      'cookie + CSRF token': '200 sees',
      'cookie without CSRF token': '200 sees',
    },
  },
  {
    name: 'GET /sessions/{id}',
    method: 'GET',
    path: () => `/sessions/${session.id}`,
    expected: {
      ...REFUSED,
      'Bearer secret': '404',
      'secret + bot token': '200 sees',
      'secret + foreign bot token': '404',
      'bot token alone': '200 sees',
      member: '200 sees',
      'non-member': '404',
      'cookie + CSRF token': '200 sees',
      'cookie without CSRF token': '200 sees',
    },
  },
  {
    name: 'POST /sessions (of the channel)',
    method: 'POST',
    path: () => '/sessions',
    body: () => ({ session_key: newId('key'), channel_id: privateChannel.id, agent_id: 'main', post: 'none' }),
    expected: {
      ...NO_WRITERS,
      'Bearer secret': '403',
      'secret + bot token': '201 self',
      'secret + foreign bot token': '403',
    },
  },
  {
    name: 'PUT /sessions/{id}',
    method: 'PUT',
    path: () => `/sessions/${session.id}`,
    body: () => ({ title: session.title }),
    expected: {
      ...NO_WRITERS,
      'Bearer secret': '404',
      'secret + bot token': '200 sees',
      'secret + foreign bot token': '404',
    },
  },
  {
    name: 'POST /sessions/batch (a new one)',
    method: 'POST',
    path: () => '/sessions/batch',
    body: () => batchOf([privateSession()]),
    expected: {
      ...NO_WRITERS,
      'Bearer secret': '200 self',
      'secret + bot token': '200 self',
      'secret + foreign bot token': '200 self',
    },
  },
  {
    name: 'DELETE /sessions/{id}?post=true',
    method: 'DELETE',
    path: () => `/sessions/${session.id}?post=true`,
    expected: {
      ...NO_WRITERS,
      'Bearer secret': '404',
      'secret + foreign bot token': '404',
      'secret + bot token': '204',
    },
  },
];

describe.each(ROUTES)('$name', (route) => {
  // The one who may delete comes last: the others must find the session.
  const order = [...CALLERS].sort((a, b) => Number(a === 'secret + bot token') - Number(b === 'secret + bot token'));
  const verdicts = new Map<Caller, string>();
  afterAll(() => {
    if (table.length === 0)
      table.push('Permissions, a session in a private channel: status, and whether the answer shows it');
    table.push('', route.name, ...CALLERS.map((caller) => `  ${caller.padEnd(28)} ${verdicts.get(caller) ?? '-'}`));
  });

  it.each(order)('%s', async (caller) => {
    const body = route.body?.();
    const rest = restOf.get(caller);
    const answer = await rest?.request(route.method, PLUGIN_API + route.path(), body === undefined ? {} : { body });
    if (answer === undefined) throw new Error(`no credentials for ${caller}`);
    const isSelf = route.expected[caller].endsWith('self');
    const shown = secrets.filter((secret) => answer.text.includes(secret));
    const verdict = `${answer.status}${isSelf ? ' self' : shown.length > 0 ? ' sees' : ''}`;
    verdicts.set(caller, verdict);
    expect(verdict, answer.text.slice(0, 500)).toBe(route.expected[caller]);
    if (answer.status >= 400) expectRefusal(answer.text);
  });
});

/** A refusal names what is wrong, and shows neither the session nor a secret. */
function expectRefusal(text: string): void {
  expect(JSON.parse(text)).toEqual({
    error: expect.any(String),
    code: expect.any(String),
    request_id: expect.any(String),
  });
  for (const secret of [...secrets, stack.secret]) expect(text).not.toContain(secret);
}
