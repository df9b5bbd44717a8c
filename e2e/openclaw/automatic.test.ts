import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSessions } from './harness/describe.ts';
import { expectEnded, expectTools } from './harness/expect-turn.ts';
import { asks, shell } from './harness/script.ts';
import { Stage } from './harness/stage.ts';

const BEAT = asks('beat', 'Look after things. If nothing needs attention, reply NO_REPLY.');

/** Runs that nobody asked for (T7): heartbeats every few seconds, and a scheduled job. */
describe('automatic runs', () => {
  let stage: Stage;
  beforeAll(async () => {
    const heartbeat = { every: '3s', target: 'none', prompt: BEAT };
    stage = await Stage.set({ overrides: { agents: { entries: { main: { heartbeat } } } } });
  });
  afterAll(async () => {
    await stage?.strike();
  });

  test('heartbeats without a tool are never shown; the one with a tool is, once', async () => {
    stage.play({
      beat: [
        {
          attempts: [
            { text: 'HEARTBEAT_OK' },
            { text: 'NO_REPLY' },
            { calls: [shell('echo checked; sleep 1')] },
            { text: 'NO_REPLY' },
          ],
        },
        { text: 'NO_REPLY' },
      ],
    });
    const beats = () => stage.provider.requests.filter((request) => request.place?.scenario === 'beat').length;
    // The third one needs two answers.
    await stage.waitFor('three heartbeats', 90_000, async () => (beats() >= 4 ? undefined : `${beats()}`));
    const session = await stage.waitForEnd('agent:main:main');
    expectTools(session, [['exec', 'done']]);
    expectEnded(session, 'done');
    const all = await stage.dashboard.sessions();
    expect(all, describeSessions(all)).toHaveLength(1);
    const ids = new Set(stage.stream.history.map((state) => state.id));
    expect(ids, 'sessions ever shown').toEqual(new Set([session.id]));
  });

  test('a scheduled job is a turn of its own', async () => {
    stage.play({ job: [{ calls: [shell('echo nightly')] }, { text: 'The nightly check is fine.' }] });
    await stage.gateway.person.runJob('nightly', asks('job'));
    let key = '';
    await stage.waitFor('the job to be shown', 60_000, async () => {
      key = (await stage.dashboard.sessions()).find((other) => other.session_key.includes(':cron:'))?.session_key ?? '';
      return key === '' ? 'not yet' : undefined;
    });
    const session = await stage.waitForEnd(key);
    expectEnded(session, 'done');
    expectTools(session, [['exec', 'done']]);
  });

  test('a scheduled job that has nothing to say leaves nothing behind', async () => {
    stage.play({ quiet: [{ text: 'NO_REPLY' }] });
    const before = await stage.dashboard.sessions();
    const finished = stage.gateway.person.waitForJobEnd();
    await stage.gateway.person.runJob('quiet', asks('quiet'));
    await finished;
    await stage.waitFor('its turn to be withdrawn', 10_000, async () => {
      const after = await stage.dashboard.sessions();
      return after.length === before.length ? undefined : describeSessions(after);
    });
  });
});
