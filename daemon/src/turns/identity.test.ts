import { describe, expect, it } from 'vitest';
import { agentIdOf, announces, isContinuationRun, isCronKey, isSubagentKey, requestName, turnId } from './identity.ts';

describe('T1: the name of a turn', () => {
  it('is made of who serves which request', () => {
    const parts = { botUserId: undefined, agentId: 'main', accountId: 'default', messageId: 'm1' };
    expect(requestName(parts)).toBe('mm:-:main:default:m1');
    expect(requestName({ ...parts, botUserId: 'bot', accountId: undefined })).toBe('mm:bot:main:-:m1');
  });

  it('gives an opaque, URL-safe id of 32 characters, the same each time', () => {
    const id = turnId(`run:${'x'.repeat(5_000)}`);
    expect(id).toMatch(/^[\w-]{32}$/);
    expect(turnId(`run:${'x'.repeat(5_000)}`)).toBe(id);
    expect(turnId('run:other')).not.toBe(id);
  });
});

describe('session keys', () => {
  it.each([
    ['agent:main:mattermost:channel:c', 'main'],
    ['agent:review:main', 'review'],
    ['agent::main', 'agent::main'],
    ['global', 'global'],
    ['', ''],
  ])('%j belongs to the agent %j', (key, agentId) => expect(agentIdOf(key)).toBe(agentId));

  it('tell cron jobs and sub-agents', () => {
    expect(isCronKey('agent:main:cron:job:run:1')).toBe(true);
    expect(isCronKey('agent:main:main')).toBe(false);
    expect(isSubagentKey('agent:main:subagent:1')).toBe(true);
    expect(isSubagentKey('agent:subagent:main')).toBe(false);
  });
});

describe('T2 b: a continuation names its children', () => {
  const settle = (runs: string) => `announce:requester-settle:main:agent:main:main:${runs}:yield-1`;
  const nested = settle('r1');

  it.each([
    ['its run', settle('r1'), true],
    ['one of several', settle('r0,r1,r2'), true],
    ['the last of several', settle('r0,r1'), true],
    ['its run in a retried announcement', `${settle('r1')}:retry-1`, true],
    ['its session, without a yield', 'announce:v1:agent:main:subagent:k1:r9', true],
    ['only a run that begins alike', settle('r12'), false],
    ['only a run that ends alike', settle('xr1'), false],
    ['its run first as a part of another', settle('xr1,r1'), true],
    ['another run', settle('r2'), false],
    ['its session as the one that goes on', 'announce:requester-settle:main:agent:main:subagent:k1:r2:yield-1', false],
  ])('%s', (_what, runId, expected) => {
    expect(announces(runId, { key: 'agent:main:subagent:k1', runIds: ['r1'] })).toBe(expected);
  });

  it('by a run that was itself a continuation', () => {
    expect(announces(settle(nested), { key: '', runIds: [nested] })).toBe(true);
  });

  it('never names a child that is not known yet', () => {
    expect(announces('announce:v1::r1', { key: '', runIds: [] })).toBe(false);
  });

  it('and nothing else is one', () => {
    expect(isContinuationRun(nested)).toBe(true);
    expect(isContinuationRun('r1')).toBe(false);
    expect(announces('r1', { key: '', runIds: ['r1'] })).toBe(false);
  });
});

describe('T2 b: a nested announcement', () => {
  const child = { key: 'agent:main:subagent:a', runIds: ['r1'] };
  const own = 'announce:requester-settle:main:agent:main:subagent:a:g1:yield-1';

  it('names a sub-agent by its key, where its own continuation stands in it', () => {
    expect(announces(`announce:requester-settle:main:agent:main:main:${own}:yield-1`, child)).toBe(true);
  });

  it('but not in the id of its own continuation', () => {
    expect(announces(own, child)).toBe(false);
  });
});
