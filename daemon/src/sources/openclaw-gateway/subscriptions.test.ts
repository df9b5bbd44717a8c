import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_METHODS } from '../../testing/fake-gateway/fake-gateway.ts';
import type { AnswerError } from '../../testing/fake-gateway/login.ts';
import { readRecording } from '../../testing/fake-gateway/recording.ts';
import { type Rig, type RigOptions, startRig } from '../../testing/fake-gateway/rig.ts';
import { until } from '../../testing/fake-gateway/until.ts';
import { APPROVALS_METHOD } from './decode-approvals.ts';
import { record } from './hello.ts';
import { APPROVALS_SCOPE } from './subscriptions.ts';

const rigs: Rig[] = [];

async function rigged(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig({ started: false, ...options });
  rigs.push(rig);
  return rig;
}

async function connected(options: RigOptions = {}, prepare: (rig: Rig) => void = () => {}): Promise<Rig> {
  const rig = await rigged(options);
  prepare(rig);
  await rig.start();
  await rig.reaches('ok');
  return rig;
}

function row(key: string, extra: Readonly<Record<string, unknown>> = {}) {
  return { key, sessionId: `session of ${key}`, updatedAt: 1, ...extra };
}

/** A run that began before anybody watched. */
function startRun(rig: Rig, key: string, runId = `run of ${key}`): void {
  rig.gateway.world.setRow(row(key));
  rig.gateway.emit('agent', { sessionKey: key, runId, seq: 1, stream: 'lifecycle', data: { phase: 'start' }, ts: 1 });
}

function subscribed(rig: Rig): readonly string[] {
  return rig.gateway.clients.flatMap((client) => [...client.keys]).toSorted();
}

/** Keys whose history was asked for, in order. */
function histories(rig: Rig): readonly unknown[] {
  return rig.gateway.requests
    .filter((request) => request.method === 'chat.history')
    .map((request) => record(request.params).sessionKey);
}

function synced(rig: Rig): number {
  return rig.decoder.told.filter((note) => note.what === 'synced').length;
}

function named(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `agent:main:dashboard:${String(i).padStart(4, '0')}`);
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe('approvals', () => {
  const lists = (rig: Rig): number => rig.asked().filter((method) => method === APPROVALS_METHOD).length;
  const offered: RigOptions = {
    gateway: { methods: [...DEFAULT_METHODS, APPROVALS_METHOD] },
    source: { scopes: ['operator.read', APPROVALS_SCOPE] },
  };
  const answering = (rig: Rig): void => {
    rig.gateway.onRequest = (method) => (method === APPROVALS_METHOD ? { payload: [] } : undefined);
  };

  it('that wait are read once the runs are known, and when another one is asked for', async () => {
    const key = 'agent:main:mattermost:channel:c1:thread:t1';
    const rig = await connected(offered, (each) => {
      answering(each);
      startRun(each, key);
    });
    expect(rig.asked().indexOf(APPROVALS_METHOD)).toBeGreaterThan(rig.asked().lastIndexOf('chat.history'));
    expect(lists(rig)).toBe(1);
    const data = { phase: 'waiting-approval', approvalId: 'a1' };
    rig.gateway.emit('agent', { sessionKey: key, runId: `run of ${key}`, seq: 2, stream: 'lifecycle', data, ts: 2 });
    await until('the list is read again', () => lists(rig) === 2);
  });

  it('come with each subscription, and a gateway that refuses them is subscribed to without', async () => {
    const methods = [...DEFAULT_METHODS, 'approval.get'];
    const key = 'agent:main:mattermost:channel:c1:thread:t1';
    const rig = await connected({ gateway: { methods }, source: offered.source ?? {} }, (each) => {
      each.gateway.world.setRow(row(key));
      each.gateway.onRequest = (method, params) =>
        method === 'sessions.messages.subscribe' && record(params).includeApprovals === true
          ? { error: { code: 'INVALID_REQUEST', message: 'no' } }
          : undefined;
    });
    const sent = rig.gateway.requests.filter(({ method }) => method === 'sessions.messages.subscribe');
    expect(sent.map(({ params }) => params)).toEqual([{ key, includeApprovals: true }, { key }]);
    expect(subscribed(rig)).toEqual([key]);
  });

  it.each<[string, RigOptions]>([
    ['without the scope', { ...offered, source: { scopes: ['operator.read'] } }],
    ['of a gateway that has no such list', { source: offered.source ?? {} }],
  ])('are not asked for %s', async (_, options) => {
    expect(lists(await connected(options))).toBe(0);
  });

  const told = (method: string, payload: object): { payload: object } | undefined => {
    if (method === 'approval.get') return { payload: { approval: { id: 'a1', presentation: { kind: 'exec' } } } };
    return method === 'approval.resolve' ? { payload } : undefined;
  };

  it('are decided by the gateway, if it has granted that', async () => {
    const rig = await connected(offered, answering);
    rig.gateway.onRequest = (method) => told(method, { applied: true });
    await rig.source.decide?.('a1', 'allow_once');
    await rig.source.decide?.('a2', 'deny');
    const sent = rig.gateway.requests.filter(({ method }) => method === 'approval.resolve');
    expect(sent.map(({ params }) => params)).toEqual([
      { id: 'a1', kind: 'exec', decision: 'allow-once' },
      { id: 'a2', kind: 'exec', decision: 'deny' },
    ]);
    rig.gateway.onRequest = (method) => told(method, { applied: false });
    await expect(rig.source.decide?.('a2', 'deny')).rejects.toThrow('decided already');
    const error = { code: 'APPROVAL_NOT_FOUND', message: 'secret words' };
    rig.gateway.onRequest = () => ({ error });
    await expect(rig.source.decide?.('a3', 'deny')).rejects.toThrow('It said: APPROVAL_NOT_FOUND.');
  });

  it('are decided by nobody without the right', async () => {
    const rig = await connected();
    await expect(rig.source.decide?.('a1', 'deny')).rejects.toThrow('has not granted');
    expect(rig.asked()).not.toContain('approval.resolve');
  });

  it('that the gateway refuses to list are no trouble', async () => {
    const rig = await connected(offered, ({ gateway }) => {
      const error = { code: 'INVALID_REQUEST', message: 'no' };
      gateway.onRequest = (method) => (method === APPROVALS_METHOD ? { error } : undefined);
    });
    expect(lists(rig)).toBe(1);
    expect(rig.log()).toContain('gateway refuses the list of approvals');
  });
});

