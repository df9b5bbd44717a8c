import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FileSystem, OpenFile } from './file-system.ts';
import { assistant, header, iso, result, user } from './testing/lines.ts';
import { World, type WorldOptions } from './testing/world.ts';

/** What files do to a reader: T8, and the first release's detection bugs. */

const MAIN = { 'agent:main:main': { sessionId: 's1' } };

let world: World;
afterEach(() => world.stop());

const now = () => world.clock.now();

async function started(
  options?: WorldOptions,
  before: (world: World) => void = (fresh) => fresh.index(MAIN),
): Promise<void> {
  world = new World(options);
  before(world);
  await world.start();
  world.after(1000);
}

/** Ten turns that ended before anybody looked. */
function history(fresh: World, name = 's1'): void {
  const lines = Array.from({ length: 10 }, (_, i) => fresh.clock.now() - 100_000 + i * 1000).flatMap((ms) => [
    user(ms, 'old'),
    assistant(ms + 1, { calls: [{ id: `old-${ms}`, name: 'exec' }] }),
    result(ms + 2, `old-${ms}`),
    assistant(ms + 3, { text: 'old' }),
  ]);
  fresh.write(name, header(fresh.clock.now() - 200_000), ...lines);
}

describe('T8: history', () => {
  it('opens no turn at first sight', async () => {
    await started({}, (fresh) => {
      fresh.index(MAIN);
      history(fresh);
    });
    expect(world.types()).toEqual([]);
  });

  it('stays out of the run that begins after it', async () => {
    await started({}, (fresh) => {
      fresh.index(MAIN);
      history(fresh);
    });
    world.lock('s1');
    world.append('s1', user(now(), 'new'));
    expect(world.types()).toEqual(['run.started', 'request']);
    expect(world.of('request')[0]).toMatchObject({ text: 'new' });
  });

  it('stays out of a run that was on already; that run is told with all its lines since its lock', async () => {
    await started({}, (fresh) => {
      fresh.index(MAIN);
      history(fresh);
      fresh.lock('s1');
      fresh.append(
        's1',
        user(fresh.clock.now(), 'on'),
        assistant(fresh.clock.now(), { calls: [{ id: 'c1', name: 'exec' }] }),
      );
    });
    expect(world.types()).toEqual(['run.started', 'request', 'run.model', 'assistant.message', 'tool']);
    expect(world.of('run.started')[0]).toMatchObject({ late: true });
    expect(world.of('request')[0]).toMatchObject({ text: 'on' });
    expect(world.events.at(-2)).toMatchObject({
      type: 'key.synced',
      key: 'agent:main:main',
      activeRunIds: [world.of('run.started')[0]?.run.runId],
    });
    expect(world.events.at(-1)).toMatchObject({ type: 'source.synced' });
  });

  it('a forked thread begins with a copy of its parent: lines older than the header are left out', async () => {
    await started();
    const parent = [user(now() - 5000, 'parent'), assistant(now() - 4000, { text: 'parent' })];
    world.lock('s1');
    world.append(
      's1',
      header(now(), { parentSession: '/srv/agent/parent.jsonl' }),
      ...parent,
      user(now() + 1, 'in the thread'),
    );
    expect(world.of('request').map((request) => request.text)).toEqual(['in the thread']);
    expect(world.of('assistant.message')).toEqual([]);
  });

  it('a second header does not hide lines that are newer than itself', async () => {
    await started();
    world.lock('s1');
    const lockedMs = now();
    world.append('s1', header(lockedMs + 3000), header(lockedMs), user(lockedMs + 7, 'asked before the first header'));
    expect(world.of('request')).toMatchObject([{ text: 'asked before the first header' }]);
  });

  it('a repaired file repeats messages under new ids: each call and answer is told once', async () => {
    await started();
    world.lock('s1');
    const call = { calls: [{ id: 'c1', name: 'exec', args: { command: 'ls' } }], messageMs: now() + 1 };
    world.append(
      's1',
      user(now(), 'hi'),
      assistant(now() + 2, call),
      result(now() + 3, 'c1', { messageMs: now() + 3 }),
    );
    const before = world.events.length;
    world.append('s1', assistant(now() + 50, call), result(now() + 51, 'c1', { messageMs: now() + 3 }));
    world.append('s1', assistant(now() + 52, { ...call, messageMs: now() + 52 }), result(now() + 53, 'c1'));
    expect(world.events.slice(before)).toEqual([]);
  });

  it('a repair of an older turn does not show in the run after it', async () => {
    await started();
    world.lock('s1');
    const oldMs = now() - 60_000;
    world.append(
      's1',
      assistant(now() + 1, { messageMs: oldMs, calls: [{ id: 'old', name: 'exec' }] }),
      result(now() + 2, 'old', { messageMs: oldMs + 5 }),
      user(now() + 3, 'new'),
    );
    expect(world.types()).toEqual(['run.started', 'request']);
  });

  it('an id that a provider uses again for another call names a new call', async () => {
    await started();
    world.lock('s1');
    for (const command of ['ls', 'pwd']) {
      world.append(
        's1',
        assistant(now(), { calls: [{ id: 'call_0', name: 'exec', args: { command } }] }),
        result(now() + 1, 'call_0'),
      );
      world.after(10);
    }
    expect(world.of('tool').map(({ callId, phase }) => [callId, phase])).toEqual([
      ['call_0', 'started'],
      ['call_0', 'ended'],
      ['call_0~1', 'started'],
      ['call_0~1', 'ended'],
    ]);
  });
});

