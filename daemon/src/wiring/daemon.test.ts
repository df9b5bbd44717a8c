import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import type { Clock, SourceSink } from '../sources/source.ts';
import { type RunningDaemon, startDaemon } from './daemon.ts';

const TURNS = 700;
/** Timers never fire: the next write of the state is always still to come, as on a busy daemon. */
const TIMELESS: Clock = { now: () => Date.now(), after: () => () => {} };

let onMadeAgain = (): void => {};

describe('the daemon in one piece, with a source that is only told what to say', () => {
  let dir: string;
  let daemon: RunningDaemon;
  let sink: SourceSink | undefined;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'livestatus-'));
    daemon = await start(dir, (given) => {
      sink = given;
    });
  });
  afterEach(async () => {
    await daemon.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('turns that end by the hundred are all found at once, those that left the memory too', async () => {
    for (let n = 0; n < TURNS; n += 1) turn(sink, n);
    const listed = (await (await fetch(`${daemon.url}/api/v1/sessions?limit=1000`)).json()) as { sessions: Session[] };
    expect(listed.sessions).toHaveLength(TURNS);
    const oldest = listed.sessions.at(-1);
    expect((await fetch(`${daemon.url}/api/v1/sessions/${oldest?.id}`)).status).toBe(200);
  });

  test('whoever keeps something beside the state is told when its directory was made again', async () => {
    let times = 0;
    onMadeAgain = () => {
      times += 1;
    };
    turn(sink, 1);
    expect((await fetch(`${daemon.url}/api/v1/sessions`)).status).toBe(200);
    expect(times).toBe(0);
    rmSync(join(dir, 'state'), { recursive: true });
    turn(sink, 2);
    // Asking for an ended turn that left the memory writes what waits to be written: the directory is missed.
    expect((await fetch(`${daemon.url}/api/v1/sessions/unknown`)).status).toBe(404);
    expect(times).toBe(1);
  });

  test('a restart shows the same ended turns', async () => {
    turn(sink, 1);
    await daemon.stop();
    daemon = await start(dir, () => {});
    const { sessions } = (await (await fetch(`${daemon.url}/api/v1/sessions`)).json()) as { sessions: Session[] };
    expect(sessions.map((session) => [session.status, session.title])).toEqual([['done', 'number 1']]);
  });
});

async function start(dir: string, took: (sink: SourceSink) => void): Promise<RunningDaemon> {
  const loaded = loadConfig({
    env: { STATE_DIR: join(dir, 'state'), HEALTH_PORT: '0' },
    home: dir,
    cwd: dir,
    readSecretFile: () => ({ text: '', mode: 0o600 }),
  });
  if (!loaded.ok) throw new Error('configuration');
  return startDaemon({
    config: loaded.config,
    clock: TIMELESS,
    log: pino({ enabled: false }),
    version: 'test',
    dashboardDir: dir,
    makeSource: ({ onStateMadeAgain }) => ({
      name: 'told',
      start: async (sink) => {
        took(sink);
        onStateMadeAgain(() => onMadeAgain());
      },
      stop: async () => {},
      health: () => ({ name: 'told', state: 'ok', sinceMs: 0 }),
    }),
  });
}

/** A whole turn of a conversation of its own. */
function turn(sink: SourceSink | undefined, n: number): void {
  const key = `agent:main:mattermost:channel:c${n}`;
  const run = { runId: `run-${n}` };
  const at = Date.now();
  sink?.event({
    type: 'request',
    key,
    at,
    recordedMs: at,
    transport: { channel: 'mattermost', messageId: `m${n}` },
    text: `number ${n}`,
  });
  sink?.event({ type: 'run.started', key, at, run, startedMs: at });
  sink?.event({ type: 'run.ended', key, at, run, endedMs: at + n, outcome: { kind: 'done' } });
}
