import { LIMITS } from '@livestatus/contract';
import { describe, expect, it } from 'vitest';
import type { AgentStep, NoticeCode, ToolStep, Turn, TurnStep } from '../turns/turn.ts';
import type { PrivacyLevel } from './privacy.ts';
import { type ProjectContext, projectSession } from './project.ts';

const context = (level: PrivacyLevel, more: Partial<ProjectContext> = {}): ProjectContext => ({
  daemonId: 'd1',
  level,
  seq: 7,
  asOfMs: 5_000,
  post: 'none',
  ...more,
});

const active = { status: 'active', activity: 'tool', stalled: false } as const;

const turn = (fields: Partial<Turn> = {}): Turn => ({
  id: 't1',
  name: 'run:r1',
  key: 'agent:main:mattermost:channel:c1',
  agent: { id: 'main', name: 'Sol', runtime: 'openclaw' },
  route: { kind: 'private', channelId: 'c1', rootId: 'p1' },
  startedMs: 1_000,
  lastEventMs: 4_000,
  phase: active,
  steps: [],
  stepsForgotten: 0,
  toolCalls: 0,
  hidden: false,
  ...fields,
});

const tool = (id: string, fields: Partial<ToolStep> = {}): ToolStep => ({
  id,
  kind: 'tool',
  name: 'read',
  input: { path: `${id}.txt` },
  status: 'done',
  startedMs: 1_000,
  endedMs: 1_500,
  ...fields,
});

const agent = (id: string, fields: Partial<AgentStep> = {}): AgentStep => ({
  id,
  kind: 'agent',
  name: 'counter-helper',
  task: 'please count files\nin the folder',
  childKey: 'agent:main:subagent:x',
  status: 'running',
  startedMs: 1_000,
  ...fields,
});

const many = (count: number, fields: (index: number) => Partial<ToolStep> = () => ({})): ToolStep[] =>
  Array.from({ length: count }, (_, index) => tool(`s${index}`, fields(index)));

const ids = (steps: readonly { readonly id: string }[]): string[] => steps.map(({ id }) => id);

describe('the published session', () => {
  it('has what the turn knows, and nothing for what it does not', () => {
    const session = projectSession(turn(), context('full'));
    expect(session).toEqual({
      id: 't1',
      daemon_id: 'd1',
      session_key: 'agent:main:mattermost:channel:c1',
      agent: { id: 'main', name: 'Sol', runtime: 'openclaw' },
      channel_id: 'c1',
      root_id: 'p1',
      post: 'none',
      status: 'active',
      activity: 'tool',
      started_ms: 1_000,
      last_event_ms: 4_000,
      as_of_ms: 5_000,
      steps: [],
      steps_dropped: 0,
      tool_calls: 0,
      seq: 7,
    });
    expect(JSON.parse(JSON.stringify(session))).toEqual(session);
  });

  it('has asker, request, direct message and box if they are known', () => {
    const route = { kind: 'direct', userId: 'u1' } as const;
    const known = turn({ route, requestedBy: 'u2', requestPostId: 'p2' });
    expect(projectSession(known, context('full', { post: 'wanted', postId: 'p3' }))).toMatchObject({
      user_id: 'u1',
      requested_by: 'u2',
      request_post_id: 'p2',
      post: 'wanted',
      post_id: 'p3',
    });
  });

  it('leaves out ids that the receiver would refuse', () => {
    const session = projectSession(turn({ requestedBy: 'x'.repeat(65), requestPostId: '' }), context('full'));
    expect(session).not.toHaveProperty('requested_by');
    expect(session).not.toHaveProperty('request_post_id');
  });

  it.each(['\x1b[31mred', 'two words', 'bidi\u202e', 'NUL\0', 'lone\ud800'])('an id %j is none', (requestedBy) => {
    expect(projectSession(turn({ requestedBy }), context('full'))).not.toHaveProperty('requested_by');
  });

  it('the session key is one line, and never empty', () => {
    const keyOf = (key: string) => projectSession(turn({ key }), context('full')).session_key;
    expect(keyOf('agent:main:a\nb\x1b[1m\u202e')).toBe('agent:main:a b');
    expect(keyOf('\u200b')).toBe('-');
  });

  it('counts tokens and context', () => {
    const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, total: 10, costUsd: 0 };
    expect(projectSession(turn({ usage, contextUsed: 9, contextWindow: 100 }), context('minimal')).usage).toEqual({
      input: 1,
      output: 2,
      cache_read: 3,
      cache_write: 4,
      total: 10,
      cost_usd: 0,
      context_used: 9,
      context_window: 100,
    });
  });

  it('tells a sum of costs without what adding them left behind', () => {
    const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, total: 10, costUsd: 0.1 + 0.2 };
    expect(projectSession(turn({ usage }), context('minimal')).usage?.cost_usd).toBe(0.3);
  });
});