describe('a file that changes under the reader', () => {
  const answer = () => assistant(now() + 5, { text: 'done' });

  async function openRun(): Promise<readonly string[]> {
    await started();
    world.lock('s1');
    const lines = [
      header(now()),
      user(now(), 'hi', { id: 'u' }),
      assistant(now() + 1, { id: 'a', calls: [{ id: 'c1', name: 'exec' }] }),
    ];
    world.append('s1', ...lines);
    return lines;
  }

  it('truncated and written again: nothing is told twice, what is new is', async () => {
    const lines = await openRun();
    const before = world.types();
    world.write('s1', ...lines.slice(1));
    world.append('s1', result(now() + 4, 'c1'), answer());
    world.unlock('s1');
    expect(world.types()).toEqual([...before, 'tool', 'assistant.message', 'run.ended']);
    expect(world.current()?.detail).toMatchObject({ files_replaced: 1 });
  });

  it('truncated in place, then filled piece by piece: nothing is told twice', async () => {
    const lines = await openRun();
    const before = world.types();
    writeFileSync(join(world.agents, 'main/sessions/s1.jsonl'), '');
    world.appendRaw('s1', '');
    world.append('s1', ...lines, result(now() + 4, 'c1'));
    expect(world.types()).toEqual([...before, 'tool']);
  });

  it('swapped for another one of the same or greater size: noticed by its content', async () => {
    const lines = await openRun();
    const before = world.types();
    const path = join(world.agents, 'main/sessions/s1.jsonl');
    const [head = ''] = lines;
    writeFileSync(
      path,
      `${[head.replace('"cwd":"/srv/agent"', '"cwd":"/srv/other/place"'), ...lines.slice(1), answer()].join('\n')}\n`,
    );
    world.appendRaw('s1', '');
    expect(world.types()).toEqual([...before, 'assistant.message']);
  });

  it('gigabytes of history are not read again after a truncation', async () => {
    const read = { bytes: 0 };
    await started({ wrap: (fs) => counting(fs, read) }, (fresh) => fresh.index(MAIN));
    const old = Array.from({ length: 4000 }, (_, i) => user(now() - 100_000 + i, 'x'.repeat(1000)));
    world.write('s1', header(now() - 200_000), ...old);
    world.lock('s1');
    world.append('s1', user(now(), 'hi'));
    read.bytes = 0;
    world.write(
      's1',
      header(now() - 200_000),
      ...old.slice(100),
      user(now(), 'hi again', { id: 'u2', messageMs: now() + 1 }),
    );
    expect(world.of('request')).toHaveLength(2);
    expect(read.bytes).toBeLessThan(200_000);
  });

  it('renamed by /reset before its last lines were read: they are read under the new name', async () => {
    await openRun();
    const { directory } = world;
    const path = 'main/sessions/s1.jsonl';
    directory.apply({ t: 0, op: 'append', path, data: `${result(now() + 2, 'c1')}\n${answer()}\n` });
    directory.apply({ t: 0, op: 'delete', path: `${path}.lock` });
    directory.apply({ t: 0, op: 'rename', path, to: `${path}.reset.2026-11-22T21-41-31.518Z` });
    world.settle();
    expect(world.of('run.ended')).toMatchObject([{ outcome: { kind: 'done' } }]);
  });

  it('deleted under its lock: the run goes on until the lock goes', async () => {
    await openRun();
    world.do({ op: 'delete', path: 'main/sessions/s1.jsonl' });
    world.after(5000);
    expect(world.of('run.ended')).toEqual([]);
    world.unlock('s1');
    expect(world.of('run.ended')).toMatchObject([{ outcome: { kind: 'cut' } }]);
  });
});

