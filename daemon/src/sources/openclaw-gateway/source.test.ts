import { afterEach, describe, expect, it } from 'vitest';
import { type Rig, type RigOptions, startRig } from '../../testing/fake-gateway/rig.ts';

const rigs: Rig[] = [];

async function rigged(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe('connecting', () => {
  it('is ok once the list was read, and tells what it is connected to', async () => {
    const rig = await rigged();
    await rig.reaches('ok');
    expect(rig.source.health()).toMatchObject({
      name: 'openclaw-gateway',
      state: 'ok',
      detail: { url: rig.gateway.url, version: '2026.9.6', scopes: 'operator.read', channelRunsVisible: true },
    });
    expect(rig.asked()).toEqual(['connect', 'sessions.subscribe']);
    expect(rig.decoder.told.at(-1)).toEqual({ what: 'synced' });
  });
});