describe('T12: what a session waits for', () => {
  const waiting = { for: 'approval', stepId: 's1', approvalId: 'a1', sinceMs: 3_000, expiresMs: 9_000 } as const;
  const asking = turn({
    phase: { status: 'active', activity: 'waiting', stalled: false, waiting },
    steps: [tool('s1', { name: 'exec', input: { command: 'make dist' }, status: 'running' })],
  });

  it('names the step and the approval, and the step says what it wants', () => {
    const session = projectSession(asking, context('full'));
    expect(session).toMatchObject({
      activity: 'waiting',
      waiting: { for: 'approval', step_id: 's1', approval_id: 'a1', since_ms: 3_000, expires_ms: 9_000 },
    });
    expect(session.steps[0]?.label).toBe('Wants to run `make dist`');
    expect(projectSession({ ...asking, phase: active }, context('full')).steps[0]?.label).toBe('Running `make dist`');
  });

  it('shows no command at summary, and no ids at minimal', () => {
    expect(projectSession(asking, context('summary')).steps[0]?.label).toBe('Wants to run a command');
    expect(projectSession(asking, context('minimal')).waiting).toEqual({
      for: 'approval',
      since_ms: 3_000,
      expires_ms: 9_000,
    });
  });

  it('offers the answers of a question at full, whole or not at all', () => {
    const options = ['Staging', ' Pro\u200bduction ', 'Staging', 'x'.repeat(121), ...'abcdefghijkl'].join('\n');
    const question = turn({
      phase: { ...active, activity: 'waiting', waiting: { for: 'answer', stepId: 's1', sinceMs: 3_000 } },
      steps: [tool('s1', { name: 'ask_user', input: { options }, status: 'running' })],
    });
    const offered = projectSession(question, context('full')).waiting?.choices;
    expect(offered).toEqual(['Staging', 'Production', ...'abcdefgh']);
    expect(projectSession(question, context('summary')).waiting).not.toHaveProperty('choices');
  });

  it('says a guess as one: the step runs, and nothing can be approved', () => {
    const guess = { for: 'approval', guess: true, stepId: 's1', sinceMs: 3_000 } as const;
    const session = projectSession(
      { ...asking, phase: { ...active, activity: 'tool', waiting: guess } },
      context('full'),
    );
    expect(session).toMatchObject({ activity: 'tool', waiting: { for: 'approval', guess: true, since_ms: 3_000 } });
    expect(session.waiting).not.toHaveProperty('approval_id');
    expect(session.steps[0]?.label).toBe('Running `make dist`');
  });

  it('is stalled only when the turn says so', () => {
    const quiet = turn({ phase: { ...active, stalled: true } });
    expect(projectSession(quiet, context('full')).stalled).toBe(true);
    expect(projectSession(turn(), context('full'))).not.toHaveProperty('stalled');
  });
});

describe('how a session ended', () => {
  it('is told with a code and a sentence', () => {
    const phase = {
      status: 'error',
      endedMs: 4_000,
      error: { code: 'server_error', message: '500 Internal server error at customer Bob' },
    } as const;
    expect(projectSession(turn({ phase }), context('full'))).toMatchObject({
      status: 'error',
      ended_ms: 4_000,
      error: { code: 'server_error', message: 'The model provider answered 500 (internal error).' },
    });
    expect(projectSession(turn({ phase }), context('minimal')).error).toEqual({
      code: 'server_error',
      message: 'The model provider had an internal error.',
    });
    expect(projectSession(turn({ phase }), context('full'))).not.toHaveProperty('activity');
  });

  it('T7: says that no reply was needed', () => {
    const phase = { status: 'done', endedMs: 4_000, noReply: true } as const;
    const session = projectSession(turn({ phase, steps: many(60) }), context('full'));
    expect(session.steps).toHaveLength(50);
    expect(session.steps.at(-1)).toMatchObject({ kind: 'notice', label: 'No reply needed', status: 'done' });
    expect(session.steps_dropped).toBe(11);
  });
});