describe('lines', () => {
  it('too long to be read are counted and skipped; the reader goes on, and a tool still ends', async () => {
    await started({ limits: { maxLineBytes: 100_000 } });
    world.lock('s1');
    world.append('s1', assistant(now(), { calls: [{ id: 'c1', name: 'exec' }] }));
    world.append(
      's1',
      result(now() + 1, 'c1', { output: '"isError":false,'.repeat(20_000), isError: true }),
      assistant(now() + 2, { text: 'after it' }),
    );
    expect(world.of('tool').at(-1)).toMatchObject({ callId: 'c1', phase: 'ended', outcome: 'error' });
    expect(world.of('assistant.message')).toHaveLength(2);
    expect(world.current()?.detail).toMatchObject({ lines_oversized: 1 });
  });

  it('that are no JSON are counted and skipped', async () => {
    await started();
    world.lock('s1');
    world.append('s1', '{"type":"message",', '', 'null', user(now(), 'hi'));
    expect(world.types()).toEqual(['run.started', 'request']);
    expect(world.current()?.detail).toMatchObject({ lines_malformed: 2 });
  });

  it('are read again after an error that passes, and the error is loud', async () => {
    const failing = { path: undefined as string | undefined };
    await started({
      wrap: (fs) => ({ ...fs, open: (path) => (path === failing.path ? refuse('EIO') : fs.open(path)) }),
    });
    world.lock('s1');
    failing.path = join(world.agents, 'main/sessions/s1.jsonl');
    world.append('s1', user(now(), 'hi'));
    expect(world.health.at(-1)).toMatchObject({ state: 'degraded', code: 'read_failed' });
    failing.path = undefined;
    world.after(2000);
    expect(world.types()).toEqual(['run.started', 'request']);
    expect(world.health.at(-1)).toMatchObject({ state: 'ok' });
  });
});

