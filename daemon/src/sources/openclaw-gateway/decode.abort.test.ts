import { describe, expect, it } from 'vitest';
import { assistant, user } from '../../testing/decoder/lines.ts';
import { Wire } from '../../testing/decoder/wire.ts';

const RPC = { status: 'cancelled', aborted: true, stopReason: 'rpc' };
const outcomes = (wire: Wire) => wire.take('run.ended').map((event) => event.outcome);

describe('T4: who was stopped', () => {
  it('`chat.abort` stops one run alone (subagent-abort-root)', () => {
    expect(outcomes(new Wire().lifecycle('r1', 'end', RPC))).toEqual([
      { kind: 'aborted', code: 'aborted', alone: true },
    ]);
  });

  it('a stop from the channel stops the sub-agents too (06-stop-during-subagent)', () => {
    const wire = new Wire().lifecycle('r1', 'error', { aborted: true, stopReason: 'aborted' });
    expect(outcomes(wire)).toEqual([{ kind: 'aborted', code: 'aborted' }]);
  });

  it.each([
    ['rpc', { alone: true }],
    ['channel', {}],
  ])('history says so too: %s', (origin, more) => {
    const about = { provider: 'openclaw', openclawAbort: { aborted: true, origin } };
    const wire = new Wire().history({ messages: [user('u1'), assistant('r1', 'stop', [], about)] });
    const [synced] = wire.take('key.synced');
    expect(synced?.ends).toMatchObject([{ runId: 'r1', outcome: { kind: 'aborted', ...more } }]);
  });
});
