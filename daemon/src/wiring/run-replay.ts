import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Session } from '@livestatus/contract';
import type { ReplayOptions } from '../cli/ports.ts';
import { systemClock } from '../clock.ts';
import { type Config, configSecrets } from '../config/config.ts';
import { Failure } from '../errors.ts';
import { GatewayDecoder } from '../sources/openclaw-gateway/decode.ts';
import { createGatewaySource } from '../sources/openclaw-gateway/source.ts';
import { recordingKind } from '../sources/replay/recording.ts';
import type { Source } from '../sources/source.ts';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway/fake-gateway.ts';
import { type Recording, readRecording } from '../testing/fake-gateway/recording.ts';
import { startDaemon } from './daemon.ts';
import { DEMO_AGENTS, demoLines, demoPaths } from './demo.ts';
import { finalSessions } from './final-sessions.ts';
import { redirectTurns } from './mattermost.ts';
import { DASHBOARD_DIR, daemonLog, ROOT, untilAborted } from './program.ts';
import { sessionLines } from './session-lines.ts';
import { severalSources } from './several-sources.ts';
import { TranscriptReplay } from './transcript-replay.ts';

/** `livestatus replay`: at once on a virtual clock (speed 0), or live into the dashboard. */
export async function runReplay(given: readonly string[], options: ReplayOptions): Promise<void> {
  const paths = options.demo ? [...demoPaths(ROOT), ...given] : given;
  if (options.speed === 0) return printFinal(paths, options);
  return playLive(paths, options);
}

async function printFinal(paths: readonly string[], { config, io, json }: ReplayOptions): Promise<void> {
  const sessions = await finalSessions(paths, {
    privacy: config.display.privacy,
    stalledAfterMs: config.display.idleTimeoutMs,
    ownSecrets: configSecrets(config).map((secret) => secret.reveal()),
    onSkipped: (path, lines) => io.stderr.write(`livestatus: ${path}: skipped ${lines} lines that are no frames\n`),
  });
  io.stdout.write(json ? `${JSON.stringify(sessions, null, 2)}\n` : sessionLines(sessions));
}

async function playLive(paths: readonly string[], options: ReplayOptions): Promise<void> {
  const transcripts = paths.filter((path) => recordingKind(path) === 'jsonl');
  const recordings = paths.filter((path) => recordingKind(path) === 'gateway').map(readGatewayRecording);
  const stateDir = mkdtempSync(join(tmpdir(), 'livestatus-replay-state-'));
  const gateway = recordings.length === 0 ? undefined : await startGateway(recordings, options);
  try {
    await serve({ ...options, paths, stateDir, transcripts, gateway });
  } finally {
    await gateway?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function readGatewayRecording(path: string): Recording {
  try {
    return readRecording(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Failure(
      'not_a_recording',
      `${path} does not hold frames {"t": ms, "dir": "in|out|close|err", "f": ...}`,
      { cause: error },
    );
  }
}

/** Between the beginnings of two recordings, and before one begins again; in ms at speed 1. */
const STAGGER_MS = 2_500;
const PAUSE_MS = 2_500;

function startGateway(recordings: readonly Recording[], { speed, loop, demo }: ReplayOptions): Promise<FakeGateway> {
  return startFakeGateway({
    recordings,
    speed,
    clock: systemClock,
    staggerMs: demo ? STAGGER_MS / speed : 0,
    ...(loop && { loopAfterMs: PAUSE_MS / speed }),
    ...(demo && { agentNames: DEMO_AGENTS }),
  });
}

interface LiveReplay extends ReplayOptions {
  readonly paths: readonly string[];
  readonly transcripts: readonly string[];
  readonly gateway: FakeGateway | undefined;
  /** Temporary: a replay leaves no trace in the daemon's own state. */
  readonly stateDir: string;
}

async function serve(replay: LiveReplay): Promise<void> {
  const { io, version, signal } = replay;
  const config = replayConfig(replay);
  const log = daemonLog(config, io, replay.demo ? { atLeast: 'warn' } : {});
  const playing = new Countdown(replay.transcripts.length + (replay.gateway === undefined ? 0 : 1));
  const daemon = await startDaemon({
    config,
    clock: systemClock,
    log,
    version,
    dashboardDir: DASHBOARD_DIR,
    ...(replay.into !== undefined && { redirect: redirectTurns(replay.into, replay.stateDir) }),
    makeSource: ({ openKeys }) => severalSources(sourcesOf(replay, { log, openKeys, playing })),
  });
  io.stderr.write(announcement(replay, daemon.url));
  try {
    await (replay.json ? Promise.race([playing.done, untilAborted(signal)]) : untilAborted(signal));
    if (replay.json) io.stdout.write(`${JSON.stringify(await sessionsOf(daemon.url), null, 2)}\n`);
  } finally {
    await daemon.stop();
  }
}

/** A state of its own; and what was recorded in some Mattermost goes to no other one unless somebody says where. */
function replayConfig({ config, stateDir, into }: LiveReplay): Config {
  const own = { ...config, state: { ...config.state, dir: stateDir } };
  return into === undefined ? { ...own, mattermost: { ...own.mattermost, baseUrl: undefined } } : own;
}

function sourcesOf(
  replay: LiveReplay,
  {
    log,
    openKeys,
    playing,
  }: { log: ReturnType<typeof daemonLog>; openKeys: () => readonly string[]; playing: Countdown },
): readonly Source[] {
  const { gateway, speed, loop, version } = replay;
  const sources: Source[] = replay.transcripts.map(
    (folder) => new TranscriptReplay({ folder, speed, loop, clock: systemClock, log, onEnded: () => playing.one() }),
  );
  if (gateway === undefined) return sources;
  gateway.whenEnded(() => {
    if (gateway.done) playing.one();
  });
  return [
    createGatewaySource({
      url: gateway.url,
      token: { reveal: () => gateway.token },
      scopes: ['operator.read'],
      stateDir: replay.stateDir,
      version,
      clock: systemClock,
      random: Math.random,
      log,
      decoderFactory: (callbacks) => new GatewayDecoder(callbacks),
      openKeys,
    }),
    ...sources,
  ];
}

function announcement({ demo, paths, loop, speed }: LiveReplay, url: string): string {
  const what = demo
    ? ['Playing recorded OpenClaw runs as if they happened now:', ...demoLines()]
    : [
        `Playing ${paths.map((path) => basename(path)).join(', ')} at speed ${speed}${loop ? ', again and again' : ''}.`,
      ];
  return `${[...what, '', `Look at ${url}`, 'Ctrl-C stops.'].join('\n')}\n`;
}

/** Everything the API has to say, oldest first. */
async function sessionsOf(url: string): Promise<readonly Session[]> {
  const answer = (await (await fetch(`${url}/api/v1/sessions?limit=1000`)).json()) as { sessions: Session[] };
  return answer.sessions.sort((a, b) => a.started_ms - b.started_ms || (a.id < b.id ? -1 : 1));
}

class Countdown {
  readonly done: Promise<void>;
  #left: number;
  #finish: () => void = () => {};

  constructor(count: number) {
    this.#left = count;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  one(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#finish();
  }
}
