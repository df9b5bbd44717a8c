import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import { type Recording, readRecording } from '../../../daemon/src/testing/fake-gateway/recording.ts';
import { retell } from '../../../daemon/src/testing/fake-gateway/retell.ts';
import { finalSessions } from '../../../daemon/src/wiring/final-sessions.ts';
import { type Place, toldAgain } from '../../plugin/harness/told-again.ts';

/** A recorded run that has not been played yet, with ids of its own, in real channels and threads. */
export interface ToldRun {
  readonly recording: Recording;
  /** What its turns come to when nothing disturbs: times are the recording's. Only those that Mattermost shows. */
  readonly turns: readonly Session[];
}

/** Everything that agents do in threads: tools, sub-agents, questions, approvals, plans, steering, stops, a queue. */
export const RUNS: readonly string[] = [
  '01-approval-allow',
  '04-plan',
  '05-queue-collect',
  '05-steer-default',
  '06-stop-by-asker',
  '06-stop-during-subagent',
  '08-patch-edit-fetch-image',
  '11-yield-question',
  '13-streaming-off-text-only',
  '13-streaming-progress',
  '15-ask-user',
  'mm-channel-tools',
  'mm-thread-spawn',
];

/** Posts the requests in that place and tells the recording as if it were about them. `seed`: the same one gives the same ids. */
export async function tellRun(name: string, place: Place, seed: string): Promise<ToldRun> {
  const text = withFreshIds(await toldAgain(`gateway/${name}`, place), seed);
  return { recording: readRecording(text), turns: await undisturbed(text) };
}

/** Runs, calls and messages get new ids; posts, channels and people are real already. */
function withFreshIds(text: string, seed: string): string {
  const how = { seed, posts: new Set<string>(), agents: new Map<string, string>(), time: (t: number) => t };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.stringify(retell(JSON.parse(line) as unknown, how, 0))).join('\n');
}

/** `livestatus replay --speed 0`: the golden outputs are made this way. */
async function undisturbed(text: string): Promise<readonly Session[]> {
  const folder = await mkdtemp(join(tmpdir(), 'livestatus-chaos-'));
  try {
    const path = join(folder, 'run.jsonl');
    await writeFile(path, text);
    const sessions = await finalSessions([path], {
      privacy: 'full',
      stalledAfterMs: 60_000,
      ownSecrets: [],
      onSkipped: () => undefined,
    });
    return sessions.filter(({ channel_id }) => channel_id !== undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
}