describe('session keys', () => {
  it('may be named after the run began: the run waits, and none of its lines is lost', async () => {
    await started({}, (fresh) => fresh.index({}));
    world.lock('s1');
    world.append('s1', user(now(), 'hi'), assistant(now() + 1, { text: 'hello' }));
    expect(world.types()).toEqual([]);
    world.index(MAIN);
    expect(world.types()).toEqual(['run.started', 'request', 'run.model', 'assistant.message']);
    expect(world.of('run.started')[0]).not.toHaveProperty('late');
  });

  it('that never come are counted and said', async () => {
    await started({}, (fresh) => fresh.index({}));
    world.lock('s1');
    world.unlock('s1');
    expect(world.current()?.detail).toMatchObject({ runs_unmapped: 1 });
    expect(world.logged.join()).toContain('a run ended before sessions.json named its session');
  });

  it('main is tracked although its key names no channel', async () => {
    await started();
    world.lock('s1');
    expect(world.of('run.started')).toMatchObject([{ key: 'agent:main:main' }]);
  });

  it('two keys that name one conversation show it once, always under the same one', async () => {
    const entry = { sessionId: 's1', sessionFile: '/home/agent/x/state/agents/main/sessions/s1.jsonl' };
    const [bare, thread] = ['agent:main:mattermost:channel:c1', 'agent:main:mattermost:channel:c1:thread:p1'];
    await started({}, (fresh) => fresh.index({ [thread]: entry, [bare]: entry }));
    world.lock('s1');
    world.index({ [bare]: entry, [thread]: entry });
    world.append('s1', user(now(), 'hi'));
    expect(world.of('run.started').map((event) => event.key)).toEqual([thread]);
    expect(world.of('request').map((event) => event.key)).toEqual([thread]);
  });

  it('a transcript whose entry has lost its sessionFile is found by the session id in its name', async () => {
    const id = '7be80ace-5127-41d9-b69f-e63bf8259cf8';
    await started({}, (fresh) => fresh.index({ 'agent:main:x': { sessionId: id } }));
    world.lock(`2026-11-22T21-36-44-632Z_${id}`);
    expect(world.of('run.started')).toMatchObject([{ key: 'agent:main:x' }]);
  });
});

describe('T10: routes', () => {
  const entry = (to: string) => ({
    sessionId: 's1',
    deliveryContext: { channel: 'mattermost', to, accountId: 'default' },
  });

  it('are read anew before a run begins, even if no event told of the change', async () => {
    await started({}, (fresh) => fresh.index({ 'agent:main:main': entry('user:bob') }));
    world.lock('s1');
    world.unlock('s1');
    const path = join(world.agents, 'main/sessions/sessions.json');
    writeFileSync(`${path}.new`, JSON.stringify({ 'agent:main:main': entry('user:alice') }));
    renameSync(`${path}.new`, path);
    world.after(10);
    world.lock('s1');
    const rows = world.events.filter((event) => event.type === 'row');
    expect(rows.at(-1)).toMatchObject({ route: { userId: 'alice' } });
    expect(world.events.findLastIndex((event) => event.type === 'row')).toBeLessThan(
      world.events.findLastIndex((event) => event.type === 'run.started'),
    );
  });

  it('of a parent are told before its sub-agent begins', async () => {
    await started({}, (fresh) =>
      fresh.index({
        'agent:main:subagent:7': {
          sessionId: 's1',
          spawnedBy: 'agent:main:main',
          label: 'counter',
          deliveryContext: { channel: 'mattermost' },
        },
        'agent:main:main': { sessionId: 's0', deliveryContext: { channel: 'mattermost', to: 'user:alice' } },
      }),
    );
    world.lock('s1');
    expect(world.events.filter((event) => event.type === 'row')).toMatchObject([
      { key: 'agent:main:main', route: { userId: 'alice' } },
      { key: 'agent:main:subagent:7', spawnedBy: 'agent:main:main', label: 'counter', route: {} },
    ]);
  });

  it('that change during a run are told, and only the change', async () => {
    await started({}, (fresh) => fresh.index({ 'agent:main:main': entry('user:alice') }));
    world.lock('s1');
    world.after(200);
    for (let i = 0; i < 5; i += 1) world.index({ 'agent:main:main': { ...entry('user:alice'), updatedAt: i } });
    world.after(200);
    world.index({ 'agent:main:main': { ...entry('user:alice'), contextTokens: 128_000 } });
    world.after(200);
    const rows = world.events.filter((event) => event.type === 'row');
    expect(rows.map((row) => 'contextWindow' in row)).toEqual([false, true]);
  });
});

