import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeMattermost, TOKEN } from './fake-mattermost.ts';
import { channelOf, ToldDaemon } from './told-daemon.ts';
import { until } from './until.ts';

/** One sink as people meet it: a daemon, a Mattermost, and what stands there about a turn. */
export interface SinkUnderTest {
  readonly name: string;
  /** Settings that make the daemon use this sink. */
  readonly env: Readonly<Record<string, string>>;
  prepare(mattermost: FakeMattermost): void;
  /** The states of all turns that are shown in a channel, and whether each has a box. */
  shown(mattermost: FakeMattermost, channelId: string): readonly { readonly status: string; readonly text: string }[];
  boxes(mattermost: FakeMattermost, channelId: string): number;
  /** The requests by which it tells of changes. */
  isTelling(seen: { readonly method: string; readonly path: string }): boolean;
}

/** What every sink has to do right, against a Mattermost over real HTTP. */
export function sinkSuite(sink: SinkUnderTest): void {
  describe(`every sink: ${sink.name}`, { timeout: 60_000 }, () => {
    let mattermost: FakeMattermost;
    let daemon: ToldDaemon;

    beforeEach(async () => {
      mattermost = await FakeMattermost.start();
      sink.prepare(mattermost);
      for (const name of ['a', 'b']) mattermost.channels.set(channelOf(name), 'P');
      daemon = new ToldDaemon({
        MM_BASE_URL: mattermost.url,
        MM_BOT_TOKEN: TOKEN,
        THROTTLE_MS: '50',
        POST_DELAY_MS: '0',
        CIRCUIT_BREAKER_COOLDOWN_S: '1',
        ...sink.env,
      });
      await daemon.start();
    });
    afterEach(async () => {
      await daemon.dispose();
      await mattermost.stop();
    });

    const states = (name: string): readonly string[] =>
      sink.shown(mattermost, channelOf(name)).map(({ status }) => status);
    const shows = (name: string, status: string): Promise<void> =>
      until(
        `${name} is ${status}`,
        () => states(name).join() === status,
        () => states(name),
      );

    test('a turn is shown from its beginning to its end, in one box', async () => {
      daemon.ask('a');
      await shows('a', 'active');
      daemon.tool('a', 'call-1');
      await until('its tool is shown', () =>
        sink.shown(mattermost, channelOf('a')).some(({ text }) => text.includes('echo call-1')),
      );
      daemon.end('a');
      await shows('a', 'done');
      expect(sink.boxes(mattermost, channelOf('a'))).toBe(1);
    });

    test('answers that are lost make no second box and no wrong end', async () => {
      let lost = 0;
      mattermost.fault = (seen) => {
        if (!sink.isTelling(seen) || lost >= 3) return undefined;
        lost += 1;
        return { kind: 'lose_answer' };
      };
      daemon.ask('a');
      daemon.ask('b');
      daemon.end('a');
      await shows('a', 'done');
      await shows('b', 'active');
      await until('all answers that shall be lost are', () => lost === 3);
      expect([sink.boxes(mattermost, channelOf('a')) <= 1, sink.boxes(mattermost, channelOf('b'))]).toEqual([true, 1]);
    });

    test('a server that is away for a while is told the truth when it is back', async () => {
      daemon.ask('a');
      daemon.ask('b');
      await shows('a', 'active');
      await shows('b', 'active');
      await mattermost.stop();
      daemon.end('a');
      daemon.tool('b', 'call-1');
      await until(
        'the outage is seen',
        async () => (await daemon.health()).status === 'degraded',
        () => daemon.health(),
      );
      await mattermost.listen();
      await shows('a', 'done');
      await until('what happened meanwhile is shown', () =>
        sink.shown(mattermost, channelOf('b')).some(({ text }) => text.includes('echo call-1')),
      );
      await until(
        'health recovers',
        async () => (await daemon.health()).status === 'healthy',
        () => daemon.health(),
      );
    });

    test.each([500, 503, 429])('status %i is waited out', async (status) => {
      let refused = 0;
      mattermost.fault = (seen) => {
        if (!sink.isTelling(seen) || refused >= 2) return undefined;
        refused += 1;
        return { kind: 'status', status, headers: status === 429 ? { 'retry-after': '1' } : {} };
      };
      daemon.ask('a');
      await shows('a', 'active');
      daemon.end('a');
      await shows('a', 'done');
    });

    test('429 is obeyed: nothing is told before Retry-After', async () => {
      let refusedAt = 0;
      const told: number[] = [];
      mattermost.fault = (seen) => {
        if (!sink.isTelling(seen)) return undefined;
        if (refusedAt > 0) {
          told.push(performance.now());
          return undefined;
        }
        refusedAt = performance.now();
        return { kind: 'status', status: 429, headers: { 'retry-after': '1' } };
      };
      daemon.ask('a');
      await shows('a', 'active');
      expect((told[0] ?? 0) - refusedAt).toBeGreaterThanOrEqual(990);
    });

    test('the last state is kept over a restart until it was told', async () => {
      daemon.ask('a');
      await shows('a', 'active');
      await mattermost.stop();
      daemon.end('a');
      await daemon.stop();
      await mattermost.listen();
      await daemon.start();
      await shows('a', 'done');
      expect(sink.boxes(mattermost, channelOf('a'))).toBe(1);
    });

    test('stopping the daemon ends nothing', async () => {
      daemon.ask('a');
      await shows('a', 'active');
      await daemon.stop();
      expect(states('a')).toEqual(['active']);
    });

    test('a wrong token is said with what to do, and not looped', async () => {
      await daemon.stop();
      mattermost.requests.length = 0;
      await daemon.start({ MM_BOT_TOKEN: 'wrong' });
      daemon.ask('a');
      await until(
        'it is said',
        async () => (await daemon.sink('mattermost'))?.state === 'failed',
        () => daemon.health(),
      );
      expect(await daemon.sink('mattermost')).toMatchObject({ code: 'bot_token_invalid' });
      expect((await daemon.sink('mattermost'))?.reason).toMatch(/MM_BOT_TOKEN/);
      const asked = mattermost.requests.length;
      daemon.tool('a', 'call-1');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(mattermost.requests.length - asked).toBeLessThanOrEqual(3);
    });

    test('no secret is in a log line or in health', async () => {
      mattermost.fault = (seen) => (sink.isTelling(seen) ? { kind: 'status', status: 401 } : undefined);
      daemon.ask('a');
      await until('it was refused', () => mattermost.requests.some(sink.isTelling));
      await mattermost.stop();
      await until('the outage is seen', async () => (await daemon.health()).status === 'degraded');
      const told = daemon.logged.join('\n') + JSON.stringify(await daemon.health());
      for (const value of [TOKEN, ...Object.values(sink.env)]) {
        if (value.length > 10 && !value.startsWith('http')) expect(told).not.toContain(value);
      }
    });
  });
}