describe('subscribing', () => {
  it('goes to every session of the list, however many pages it has', async () => {
    const keys = named(450);
    const rig = await connected({}, ({ gateway }) => {
      for (const key of keys) gateway.world.setRow(row(key));
    });
    expect(subscribed(rig)).toEqual(keys);
    expect(rig.source.health().detail?.keys).toBe(450);
    expect(rig.asked().filter((method) => method === 'sessions.list')).toHaveLength(2);
  });

  it('keeps at most eight subscriptions under way', async () => {
    const rig = await rigged();
    for (const key of named(30)) rig.gateway.world.setRow(row(key));
    rig.gateway.onRequest = (method) => (method === 'sessions.messages.subscribe' ? 'never' : undefined);
    await rig.start();
    await until('requests came', () => rig.asked().length >= 10);
    await rig.passes(1_000);
    expect(rig.asked().filter((method) => method === 'sessions.messages.subscribe')).toHaveLength(8);
  });

  it.each<[string, (rig: Rig, key: string) => void]>([
    ['a change of the list', (rig, key) => rig.gateway.emit('sessions.changed', { sessionKey: key, reason: 'create' })],
    ['a change that names it in its row', (rig, key) => rig.gateway.emit('sessions.changed', { session: row(key) })],
    ['a message', (rig, key) => rig.gateway.emit('session.message', { sessionKey: key, message: { role: 'user' } })],
    ['an event of a visible run', (rig, key) => rig.gateway.emit('session.tool', { sessionKey: key, runId: 'r' })],
    ['something only the decoder sees', (rig, key) => rig.decoder.callbacks?.onUnknownKey(key)],
  ])('follows a key that appears in %s, once', async (_name, appear) => {
    const rig = await connected();
    const key = 'agent:main:mattermost:channel:c1:thread:t1';
    appear(rig, key);
    await until('it is subscribed', () => subscribed(rig).includes(key));
    appear(rig, key);
    await rig.passes(1_000);
    expect(rig.asked().filter((method) => method === 'sessions.messages.subscribe')).toHaveLength(1);
  });

  it('names the agent of a key that has none in its name', async () => {
    const rig = await connected({}, ({ gateway }) => gateway.world.setRow(row('global', { agentId: 'review' })));
    const request = rig.gateway.requests.find(({ method }) => method === 'sessions.messages.subscribe');
    expect(request?.params).toEqual({ key: 'global', agentId: 'review' });
  });

  it('shows a run from a channel completely: nothing is missed between the new thread and its first event', async () => {
    const text = readFileSync('testdata/recordings/gateway/mm-channel-tools.jsonl', 'utf8');
    const recording = readRecording(text);
    const rig = await connected({ gateway: { recordings: [recording] } });
    for (const fact of recording.facts) {
      rig.gateway.step();
      // The recording has seconds between the thread's first sign and its run; here the subscription is waited for.
      const key = fact.kind === 'event' ? record(fact.payload).sessionKey : undefined;
      if (typeof key === 'string') await until('the key is subscribed', () => subscribed(rig).includes(key));
    }
    const sent = recording.facts.filter((fact) => fact.kind === 'event' && fact.event === 'agent').length;
    await until('all arrived', () => rig.decoder.received('agent') === sent);
    expect(rig.source.health()).toMatchObject({ state: 'ok', detail: { gaps: 0 } });
  });

  it('lets go of a deleted session', async () => {
    const rig = await connected({}, ({ gateway }) => gateway.world.setRow(row('agent:main:old')));
    rig.gateway.emit('sessions.changed', { sessionKey: 'agent:main:old', reason: 'delete' });
    await until('it is let go', () => subscribed(rig).length === 0);
    await until('it is forgotten', () => rig.source.health().detail?.keys === 0);
  });

  it('keeps a session whose former generation was deleted', async () => {
    const rig = await connected({}, ({ gateway }) => gateway.world.setRow(row('agent:main:old')));
    rig.gateway.emit('sessions.changed', { sessionKey: 'agent:main:old', sessionId: 'former', reason: 'delete' });
    await until('it was heard', () => rig.decoder.received('sessions.changed') === 1);
    expect(subscribed(rig)).toEqual(['agent:main:old']);
  });

  it('is bounded: the session that was silent longest makes room, one with an open turn never', async () => {
    const keys = named(12);
    const rig = await rigged({ source: { maxKeys: 5 } });
    rig.openKeys = [keys[0] ?? ''];
    await rig.start();
    await rig.reaches('ok');
    for (const key of keys) {
      rig.gateway.emit('sessions.changed', { sessionKey: key, reason: 'create' });
      await until('it is subscribed', () => subscribed(rig).includes(key));
    }
    await until('the others made room', () => subscribed(rig).length === 5);
    expect(subscribed(rig)).toEqual([keys[0], ...keys.slice(8)]);
    await until('all is settled', () => rig.source.health().detail?.keys === 5);
    expect(rig.source.health().detail?.keysEvicted).toBe(7);
  });

  it('does not stay subscribed to what was deleted while the subscription was under way', async () => {
    const rig = await connected();
    rig.gateway.emit('sessions.changed', { sessionKey: 'agent:main:brief', reason: 'create' });
    rig.gateway.emit('sessions.changed', { sessionKey: 'agent:main:brief', reason: 'delete' });
    await until('it was given up', () => rig.asked().includes('sessions.messages.unsubscribe'));
    expect(subscribed(rig)).toEqual([]);
  });

  it('reads the list again, but not often, when a change names no session', async () => {
    const rig = await connected();
    rig.gateway.world.setRow(row('agent:main:new'));
    for (let i = 0; i < 20; i += 1) {
      rig.gateway.emit('sessions.changed', { reason: 'update' });
      await rig.passes(500);
    }
    await until('the new one is subscribed', () => subscribed(rig).includes('agent:main:new'));
    expect(rig.asked().filter((method) => method === 'sessions.list')).toHaveLength(1);
  });
});

