import { afterEach, describe, expect, it } from 'vitest';
import { GatewayDecoder } from '../../sources/openclaw-gateway/decode.ts';
import { type TurnChange, TurnTracker } from '../../turns/tracker.ts';
import type { Turn } from '../../turns/turn.ts';
import { type Rig, startRig } from './rig.ts';
import { until } from './until.ts';

const KEY = 'agent:main:mattermost:channel:chan1aaaaaaaaaaaaaaaaaaaaa:thread:root1aaaaaaaaaaaaaaaaaaaaa';
const RUN = '0d4f8f6a-2f55-4f4e-9d0e-6b8c7a5e4d3c';
const SILENT_MS = 30 * 60_000;
const LOOK_MS = 10_000;

let rig: Rig | undefined;
afterEach(() => rig?.close());

/** The same on a real OpenClaw, of 150 s: e2e/chain/silent-tool.test.ts. */
describe('a tool that says nothing for half an hour, watched over a real WebSocket', () => {
  it('keeps its turn active all the time and is never stalled; then the turn is done', async () => {
    const watched = await watch();
    tell(watched.rig, 'lifecycle', { phase: 'start', startedAt: watched.rig.clock.now() });
    tell(watched.rig, 'tool', { phase: 'start', name: 'exec', toolCallId: 'c1', args: { command: 'sleep 1800' } });
    await until('the tool runs', () => watched.turn()?.steps.at(-1)?.status === 'running');

    const seen = new Set<string>();
    for (let passed = 0; passed < SILENT_MS; passed += LOOK_MS) {
      await watched.passes(LOOK_MS);
      seen.add(JSON.stringify(watched.turn()?.phase));
    }
    expect([...seen].map((phase) => JSON.parse(phase))).toEqual([
      expect.objectContaining({ status: 'active', activity: 'tool', stalled: false }),
    ]);
    expect(watched.rig.source.health()).toMatchObject({ state: 'ok' });

    const result = { content: [{ type: 'text', text: 'woke' }], details: { exitCode: 0 } };
    tell(watched.rig, 'tool', { phase: 'result', name: 'exec', toolCallId: 'c1', isError: false, result });
    tell(watched.rig, 'lifecycle', { phase: 'end', endedAt: watched.rig.clock.now() });
    await until('the turn is over', () => watched.turn()?.phase.status === 'done');
    expect(watched.turn()?.steps.map(({ status }) => status)).toEqual(['done']);
  });
});

interface Watched {
  readonly rig: Rig;
  turn(): Turn | undefined;
  passes(ms: number): Promise<void>;
}

/** A gateway with one session that is about to run, and all that the daemon makes of it, short of publishing. */
async function watch(): Promise<Watched> {
  const started = await startRig({
    started: false,
    source: { decoderFactory: (callbacks) => new GatewayDecoder(callbacks) },
  });
  rig = started;
  const tracker = new TurnTracker();
  let turn: Turn | undefined;
  const note = (changes: readonly TurnChange[]): void => {
    for (const { after } of changes) turn = after;
  };
  await started.source.start({ event: (event) => note(tracker.apply(event, event.at)), health: () => {} });
  await started.reaches('ok');
  const transport = { channel: 'mattermost', messageId: 'root1aaaaaaaaaaaaaaaaaaaaa' };
  const message = { role: 'user', content: 'Please wait.', __openclaw: { senderId: 'u1', transport, id: 'line-1' } };
  started.gateway.emit('sessions.changed', { sessionKey: KEY, session: { key: KEY }, ts: started.clock.now() });
  await until('it watches the session', () => started.asked().includes('sessions.messages.subscribe'));
  started.gateway.emit('session.message', { sessionKey: KEY, message });
  return {
    rig: started,
    turn: () => turn,
    async passes(ms) {
      await started.passes(ms);
      while (tracker.deadline <= started.clock.now()) note(tracker.advance(tracker.deadline));
    },
  };
}

let seq = 0;
function tell({ gateway, clock }: Rig, stream: string, data: unknown): void {
  seq += 1;
  gateway.emit('agent', { runId: RUN, sessionKey: KEY, agentId: 'main', stream, data, seq, ts: clock.now() });
}
