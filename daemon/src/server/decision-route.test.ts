import type { Session } from '@livestatus/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../config/secret.ts';
import { session } from '../testing/sinks/sessions.ts';
import { RunningServer } from './testing/running-server.ts';

const TOKEN = 'a-token-of-the-dashboard-0123456789';
const waiting: Session = session('s1', {
  activity: 'waiting',
  waiting: { for: 'approval', approval_id: 'a1', since_ms: 1 },
});

let running: RunningServer;
const decide = vi.fn<(approvalId: string, decision: string) => Promise<void>>();

beforeEach(() => {
  decide.mockReset().mockResolvedValue(undefined);
  running = new RunningServer();
  running.feed.put(waiting);
});
afterEach(() => running.stop());

const start = (over: object = {}) => running.start({ token: new Secret(TOKEN), decide, ...over });
const bearer = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const send = (body: object, headers: object = bearer, id = 's1') =>
  running.ask(`/api/v1/sessions/${id}/decision`, { ...headers }, 'POST', JSON.stringify(body));
const allow = { approval_id: 'a1', decision: 'allow_once' };

describe('a decision on the dashboard', () => {
  it.each(['allow_once', 'deny'])('%s is told to the gateway', async (decision) => {
    await start();
    expect((await send({ approval_id: 'a1', decision })).status).toBe(202);
    expect(decide).toHaveBeenCalledExactlyOnceWith('a1', decision);
  });

  it('by the cookie comes from the dashboard itself, or not at all', async () => {
    await start();
    const opened = await running.ask(`/?token=${TOKEN}`);
    const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
    const host = `127.0.0.1:${running.server.port}`;
    const json = { 'content-type': 'application/json', cookie, host };
    expect((await send(allow, json)).json().code).toBe('origin_not_allowed');
    expect((await send(allow, { ...json, origin: 'http://evil.example' })).json().code).toBe('origin_not_allowed');
    expect(decide).not.toHaveBeenCalled();
    expect((await send(allow, { ...json, origin: `http://${host}` })).status).toBe(202);
  });

  it.each<[string, object, object, number, string]>([
    ['without the token', allow, { 'content-type': 'application/json' }, 401, 'unauthorized'],
    ['of another approval', { ...allow, approval_id: 'a2' }, bearer, 409, 'approval_not_open'],
    ['that is none', { ...allow, decision: 'allow_always' }, bearer, 400, 'bad_request'],
    ['that is no JSON to us', allow, { ...bearer, 'content-type': 'text/plain' }, 400, 'bad_request'],
  ])('%s is refused', async (_, body, headers, status, code) => {
    await start();
    const answer = await send(body, headers);
    expect([answer.status, answer.json().code]).toEqual([status, code]);
    expect(decide).not.toHaveBeenCalled();
  });

  it.each<[string, Partial<Session>]>([
    ['it works on', { activity: 'tool', waiting: { for: 'approval', guess: true, since_ms: 1 } }],
    ['it is not observed', { activity: 'unobserved' }],
  ])('is refused when %s', async (_, part) => {
    running.feed.put({ ...waiting, ...part });
    await start();
    expect((await send(allow)).json().code).toBe('approval_not_open');
  });

  it('about a session that is not there is refused', async () => {
    await start();
    expect((await send(allow, bearer, 'other')).json().code).toBe('session_not_found');
  });

  it('that the gateway does not take says so', async () => {
    decide.mockRejectedValue(new Error('It said: APPROVAL_NOT_FOUND.'));
    await start();
    const answer = await send(allow);
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({
      code: 'gateway_refused',
      error: expect.stringContaining('APPROVAL_NOT_FOUND'),
    });
  });

  it.each<[string, object]>([
    ['without the right to approve', { decide: undefined }],
    ['without a token of its own', { token: undefined }],
  ])('is off %s', async (_, over) => {
    await start(over);
    expect((await send(allow)).json().code).toBe('acting_disabled');
    const stream = await running.listen(bearer);
    await stream.until(() => stream.messages.length > 0);
    expect(stream.messages[0]?.data).not.toHaveProperty('may_decide');
    stream.close();
  });

  it('is offered to the page where it is on', async () => {
    await start();
    const stream = await running.listen(bearer);
    await stream.until(() => stream.messages.length > 0);
    expect(stream.messages[0]?.data).toMatchObject({ may_decide: true });
    stream.close();
  });

  it('changes nothing about other methods and paths', async () => {
    await start();
    expect((await running.ask('/api/v1/sessions', bearer, 'POST')).status).toBe(405);
    expect((await running.ask('/api/v1/sessions/s1/decision', bearer, 'PUT')).status).toBe(405);
    expect((await running.ask('/api/v1/sessions/s1/decision', bearer)).status).toBe(404);
  });
});