describe('what is in flight when the source comes', () => {
  it('is read: history of each key with an active run, after its subscription, before all is said to be read', async () => {
    const rig = await connected({}, (prepared) => {
      startRun(prepared, 'agent:main:busy');
      prepared.gateway.world.setRow(row('agent:main:idle'));
    });
    expect(histories(rig)).toEqual(['agent:main:busy']);
    const methods = rig.decoder.told.flatMap((note) => (note.what === 'request' ? [note.method] : []));
    expect(methods.indexOf('chat.history')).toBeGreaterThan(methods.indexOf('sessions.messages.subscribe'));
    const answers = rig.decoder.told.map((note) => (note.what === 'frame' ? record(record(note.frame).payload) : {}));
    const answered = answers.findIndex((payload) => record(payload).inFlightRun !== undefined);
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(rig.decoder.told.findIndex((note) => note.what === 'synced'));
  });

  it('includes everybody above an active sub-agent: they may be waiting for it', async () => {
    const [child, parent, root] = ['agent:main:subagent:2', 'agent:main:subagent:1', 'agent:main:main'];
    const rig = await connected({}, (prepared) => {
      startRun(prepared, child);
      prepared.gateway.world.setRow(row(child, { spawnedBy: parent }));
      prepared.gateway.world.setRow(row(parent, { spawnedBy: root }));
    });
    expect(histories(rig).toSorted()).toEqual([root, parent, child]);
  });

  it('includes a session that says that a sub-agent of it runs', async () => {
    const rig = await connected({}, ({ gateway }) => {
      gateway.world.setRow(row('agent:main:main', { hasActiveSubagentRun: true }));
    });
    expect(histories(rig)).toEqual(['agent:main:main']);
  });

  it('includes keys of open turns, also when the gateway lists them no more', async () => {
    const rig = await connected({}, (prepared) => {
      prepared.openKeys = ['agent:main:mine'];
    });
    expect(histories(rig)).toEqual(['agent:main:mine']);
    expect(subscribed(rig)).toEqual(['agent:main:mine']);
  });

  it('is read again after every loss', async () => {
    const rig = await connected();
    rig.openKeys = ['agent:main:mine'];
    rig.gateway.drop();
    await rig.advancesTo('connection_lost');
    await rig.advancesTo('ok');
    expect(histories(rig)).toEqual(['agent:main:mine']);
    expect(synced(rig)).toBe(2);
  });

  it('is read for a session that turns out to run before it was subscribed', async () => {
    const rig = await connected();
    const key = 'agent:main:mattermost:channel:c1';
    rig.gateway.emit('sessions.changed', { sessionKey: key, phase: 'start', runId: 'r1', session: row(key) });
    await until('its history is read', () => histories(rig).includes(key));
    expect(rig.asked().slice(-2)).toEqual(['sessions.messages.subscribe', 'chat.history']);
  });

  it('is read for a run that starts soon after: its request may have come before us', async () => {
    const rig = await connected({}, ({ gateway }) => gateway.world.setRow(row('agent:main:main')));
    startRun(rig, 'agent:main:main');
    await until('its history is read', () => histories(rig).length === 1);
    await rig.passes(11_000);
    startRun(rig, 'agent:main:main', 'a later run');
    await until('it was heard', () => rig.decoder.received('agent') === 2);
    await rig.passes(1_000);
    expect(histories(rig)).toHaveLength(1);
  });

  it('is not read for a session that is new and idle', async () => {
    const rig = await connected();
    rig.gateway.emit('sessions.changed', { sessionKey: 'agent:main:new', reason: 'participants' });
    await until('it is subscribed', () => subscribed(rig).length === 1);
    await rig.passes(1_000);
    expect(histories(rig)).toEqual([]);
  });

  it('is read for the decoder, at most every two seconds a key, and once more after the last question', async () => {
    const rig = await connected();
    const ask = () => rig.decoder.callbacks?.onSyncNeeded('agent:main:odd');
    for (let i = 0; i < 15; i += 1) {
      ask();
      await rig.passes(100);
    }
    expect(histories(rig)).toHaveLength(1);
    await rig.passes(1_000);
    await until('it is read again', () => histories(rig).length === 2);
  });
});

