import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { record } from '../../sources/openclaw-gateway/hello.ts';
import { type Recording, readRecording } from './recording.ts';
import { findPosts, freshId, retell } from './retell.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';
import { until } from './until.ts';

const rigs: Rig[] = [];

async function playing(options: RigOptions): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  await rig.reaches('ok');
  return rig;
}

function load(name: string): Recording {
  return readRecording(readFileSync(`testdata/recordings/gateway/${name}.jsonl`, 'utf8'));
}

/** Events of this name that came to the client, as their payloads. */
function received(rig: Rig, event: string): readonly Readonly<Record<string, unknown>>[] {
  return rig.decoder.told
    .filter((note) => note.what === 'frame')
    .map((note) => record(note.frame))
    .filter((frame) => frame.event === event)
    .map((frame) => record(frame.payload));
}

function distinct(rig: Rig, event: string, field: string): ReadonlySet<unknown> {
  return new Set(received(rig, event).map((payload) => payload[field]));
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe('a recording', () => {
  it('gives the events, lists and histories, in order of time', () => {
    const { facts, startMs, endMs } = load('late-join');
    expect(facts.slice(0, 2).map((fact) => fact.kind)).toEqual(['rows', 'history']);
    expect(facts.filter((fact) => fact.kind === 'event').length).toBe(33);
    expect(facts.every((fact, i) => fact.t >= (facts[i - 1]?.t ?? startMs) && fact.t <= endMs)).toBe(true);
  });

  it('gives the time in which the gateway was gone', () => {
    const outage = load('12-kill9-restart').facts.find((fact) => fact.kind === 'outage');
    expect(outage).toEqual({ kind: 'outage', t: 1795454049324, backMs: 1795454072687, readyMs: 1795454073474 });
  });

  it.each([
    ['nothing', ''],
    ['a Mattermost socket', '{"t":1,"e":"posted"}'],
    ['another JSON', '[1,2]'],
  ])('that is none (%s) is refused', (_name, text) => {
    expect(() => readRecording(text)).toThrow(TypeError);
  });
});

describe('telling anew', () => {
  const uuid = '3d47efcd-4e9d-4d27-9fba-f5946ba1799f';
  const post = 'e7gy1ajcgjydp8fxpkno5fphbw';
  const channel = 'offfae97oiyffyg616kb8997uy';
  const key = `agent:main:mattermost:channel:${channel}:thread:${post}`;
  const value = {
    runId: uuid,
    sessionKey: key,
    toolCallId: 'call_abc1',
    title: `did ${uuid}`,
    agentId: 'main',
    at: 1_000_000_005_000,
  };
  const posts = findPosts(JSON.stringify(value));

  it('makes runs, calls and threads fresh wherever they stand, and keeps the channel', () => {
    const how = { seed: 's', posts, agents: new Map(), time: (t: number) => t };
    const told = retell(value, how, 1_000_000_000_000);
    expect(told.runId).toBe(freshId('s', uuid));
    expect(told.title).toBe(`did ${told.runId}`);
    expect(told.runId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(told.toolCallId).toMatch(/^call_[0-9a-f]{12}$/);
    expect(told.sessionKey).toBe(`agent:main:mattermost:channel:${channel}:thread:${freshId('s', post)}`);
  });

  it('moves times and renames agents', () => {
    const how = { seed: undefined, posts, agents: new Map([['main', 'docs']]), time: (t: number) => t + 7 };
    expect(retell(value, how, 1_000_000_000_000)).toMatchObject({
      runId: uuid,
      sessionKey: key.replace('main', 'docs'),
      agentId: 'docs',
      at: 1_000_000_005_007,
    });
  });
});

describe('playing a recording', () => {
  it('takes as long as the recording did, and its times look live', async () => {
    const recording = load('tools');
    const rig = await playing({ gateway: { recordings: [recording], speed: 1 } });
    const startedMs = rig.clock.now();
    const lastMs = recording.facts.at(-1)?.t ?? 0;
    await rig.passes(lastMs - recording.startMs - 200);
    expect(rig.gateway.done).toBe(false);
    await rig.passes(400);
    expect(rig.gateway.done).toBe(true);
    const starts = received(rig, 'agent').filter((payload) => record(payload.data).phase === 'start');
    for (const payload of starts) expect(Number(payload.ts)).toBeGreaterThan(startedMs - 1_000);
    for (const payload of received(rig, 'agent')) expect(Number(payload.ts)).toBeLessThan(rig.clock.now());
  });

  it('at ten times the speed takes a tenth', async () => {
    const recording = load('tools');
    const rig = await playing({ gateway: { recordings: [recording], speed: 10 } });
    await rig.passes((recording.endMs - recording.startMs) / 10 + 200);
    expect(rig.gateway.done).toBe(true);
  });

  it('hides runs from a channel from whoever did not subscribe to their key', async () => {
    const methods = ['sessions.subscribe', 'sessions.list', 'chat.history'];
    const rig = await startRig({ gateway: { recordings: [load('mm-channel-tools')], methods } });
    rigs.push(rig);
    await rig.reaches('channel_runs_hidden');
    rig.gateway.play();
    await until('all arrived', () => received(rig, 'sessions.changed').length === 3);
    expect(received(rig, 'agent')).toHaveLength(0);
    expect(received(rig, 'session.message')).toHaveLength(6);
  });

  it('over and over has fresh runs and threads each time', async () => {
    const recording = load('mm-channel-tools');
    const rig = await playing({ gateway: { recordings: [recording], speed: 10, loopAfterMs: 1_000 } });
    await rig.passes(((recording.endMs - recording.startMs) / 10 + 1_000) * 3);
    expect(distinct(rig, 'agent', 'runId').size).toBeGreaterThanOrEqual(3);
    expect(distinct(rig, 'sessions.changed', 'sessionKey').size).toBeGreaterThanOrEqual(3);
  });

  it('twice at once keeps the two apart', async () => {
    const recording = load('tools');
    const rig = await playing({ gateway: { recordings: [recording, recording], speed: 10 } });
    await rig.passes((recording.endMs - recording.startMs) / 10 + 500);
    expect([...distinct(rig, 'agent', 'sessionKey')].toSorted()).toEqual(['agent:main-2:main', 'agent:main:main']);
    expect(distinct(rig, 'agent', 'runId').size % 2).toBe(0);
  });

  it('can give its agents other names', async () => {
    const rig = await playing({ gateway: { recordings: [load('tools')], agentNames: ['docs'], speed: 100 } });
    await rig.passes(1_000);
    expect([...distinct(rig, 'agent', 'sessionKey')]).toEqual(['agent:docs:main']);
  });

  it('loses the connection where the recording did, and tells the rest to whoever comes back', async () => {
    const recording = load('12-kill9-restart');
    const rig = await playing({ gateway: { recordings: [recording], speed: 1 } });
    await rig.advancesTo('connection_lost', 20_000);
    await rig.advancesTo('ok', 40_000);
    await rig.passes(15_000);
    expect(rig.gateway.done).toBe(true);
    const runs = [...distinct(rig, 'agent', 'runId')];
    expect(runs).toContain('0c733be8-ffe0-4327-ba8c-8c10892a25fa');
    expect(runs).toContain('45ee7721-0e76-4b31-83df-f16eb9a4b5f5');
  });
});

describe('coming late', () => {
  it('finds in list and history the run that is going on, with its newest events', async () => {
    const rig = await startRig({ started: false, gateway: { recordings: [load('mm-channel-tools')] } });
    rigs.push(rig);
    rig.gateway.step(30);
    await rig.start();
    await rig.reaches('ok');
    const histories = rig.decoder.told
      .map((note) => record(record(note.what === 'frame' ? note.frame : undefined).payload))
      .filter((payload) => payload.inFlightRun !== undefined);
    expect(histories).toHaveLength(1);
    expect(histories[0]).toMatchObject({
      messages: expect.arrayContaining([expect.objectContaining({ role: 'user' })]),
      sessionInfo: { hasActiveRun: true },
      inFlightRun: { runId: expect.any(String), startedAt: expect.any(Number) },
    });
    expect(JSON.stringify(histories[0])).not.toContain('"args"');
  });

  it('finds in the list that those who waited for a stopped sub-agent were stopped too', async () => {
    const rig = await startRig({ started: false, gateway: { recordings: [load('06-stop-during-subagent')] } });
    rigs.push(rig);
    rig.gateway.play();
    const asked = rig.gateway.world.rows().find((row) => String(row.key).includes(':thread:'));
    expect(asked).toMatchObject({ abortedLastRun: true, hasActiveRun: false });
  });

  it('finds nothing running after the end', async () => {
    const rig = await startRig({ started: false, gateway: { recordings: [load('mm-channel-tools')] } });
    rigs.push(rig);
    rig.gateway.play();
    await rig.start();
    await rig.reaches('ok');
    expect(rig.asked()).not.toContain('chat.history');
  });
});