describe('title and plan', () => {
  const title = (requestText: string): string | undefined =>
    projectSession(turn({ requestText }), context('full')).title;

  it.each([
    ['the first line', 'Fix the login\nand test it', 'Fix the login'],
    ['without leading mentions', '@sol, @ops-bot: fix @bob’s login', 'fix @bob’s login'],
    ['the first line with something on it', '@sol\n\n  fix it\nnow', 'fix it'],
    ['on one clean line', '\x1b[1mfix\u202e it\x00', 'fix it'],
    ['nothing of a mention alone', '@sol', undefined],
    ['at most 200 code points', 'x'.repeat(300), `${'x'.repeat(199)}…`],
  ])('the title is %s', (_, text, expected) => {
    expect(title(text)).toBe(expected);
  });

  it('T13: the plan is shown in full, cut to its limits', () => {
    const plan = Array.from({ length: 60 }, (_, index) => ({
      text: `${index} ${'x'.repeat(300)}`,
      status: 'pending' as const,
    }));
    const shown = projectSession(turn({ plan: [{ text: '\u200b', status: 'done' }, ...plan] }), context('full')).plan;
    expect(shown).toHaveLength(LIMITS.planMaxItems);
    expect(shown?.[0]?.text).toMatch(/^0 x{197}…$/);
    expect(projectSession(turn({ plan: [] }), context('full')).plan).toEqual([]);
  });

  it('neither is shown below full', () => {
    const told = turn({ requestText: 'Fix it', plan: [{ text: 'First', status: 'active' }] });
    for (const level of ['summary', 'minimal'] as const) {
      expect(projectSession(told, context(level))).not.toHaveProperty('title');
      expect(projectSession(told, context(level))).not.toHaveProperty('plan');
    }
  });
});

const EACH_KIND: readonly TurnStep[] = [
  tool('t', { name: 'exec', input: { command: 'npm run lint' }, status: 'error', exitCode: 2, error: 'boom' }),
  tool('b', {
    name: 'exec',
    input: { command: 'rm -rf /' },
    status: 'error',
    blocked: true,
    error: 'Exec denied (id=1, user-denied): rm',
  }),
  agent('a'),
  {
    id: 'x',
    kind: 'text',
    text: 'I will look\nat `src/app.ts` first.',
    status: 'done',
    startedMs: 1,
    endedMs: 1,
    parentId: 'a',
  },
  { id: 'k', kind: 'thinking', status: 'running', startedMs: 1 },
  { id: 'n', kind: 'notice', code: 'steered', text: 'bob', status: 'done', startedMs: 1, endedMs: 1 },
];

describe('steps by level', () => {
  it('full: arguments, interim text, names and reasons', () => {
    const { steps } = projectSession(turn({ steps: EACH_KIND }), context('full'));
    expect(steps).toEqual([
      {
        id: 't',
        kind: 'tool',
        name: 'exec',
        label: 'Ran `npm run lint`',
        detail: 'exit code 2',
        status: 'error',
        started_ms: 1_000,
        ended_ms: 1_500,
      },
      {
        id: 'b',
        kind: 'tool',
        name: 'exec',
        label: 'Was not allowed to run `rm -rf /`',
        detail: 'Denied by a person',
        status: 'error',
        started_ms: 1_000,
        ended_ms: 1_500,
      },
      {
        id: 'a',
        kind: 'agent',
        name: 'counter-helper',
        label: 'counter-helper',
        detail: 'please count files',
        status: 'running',
        started_ms: 1_000,
      },
      {
        id: 'x',
        parent_id: 'a',
        kind: 'text',
        label: "I will look at 'src/app.ts' first.",
        status: 'done',
        started_ms: 1,
        ended_ms: 1,
      },
      { id: 'k', kind: 'thinking', label: 'Thinking', status: 'running', started_ms: 1 },
      { id: 'n', kind: 'notice', label: 'Steered by @bob', status: 'done', started_ms: 1, ended_ms: 1 },
    ]);
  });

  it('summary: from the names of tools alone', () => {
    const { steps } = projectSession(turn({ steps: EACH_KIND }), context('summary'));
    expect(steps.map(({ name, label, detail }) => ({ name, label, detail }))).toEqual([
      { name: 'exec', label: 'Ran a command' },
      { name: 'exec', label: 'Was not allowed to run a command' },
      { name: 'sub-agent', label: 'Sub-agent' },
      { label: 'Wrote a note' },
      { label: 'Thinking' },
      { label: 'Steered by a message' },
    ]);
  });

  it('minimal: their number', () => {
    const session = projectSession(turn({ steps: EACH_KIND, stepsForgotten: 3, toolCalls: 5 }), context('minimal'));
    expect(session).toMatchObject({ steps: [], steps_dropped: 9, tool_calls: 5 });
  });

  it.each([
    ['a command that timed out did run', 'Command timed out after 30 s', 'Ran `make`', 'Command timed out after 30 s'],
    [
      'a command that somebody stopped was stopped',
      'Command aborted by signal SIGTERM',
      'Stopped running `make`',
      undefined,
    ],
    ['a command that could not start did not run', 'spawn make ENOENT', 'Could not run `make`', 'spawn make ENOENT'],
  ])('%s', (_, error, label, detail) => {
    const steps = [tool('s1', { name: 'exec', input: { command: 'make' }, status: 'error', error })];
    const [shown] = projectSession(turn({ steps }), context('full')).steps;
    expect(shown).toMatchObject({ status: 'error', label, ...(detail !== undefined && { detail }) });
  });

  it('the detail of a long interim text is all of it', () => {
    const text = `${'word '.repeat(40)}\nend`;
    const step: TurnStep = { id: 'x', kind: 'text', text, status: 'done', startedMs: 1, endedMs: 1 };
    const [shown] = projectSession(turn({ steps: [step] }), context('full')).steps;
    expect(shown?.label).toMatch(/^(?:word )+.*…$/);
    expect(shown?.detail).toMatch(/word\nend$/);
  });

  const NOTICES: Readonly<Record<NoticeCode, readonly [full: string, summary: string]>> = {
    'missed-beginning': ['The beginning was not observed', 'The beginning was not observed'],
    steered: ['Steered by Bob Smith', 'Steered by a message'],
    answered: ['Answered by Bob Smith', 'The question was answered'],
    retrying: ['Tried again', 'Tried again'],
    fallback: ['Now using model Bob Smith', 'Now using another model'],
    compaction: ['Tidied its memory', 'Tidied its memory'],
    'approval-allowed': ['Approved', 'Approved'],
    'approval-denied': ['Denied', 'Denied'],
    'approval-expired': ['Nobody approved in time', 'Nobody approved in time'],
    'approval-resolved': ['The approval was answered', 'The approval was answered'],
    resumed: ['Went on after a restart', 'Went on after a restart'],
  };
  it.each(Object.entries(NOTICES))('the notice %s says what happened', (code, [full, summary]) => {
    const step: TurnStep = {
      id: 'n',
      kind: 'notice',
      code: code as NoticeCode,
      text: 'Bob Smith',
      status: 'done',
      startedMs: 1,
      endedMs: 1,
    };
    expect(projectSession(turn({ steps: [step] }), context('full')).steps[0]?.label).toBe(full);
    const [quiet] = projectSession(turn({ steps: [step] }), context('summary')).steps;
    expect(quiet?.label).toBe(summary);
    expect(JSON.stringify(quiet)).not.toContain('Bob');
  });
});

