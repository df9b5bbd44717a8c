import type { Session } from '@livestatus/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Daemon } from '../openclaw/harness/daemon.ts';
import { describeSessions } from '../openclaw/harness/describe.ts';
import { expectEnded, expectTools } from '../openclaw/harness/expect-turn.ts';
import { shell } from '../openclaw/harness/script.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { Chain } from './harness/chain.ts';
import { approvalOf, type Turn, turnIn, waitsForApproval } from './harness/clicked.ts';
import type { Room } from './harness/room.ts';
import { standsRight } from './harness/stands-right.ts';
import { ToldThreads } from './harness/thread.ts';

const TOKEN = 'the-token-of-a-late-dashboard-0123456789';
const MAY_DECIDE = { OPENCLAW_GATEWAY_SCOPES: 'operator.read,operator.approvals' };
/** OpenClaw's constant. */
const APPROVAL_TIMEOUT_MS = 30 * 60_000;
const threads = new ToldThreads();

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
}

/** What POST /api/v1/sessions/{id}/decision answers to a program with that token. */
async function decide(
  daemon: Daemon,
  { id }: Session,
  body: { readonly approval_id: string; readonly decision: 'allow_once' | 'deny' },
  token: string | undefined = TOKEN,
): Promise<Answer> {
  const response = await fetch(`${daemon.dashboard.baseUrl}/api/v1/sessions/${id}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const { code } = (await response.json()) as { readonly code?: string };
  return { status: response.status, code };
}

/** A turn that waits and whose asker has been called: nothing more is posted until somebody decides. */
async function waitingTurn(chain: Chain, room: Room, scenario: string): Promise<Turn> {
  const turn = await turnIn(chain, room, scenario, 'to wait for an approval', waitsForApproval);
  await waitFor(
    'the asker to be called',
    async () => (await room.posts()).some(({ props }) => typeof props.livestatus_wait === 'string') || undefined,
    { deadlineMs: 60_000, seen: () => chain.describe(room) },
  );
  return turn;
}

/** Waits until a daemon shows the turn as it should. */
function shown(daemon: Daemon, turn: Turn, what: string, fits: (session: Session) => boolean): Promise<Session> {
  return waitFor(
    `the late daemon to show the turn ${what}`,
    async () => (await daemon.dashboard.ofKey(turn.session.session_key)).find(fits),
    {
      deadlineMs: 60_000,
      seen: async () => `${describeSessions(await daemon.dashboard.sessions())}\n${daemon.tail(60)}`,
    },
  );
}

/** Issue 6, items 4 and 5: daemons beside the suite's own, which start only when an agent waits already. */
describe('a daemon that comes while an approval waits', () => {
  let chain: Chain;
  const late: Daemon[] = [];
  let permitted: Daemon;
  async function comesLate(settings: Readonly<Record<string, string>>): Promise<Daemon> {
    const openClawStateDir = `${chain.shared.gateway.rootDir}/state`;
    const daemon = await Daemon.start({ openClawStateDir, settings: { DASHBOARD_TOKEN: TOKEN, ...settings } });
    late.push(daemon);
    return daemon;
  }
  beforeAll(async () => {
    chain = await Chain.join();
  });
  afterAll(async () => {
    for (const daemon of late) await daemon.dispose();
  });

  test('knows it by the right to approve, and allows it on its dashboard', async () => {
    const room = await chain.room('private', 'guard');
    await chain.play({ lateAllowed: [{ calls: [shell('echo late')] }, { text: 'Allowed on the dashboard.' }] });
    const turn = await waitingTurn(chain, room, 'lateAllowed');
    const daemon = await comesLate(MAY_DECIDE);
    const upMs = Date.now();
    permitted = daemon;
    const session = await shown(daemon, turn, 'waiting for its approval', waitsForApproval);
    process.stdout.write(`\nA late daemon knows what waits ${Date.now() - upMs} ms after its page answers.\n`);

    expect(session.id).toBe(turn.session.id);
    expect(session.waiting?.approval_id).toBe(approvalOf(turn));
    // The gateway does not name the call: there is one that can ask.
    expect(session.waiting?.step_id).toBe(turn.session.waiting?.step_id);
    expect(session.waiting?.guess).toBeUndefined();
    const { since_ms: since = 0, expires_ms: expires = 0 } = session.waiting ?? {};
    expect(Math.abs(expires - since - APPROVAL_TIMEOUT_MS)).toBeLessThan(10_000);

    const allow = { approval_id: approvalOf(turn), decision: 'allow_once' } as const;
    expect(await decide(daemon, session, allow, '')).toEqual({ status: 401, code: 'unauthorized' });
    expect(await decide(daemon, session, { ...allow, approval_id: 'another' })).toEqual({
      status: 409,
      code: 'approval_not_open',
    });
    expect((await decide(daemon, session, allow, 'not-the-token')).status).toBe(401);
    const both = await Promise.all([decide(daemon, session, allow), decide(daemon, session, allow)]);
    // One of two at once is told that it was decided already: by the gateway, or by what the daemon knows by then.
    expect(both.map(({ status }) => status).sort()[0]).toBe(202);
    expect(both.filter(({ code }) => code === 'gateway_refused' || code === 'approval_not_open')).toHaveLength(1);
    await turn.runtime.lifecycle('approval-resolved');
    const seen = await shown(daemon, turn, 'done', ({ status }) => status === 'done');
    expectTools(seen, [['exec', 'done']]);
    const ended = await standsRight(chain, room, turn.request, turn.box);
    expectEnded(ended, 'done');
    expectTools(ended, [['exec', 'done']]);
    expect((await decide(daemon, session, allow)).code).toBe('approval_not_open');
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      'bot: Allowed on the dashboard.',
    ]);
    turn.runtime.close();
  });

  test('with the right to read alone cannot act; given the right, it knows what waits and denies it', async () => {
    const room = await chain.room('public', 'guard');
    await chain.play({ lateDenied: [{ calls: [shell('echo never')] }, { text: 'Denied on the dashboard.' }] });
    const turn = await waitingTurn(chain, room, 'lateDenied');
    const daemon = await comesLate({});
    const session = await shown(daemon, turn, 'working', ({ activity }) => activity === 'tool');
    expect(waitsForApproval(session)).toBe(false);
    const deny = { approval_id: approvalOf(turn), decision: 'deny' } as const;
    expect(await decide(daemon, session, deny)).toEqual({ status: 403, code: 'acting_disabled' });

    // A daemon that had the right from the beginning is told of it twice, by the gateway and by the run.
    const told = await shown(permitted, turn, 'waiting, for which call and until when', ({ waiting }) =>
      Boolean(waiting?.expires_ms && waiting.step_id),
    );
    expect(told.waiting).toMatchObject({ approval_id: approvalOf(turn), step_id: turn.session.waiting?.step_id });

    await daemon.stop();
    daemon.configure(MAY_DECIDE);
    await daemon.start();
    await shown(daemon, turn, 'waiting for its approval', waitsForApproval);
    expect(await decide(daemon, session, deny)).toEqual({ status: 202, code: undefined });
    await turn.runtime.lifecycle('approval-resolved');
    const seen = await shown(daemon, turn, 'done', ({ status }) => status === 'done');
    expectTools(seen, [['exec', 'error']]);
    const ended = await standsRight(chain, room, turn.request, turn.box);
    expectTools(ended, [['exec', 'error']]);
    await threads.holds(chain, room, turn.request, [
      `asker: ${turn.request.message}`,
      'box',
      'call',
      'bot: Denied on the dashboard.',
    ]);
    turn.runtime.close();
  });

  test('and nothing was posted but by the agent', async () => {
    expect(await threads.nothingMore()).toEqual([]);
  });
});
