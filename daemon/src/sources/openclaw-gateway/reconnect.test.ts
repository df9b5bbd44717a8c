import { afterEach, describe, expect, it } from 'vitest';
import { STARTING } from '../../testing/fake-gateway/login.ts';
import { type Rig, type RigOptions, startRig } from '../../testing/fake-gateway/rig.ts';
import { until } from '../../testing/fake-gateway/until.ts';

const rigs: Rig[] = [];

/** Connected and read in. */
async function connected(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  await rig.reaches('ok');
  return rig;
}

/** Health codes in the order they were reported. */
function codes(rig: Rig): readonly string[] {
  return rig.healths.map((health) => health.code ?? health.state);
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe('a lost connection', () => {
  it('is told to the decoder, and everything is read again', async () => {
    const rig = await connected();
    rig.gateway.drop();
    await rig.advancesTo('connection_lost');
    await rig.advancesTo('ok');
    expect(rig.asked()).toEqual(['connect', 'sessions.subscribe', 'connect', 'sessions.subscribe']);
    const story = rig.decoder.told.filter((note) => note.what === 'closed' || note.what === 'synced');
    expect(story.map((note) => note.what)).toEqual(['synced', 'closed', 'synced']);
    expect(codes(rig)).toEqual(['connecting', 'syncing', 'ok', 'connection_lost', 'syncing', 'ok']);
  });

  it('is tried again with growing waits, at most 5 s on this machine, and shorter ones after a success', async () => {
    const rig = await connected();
    await rig.gateway.crash();
    const waits: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await until('the next try is scheduled', () => rig.retryInMs() !== undefined);
      const wait = rig.retryInMs() ?? 0;
      waits.push(wait);
      rig.clock.advance(wait);
    }
    // random is 0.5: three quarters of 0.5, 1, 2, 4, 5, 5, 5 s.
    expect(waits).toEqual([375, 750, 1_500, 3_000, 3_750, 3_750, 3_750]);
    await rig.gateway.comeBack();
    await rig.advancesTo('ok');
    rig.gateway.drop();
    await until('the loss was noticed', () => rig.retryInMs() !== undefined);
    expect(rig.retryInMs()).toBe(375);
  });

  it('is no warning for half a minute, and one after it', async () => {
    const rig = await connected();
    await rig.gateway.crash();
    await rig.advancesTo('connection_lost');
    await rig.passes(29_000);
    expect(rig.source.health()).toMatchObject({ state: 'connecting', code: 'connection_lost' });
    await rig.passes(2_000);
    expect(rig.source.health()).toMatchObject({ state: 'degraded', code: 'gateway_unreachable' });
    await rig.passes(60_000);
    expect(codes(rig)).toEqual(['connecting', 'syncing', 'ok', 'connection_lost', 'gateway_unreachable']);
  });

  it('is waited for patiently when the gateway said that it restarts', async () => {
    const rig = await connected();
    await rig.gateway.shutDown();
    await rig.advancesTo('gateway_restarting');
    await rig.passes(35_000);
    expect(rig.source.health()).toMatchObject({ state: 'connecting', code: 'gateway_restarting' });
    rig.gateway.refuseLogin = STARTING;
    await rig.gateway.comeBack();
    await rig.advancesTo('gateway_starting');
    rig.gateway.refuseLogin = undefined;
    await rig.advancesTo('ok');
    expect(rig.log()).toContain('"restarted":true');
  });

  it('is a restart too when only the shutdown event was seen', async () => {
    const rig = await connected();
    rig.gateway.emit('shutdown', { reason: 'gateway stopping' });
    await until('the event arrived', () => rig.decoder.received('shutdown') > 0);
    await rig.gateway.crash();
    await rig.advancesTo('gateway_restarting');
  });

  it('does not make a gateway that closes at once be asked in a tight loop', async () => {
    const rig = await startRig({ started: false });
    rigs.push(rig);
    rig.gateway.onRequest = () => {
      rig.gateway.drop();
      return 'never';
    };
    await rig.start();
    await rig.passes(60_000);
    expect(rig.gateway.connections).toBeLessThan(25);
  });
});

describe('the watchdog', () => {
  it('lets a quiet gateway be that ticks', async () => {
    const rig = await connected();
    await rig.passes(600_000);
    expect(rig.gateway.connections).toBe(1);
    expect(codes(rig)).toEqual(['connecting', 'syncing', 'ok']);
  });

  it('gives up a connection without a frame for two ticks, though pings are answered', async () => {
    const rig = await connected();
    rig.gateway.silent = 'ticks';
    await rig.passes(59_000);
    expect(rig.gateway.connections).toBe(1);
    await rig.advancesTo('tick_timeout', 2_000);
    rig.gateway.silent = 'no';
    await rig.advancesTo('ok');
  });

  it('gives up a dead network sooner, by an unanswered ping', async () => {
    const rig = await connected({ gateway: { tickIntervalMs: 120_000 } });
    rig.gateway.silent = 'all';
    await rig.advancesTo('tick_timeout', 51_000);
  });

  it('takes the tick interval from the gateway', async () => {
    const rig = await connected({ gateway: { tickIntervalMs: 5_000 } });
    rig.gateway.silent = 'ticks';
    await rig.advancesTo('tick_timeout', 11_000);
  });
});

describe('stopping', () => {
  it.each<[string, (rig: Rig) => Promise<void>]>([
    ['while connected', async () => {}],
    [
      'while waiting for the next try',
      async (rig) => {
        await rig.gateway.crash();
        await rig.advancesTo('connection_lost');
      },
    ],
    [
      'while the handshake is under way',
      async (rig) => {
        rig.gateway.drop();
        await until('the loss was noticed', () => rig.retryInMs() !== undefined);
        rig.clock.advance(rig.retryInMs() ?? 0);
      },
    ],
    [
      'while requests are unanswered',
      async (rig) => {
        rig.gateway.onRequest = () => 'never';
        rig.decoder.callbacks?.onSyncNeeded('agent:main:main');
      },
    ],
  ])('%s leaves no timer and no connection, and may be done twice', async (_name, prepare) => {
    const rig = await connected();
    await prepare(rig);
    await Promise.all([rig.source.stop(), rig.source.stop()]);
    await rig.gateway.stop();
    expect(rig.clock.pending).toBe(0);
    expect(rig.gateway.clients).toHaveLength(0);
    const { length } = rig.healths;
    rig.clock.advance(3_600_000);
    expect(rig.healths).toHaveLength(length);
  });

  it('before starting is allowed', async () => {
    const rig = await startRig({ started: false });
    rigs.push(rig);
    await rig.source.stop();
    expect(rig.clock.pending).toBe(0);
  });
});