describe('a jump of the sequence number', () => {
  it('means lost frames: list and histories are read again, over the same connection', async () => {
    const rig = await connected();
    startRun(rig, 'agent:main:busy');
    rig.openKeys = ['agent:main:waiting'];
    rig.gateway.emit('task', {});
    rig.gateway.skip(3);
    rig.gateway.emit('task', {});
    await until('it is read again', () => synced(rig) === 2);
    expect(histories(rig).toSorted()).toEqual(['agent:main:busy', 'agent:main:waiting']);
    expect(rig.gateway.connections).toBe(1);
    expect(rig.source.health()).toMatchObject({ state: 'ok', detail: { gaps: 1 } });
  });

  it('is like having just come: the run that starts next may serve what was missed', async () => {
    const rig = await connected({}, ({ gateway }) => gateway.world.setRow(row('agent:main:idle')));
    await rig.passes(11_000);
    rig.gateway.emit('task', {});
    rig.gateway.skip(3);
    rig.gateway.emit('task', {});
    await until('it is read again', () => synced(rig) === 2);
    expect(histories(rig)).toEqual([]);
    startRun(rig, 'agent:main:idle');
    await until('its history is read', () => histories(rig).includes('agent:main:idle'));
  });

  it('while reading makes one more reading, however often it happens', async () => {
    const rig = await connected();
    rig.gateway.emit('task', {});
    for (let i = 0; i < 10; i += 1) {
      rig.gateway.skip(1);
      rig.gateway.emit('task', {});
    }
    await until('all jumps were seen', () => rig.source.health().detail?.gaps === 10);
    await rig.passes(1_000);
    expect(rig.asked().filter((method) => method === 'sessions.list').length).toBeLessThanOrEqual(2);
    expect(synced(rig)).toBe(2);
  });
});