describe('watching', () => {
  it('missed events are made up for: a lock within 10 s, lines within 2 s', async () => {
    await started({ wrap: (fs) => ({ ...fs, watch: () => () => undefined }) });
    world.lock('s1');
    expect(world.types()).toEqual([]);
    world.after(10_000);
    expect(world.types()).toEqual(['run.started']);
    world.append('s1', user(now(), 'hi'));
    world.after(2000);
    expect(world.types()).toEqual(['run.started', 'request']);
    world.unlock('s1');
    world.after(2000);
    expect(world.types().at(-1)).toBe('run.ended');
  });

  it('watches that the system refuses are replaced by looking, and that is said', async () => {
    await started({ wrap: (fs) => ({ ...fs, watch: () => refuse('ENOSPC') }) });
    expect(world.health.at(-1)).toMatchObject({
      state: 'degraded',
      code: 'watch_limit',
      reason: expect.stringContaining('fs.inotify.max_user_watches'),
    });
    world.lock('s1');
    world.after(1000);
    expect(world.types()).toEqual(['run.started']);
  });

  it('idle sessions cost nothing: between runs no transcript is opened or looked at', async () => {
    const touched: string[] = [];
    const note = (path: string): string => {
      if (path.endsWith('.jsonl')) touched.push(path);
      return path;
    };
    await started(
      {
        wrap: (fs) => ({
          ...fs,
          open: (path) => fs.open(note(path)),
          stat: (path) => fs.stat(note(path)),
        }),
      },
      (fresh) => {
        fresh.index(MAIN);
        for (let i = 0; i < 50; i += 1) history(fresh, `idle-${i}`);
      },
    );
    world.after(600_000);
    expect(touched).toEqual([]);
  });

  it('agents and folders that appear later are found', async () => {
    await started({}, () => undefined);
    world.do({
      op: 'write',
      path: 'helper/sessions/sessions.json',
      data: JSON.stringify({ 'agent:helper:main': { sessionId: 'h1' } }),
    });
    world.do({
      op: 'write',
      path: 'helper/sessions/h1.jsonl.lock',
      data: JSON.stringify({ pid: 1, createdAt: iso(now()) }),
    });
    expect(world.of('run.started')).toMatchObject([
      { key: 'agent:helper:main', lockName: `lock:helper/sessions/h1.jsonl:${iso(now())}` },
    ]);
  });

  it('files that are no transcripts are ignored', async () => {
    await started();
    for (const name of [
      's1.jsonl.reset.1',
      's1.jsonl.deleted.1',
      's1.jsonl.bak.1',
      'sessions.json.lock',
      's1.jsonl.tmp',
    ]) {
      world.do({ op: 'write', path: `main/sessions/${name}`, data: JSON.stringify({ pid: 1, createdAt: iso(now()) }) });
    }
    world.after(20_000);
    expect(world.types()).toEqual([]);
  });

  it('a pipe in the place of a transcript stops nobody', async () => {
    await started();
    execFileSync('mkfifo', [join(world.agents, 'main/sessions/s1.jsonl')]);
    world.lock('s1');
    world.unlock('s1');
    expect(world.types()).toEqual(['run.started', 'run.ended']);
  });
});

