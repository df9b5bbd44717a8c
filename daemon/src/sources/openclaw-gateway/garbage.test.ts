import { afterEach, describe, expect, it } from 'vitest';
import { deepFrame, GARBAGE, oversizedFrame } from '../../testing/fake-gateway/garbage.ts';
import { type Rig, startRig } from '../../testing/fake-gateway/rig.ts';
import { until } from '../../testing/fake-gateway/until.ts';

const rigs: Rig[] = [];

async function connected(): Promise<Rig> {
  const rig = await startRig();
  rigs.push(rig);
  await rig.reaches('ok');
  return rig;
}

/** The connection still brings what is sent over it. */
async function stillWorks(rig: Rig): Promise<void> {
  const before = rig.decoder.received('task');
  rig.gateway.emit('task', { action: 'upserted' });
  await until('the next event arrives', () => rig.decoder.received('task') === before + 1);
  expect(rig.source.health().state).toBe('ok');
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe('a frame that makes no sense', () => {
  it.each(Object.entries(GARBAGE))(
    '(%s) goes to the decoder, to be counted, and disturbs nothing',
    async (_what, frame) => {
      const rig = await connected();
      const before = rig.decoder.told.length;
      rig.gateway.raw(frame);
      await stillWorks(rig);
      expect(rig.decoder.told.length).toBe(before + 2);
      expect(rig.gateway.connections).toBe(1);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
  );

  it('nested a million deep disturbs nothing', async () => {
    const rig = await connected();
    rig.gateway.raw(deepFrame(1_000_000));
    await stillWorks(rig);
  });

  it('on which the decoder chokes is counted, logged once, and disturbs nothing', async () => {
    const rig = await connected();
    rig.decoder.chokesOn = (frame) => JSON.stringify(frame).includes('weather');
    for (let i = 0; i < 3; i += 1) rig.gateway.raw(GARBAGE['an event nobody knows'] ?? '');
    await stillWorks(rig);
    expect(rig.source.health().detail?.malformedFrames).toBe(3);
    expect(rig.log().split('a frame could not be decoded')).toHaveLength(2);
  });

  it('of 64 MB is not even read: the connection is dropped, with a coded reason, and made anew', async () => {
    const rig = await connected();
    rig.gateway.raw(oversizedFrame(64 * 1024 * 1024));
    await rig.advancesTo('frame_too_large');
    expect(rig.source.health()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('size limit') });
    await rig.advancesTo('ok');
    expect(rig.gateway.connections).toBe(2);
  });
});