describe('a gateway that does not give what is asked', () => {
  const BUSY: AnswerError = { code: 'UNAVAILABLE', message: 'queue full', retryable: true, retryAfterMs: 300 };
  const NO: AnswerError = { code: 'FORBIDDEN', message: 'missing scope', details: { code: 'MISSING_SCOPE' } };

  it('is asked again when it is only busy', async () => {
    const rig = await rigged();
    rig.gateway.world.setRow(row('agent:main:a'));
    let refusals = 3;
    rig.gateway.onRequest = (method) => {
      if (method !== 'sessions.messages.subscribe' || refusals === 0) return undefined;
      refusals -= 1;
      return { error: BUSY };
    };
    await rig.start();
    await rig.advancesTo('ok');
    expect(subscribed(rig)).toEqual(['agent:main:a']);
  });

  it('is degraded, and otherwise fine, when some sessions are refused', async () => {
    const rig = await rigged();
    for (const key of ['agent:main:a', 'agent:main:b']) rig.gateway.world.setRow(row(key));
    rig.gateway.onRequest = (method, params) => {
      return method === 'sessions.messages.subscribe' && record(params).key === 'agent:main:a'
        ? { error: NO }
        : undefined;
    };
    await rig.start();
    await rig.reaches('keys_refused');
    expect(rig.source.health()).toMatchObject({ state: 'degraded', detail: { keys: 1, keysRefused: 1 } });
    expect(synced(rig)).toBe(1);
  });

  it('goes on when a history is refused', async () => {
    const rig = await connected({}, (prepared) => {
      prepared.openKeys = ['agent:main:a'];
      prepared.gateway.onRequest = (method) => (method === 'chat.history' ? { error: NO } : undefined);
    });
    expect(synced(rig)).toBe(1);
  });

  it('is degraded when it has no subscriptions per session: runs from channels are hidden', async () => {
    const rig = await rigged({
      gateway: { methods: DEFAULT_METHODS.filter((method) => method !== 'sessions.messages.subscribe') },
    });
    rig.gateway.world.setRow(row('agent:main:a'));
    await rig.start();
    await rig.reaches('channel_runs_hidden');
    expect(rig.source.health()).toMatchObject({ state: 'degraded', detail: { channelRunsVisible: false, keys: 0 } });
    expect(rig.asked()).toEqual(['connect', 'sessions.subscribe']);
  });

  it('may be one whose sessions.subscribe takes no parameters and gives no list', async () => {
    const rig = await connected({}, ({ gateway }) => {
      gateway.world.setRow(row('agent:main:a'));
      gateway.onRequest = (method, params) => {
        if (method !== 'sessions.subscribe') return undefined;
        const wanted = Object.keys(record(params)).length > 0;
        return wanted ? { error: { code: 'INVALID_REQUEST', message: 'params' } } : { payload: { subscribed: true } };
      };
    });
    expect(rig.asked().slice(0, 4)).toEqual(['connect', 'sessions.subscribe', 'sessions.subscribe', 'sessions.list']);
    expect(subscribed(rig)).toEqual(['agent:main:a']);
  });

  it.each<[string, () => 'never' | { error: AnswerError }, number]>([
    ['refuses the list', () => ({ error: NO }), 10_000],
    ['leaves the list unanswered', () => 'never' as const, 40_000],
  ])('is degraded when it %s, and asked again', async (_name, answer, limitMs) => {
    const rig = await rigged();
    rig.gateway.onRequest = (method) => (method.startsWith('sessions.') ? answer() : undefined);
    await rig.start();
    await rig.advancesTo('sync_failed', limitMs);
    expect(rig.source.health().state).toBe('degraded');
    expect(synced(rig)).toBe(0);
    rig.gateway.onRequest = () => undefined;
    await rig.advancesTo('ok', 10_000);
    expect(rig.gateway.connections).toBe(1);
  });

  it('may answer late, over a connection that is gone: nothing is mixed up', async () => {
    const rig = await rigged();
    rig.gateway.world.setRow(row('agent:main:a'));
    rig.gateway.onRequest = (method) => (method === 'sessions.messages.subscribe' ? 'never' : undefined);
    await rig.start();
    await until('it was asked', () => rig.asked().includes('sessions.messages.subscribe'));
    rig.gateway.onRequest = () => undefined;
    rig.gateway.drop();
    await rig.advancesTo('ok');
    expect(subscribed(rig)).toEqual(['agent:main:a']);
    expect(synced(rig)).toBe(1);
  });
});