describe('health: a source that sees nothing says so', () => {
  it('missing directory', async () => {
    await started({}, (fresh) => rmSync(fresh.agents, { recursive: true }));
    expect(world.health).toMatchObject([
      { state: 'failed', code: 'directory_missing', reason: expect.stringContaining('OPENCLAW_STATE_DIR') },
    ]);
    expect(world.events).toEqual([]);
    mkdirSync(join(world.agents, 'main/sessions'), { recursive: true });
    world.after(2000);
    world.index(MAIN);
    expect(world.health.at(-1)).toMatchObject({ state: 'ok' });
    world.lock('s1');
    expect(world.types()).toEqual(['run.started']);
  });

  it('unreadable directory', async () => {
    await started({ wrap: (fs) => ({ ...fs, list: () => refuse('EACCES') }) });
    expect(world.health.at(-1)).toMatchObject({ state: 'failed', code: 'directory_unreadable' });
  });

  it('a sessions folder that cannot be listed', async () => {
    await started({
      wrap: (fs) => ({ ...fs, list: (path) => (path.endsWith('sessions') ? refuse('EACCES') : fs.list(path)) }),
    });
    expect(world.health.at(-1)).toMatchObject({ state: 'degraded', code: 'read_failed' });
  });

  it('no sessions', async () => {
    await started({}, () => undefined);
    expect(world.health.at(-1)).toMatchObject({ state: 'degraded', code: 'no_sessions' });
  });

  it('sessions kept in SQLite', async () => {
    await started({}, (fresh) => {
      mkdirSync(join(fresh.agents, 'main/agent'), { recursive: true });
      writeFileSync(join(fresh.agents, 'main/agent/openclaw-agent.sqlite'), '');
    });
    expect(world.health.at(-1)).toMatchObject({
      state: 'failed',
      code: 'sqlite_only',
      reason: expect.stringContaining('gateway'),
    });
  });

  it('a damaged index, after a moment', async () => {
    await started();
    world.do({ op: 'write', path: 'main/sessions/sessions.json', data: '{"agent:main:main": {' });
    world.lock('s2');
    world.after(2000);
    expect(world.health.at(-1)).toMatchObject({ state: 'ok' });
    world.after(6000);
    expect(world.health.at(-1)).toMatchObject({ state: 'degraded', code: 'index_unreadable' });
    world.index({ ...MAIN, 'agent:main:x': { sessionId: 's2' } });
    world.after(2000);
    expect(world.health.at(-1)).toMatchObject({ state: 'ok' });
    expect(world.types()).toEqual(['run.started']);
  });

  it('T9: losing the directory ends nothing; what went on is told when it is back', async () => {
    await started();
    world.lock('s1');
    world.append('s1', user(now(), 'hi'));
    renameSync(world.agents, `${world.agents}.away`);
    world.after(12_000);
    expect(world.health.at(-1)).toMatchObject({ code: 'directory_missing' });
    expect(world.events.at(-1)).toMatchObject({ type: 'source.lost' });
    renameSync(`${world.agents}.away`, world.agents);
    world.after(4000);
    expect(world.events.slice(-2)).toMatchObject([
      { type: 'key.synced', hasActiveRun: true },
      { type: 'source.synced' },
    ]);
    world.append('s1', assistant(now(), { text: 'done' }));
    world.unlock('s1');
    expect(world.types()).toEqual([
      'run.started',
      'request',
      'source.lost',
      'run.model',
      'assistant.message',
      'run.ended',
    ]);
  });
});

it('T9: a sessions folder that is away ends nothing', async () => {
  await started();
  world.lock('s1');
  const folder = join(world.agents, 'main/sessions');
  renameSync(folder, `${folder}.away`);
  world.after(30_000);
  expect(world.types()).toEqual(['run.started']);
  renameSync(`${folder}.away`, folder);
  world.after(12_000);
  world.unlock('s1');
  expect(world.types()).toEqual(['run.started', 'run.ended']);
});

it('a lock of another form is named by its own time, and is no second run when it goes', async () => {
  await started();
  world.do({ op: 'write', path: 'main/sessions/s1.jsonl.lock', data: 'locked' });
  const madeS = now() / 1000;
  utimesSync(join(world.agents, 'main/sessions/s1.jsonl.lock'), madeS, madeS);
  world.after(4000);
  expect(world.of('run.started')).toMatchObject([{ lockName: `lock:main/sessions/s1.jsonl:${iso(madeS * 1000)}` }]);
  world.unlock('s1');
  expect(world.types()).toEqual(['run.started', 'run.ended']);
});

it('a lock that is not written yet is waited for', async () => {
  await started();
  world.do({ op: 'write', path: 'main/sessions/s1.jsonl.lock', data: '' });
  expect(world.types()).toEqual([]);
  world.lock('s1');
  expect(world.types()).toEqual(['run.started']);
});

function counting(fs: FileSystem, read: { bytes: number }): FileSystem {
  const count = (file: OpenFile): OpenFile => ({
    ...file,
    read: (buffer, position) => {
      const bytes = file.read(buffer, position);
      read.bytes += bytes;
      return bytes;
    },
  });
  return {
    ...fs,
    open: (path) => {
      const file = fs.open(path);
      return file === undefined || !path.endsWith('.jsonl') ? file : count(file);
    },
  };
}

function refuse(code: string): never {
  throw Object.assign(new Error(`${code}: refused`), { code });
}