describe('the last 50 steps', () => {
  it('are shown in the order of insertion, and the others counted', () => {
    const session = projectSession(turn({ steps: many(60), stepsForgotten: 4 }), context('full'));
    expect(ids(session.steps)).toEqual(ids(many(60)).slice(10));
    expect(session.steps_dropped).toBe(14);
  });

  it('keep a parent whose child is shown, for which a child has to go', () => {
    const steps = [agent('a', { status: 'done', endedMs: 2 }), ...many(60, () => ({ parentId: 'a' }))];
    const shown = projectSession(turn({ steps }), context('full')).steps;
    expect(ids(shown)).toEqual(['a', ...ids(many(60)).slice(11)]);
    expect(shown.slice(1).every(({ parent_id }) => parent_id === 'a')).toBe(true);
  });

  it('keep parents of parents', () => {
    const steps = [
      agent('a'),
      ...many(30),
      agent('b', { parentId: 'a' }),
      ...many(70, () => ({ parentId: 'b' })).slice(10),
    ];
    const shown = ids(projectSession(turn({ steps }), context('full')).steps);
    expect(shown).toHaveLength(50);
    expect(shown).toContain('a');
    expect(shown).toContain('b');
  });

  it('keep what still runs, however old it is', () => {
    const steps = many(60, (index) => (index === 3 ? { status: 'running' } : {}));
    expect(ids(projectSession(turn({ steps }), context('full')).steps)).toEqual(['s3', ...ids(steps).slice(11)]);
  });

  it('name no parent that is not in the list', () => {
    const [step] = projectSession(turn({ steps: [tool('s1', { parentId: 'forgotten' })] }), context('full')).steps;
    expect(step).not.toHaveProperty('parent_id');
  });

  it('end with the time only when they are over', () => {
    const steps = [tool('s1', { status: 'background' }), tool('s2', { status: 'running' })];
    for (const step of projectSession(turn({ steps }), context('full')).steps)
      expect(step).not.toHaveProperty('ended_ms');
  });
});

describe('memory', () => {
  it('an unchanged step is published by the same reference, at each level', () => {
    const steps = many(3);
    const first = projectSession(turn({ steps }), context('full'));
    const second = projectSession(turn({ steps: [...steps, tool('new')] }), context('full', { seq: 8 }));
    expect(second.steps.slice(0, 3).every((step, index) => step === first.steps[index])).toBe(true);
    expect(projectSession(turn({ steps }), context('summary')).steps[0]?.label).toBe('Read a file');
  });

  it('does not mix up different labels', () => {
    const steps = many(1);
    const labels = new Map([['read', { kind: 'fixed', text: [{ kind: 'text', text: 'Working' }] } as const]]);
    expect(projectSession(turn({ steps }), context('full', { labels })).steps[0]?.label).toBe('Working');
    expect(projectSession(turn({ steps }), context('full')).steps[0]?.label).toBe('Read `s0.txt`');
  });
});
