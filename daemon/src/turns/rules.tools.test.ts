import { describe, expect, it } from 'vitest';
import type { ToolEvent } from './events.ts';
import { KEY, Story } from './testing/story.ts';

const begun = () => new Story().ask('m1').start('r1');

describe('T6: a call is one step from start to result', () => {
  it('by call id, however many events tell of it', () => {
    const story = begun().tool('r1', 'c1', { title: 'Exec ls', startedMs: 1_000_100 });
    story
      .tool('r1', 'c1', { input: { command: 'ls' } })
      .tool('r1', 'c1', { phase: 'updated' })
      .wait(2_000);
    story.result('r1', 'c1', { exitCode: 0 }).result('r1', 'c1', { endedMs: 1_002_050 });
    expect(story.turn.steps).toEqual([
      {
        id: 'c1',
        kind: 'tool',
        name: 'exec',
        status: 'done',
        startedMs: 1_000_100,
        endedMs: 1_002_000,
        title: 'Exec ls',
        input: { command: 'ls' },
        exitCode: 0,
      },
    ]);
    expect(story.turn.toolCalls).toBe(1);
  });

  it('while it runs, the turn is at its tool', () => {
    const story = begun().tool('r1', 'c1');
    expect(story.phase).toMatchObject({ status: 'active', activity: 'tool' });
    expect(story.result('r1', 'c1').phase).toMatchObject({ activity: 'thinking' });
  });

  it('three at once end in another order than they began', () => {
    const story = begun().tool('r1', 'a').tool('r1', 'b', { name: 'read' }).tool('r1', 'c', { name: 'write' });
    story.result('r1', 'c', { name: 'write' }).result('r1', 'a');
    expect(story.steps).toEqual(['tool exec done', 'tool read running', 'tool write done']);
  });

  it('its result alone is a step, if it names the tool', () => {
    expect(begun().result('r1', 'c1').steps).toEqual(['tool exec done']);
    const { name: _, ...nameless } = { name: 'exec' };
    const event: ToolEvent = {
      type: 'tool',
      key: KEY,
      at: 0,
      tsMs: 0,
      run: { runId: 'r1' },
      callId: 'x',
      phase: 'ended',
    };
    expect(begun().tell({ ...event, ...nameless }).steps).toEqual([]);
  });

  it.each(['tool_call', 'tool_search_code', 'sessions_yield', 'progress_card'])('%s is hidden', (name) => {
    const story = begun().tool('r1', 'w', { name }).result('r1', 'w', { name });
    expect(story.steps).toEqual([]);
    expect(story.turn.toolCalls).toBe(0);
  });

  it('the call nested in a wrapper shows', () => {
    const story = begun().tool('r1', 'w', { name: 'tool_call' });
    story.tool('r1', 'n', { name: 'web_fetch', wrapperCallId: 'w' }).result('r1', 'n', { name: 'web_fetch' });
    expect(story.result('r1', 'w', { name: 'tool_call' }).steps).toEqual(['tool web_fetch done']);
  });

  it('in the background it is background, and stays so when the turn ends', () => {
    const story = begun().tool('r1', 'c1').result('r1', 'c1').result('r1', 'c1', { outcome: 'background' });
    expect(story.turn.steps[0]).not.toHaveProperty('endedMs');
    expect(story.end('r1').steps).toEqual(['tool exec background']);
    expect(story.result('r1', 'c1').steps).toEqual(['tool exec background']);
  });

  it.each([
    ['isError, a failed item or an exit code', { outcome: 'error', exitCode: 2 }, { status: 'error', exitCode: 2 }],
    ['blocked before it ran', { outcome: 'blocked', error: 'denied' }, { status: 'error', blocked: true }],
  ] as const)('%s make it an error, whatever else is said', (_what, over, expected) => {
    const story = begun().tool('r1', 'c1').result('r1', 'c1').result('r1', 'c1', over).result('r1', 'c1');
    expect(story.turn.steps[0]).toMatchObject(expected);
  });

  it('what the run’s end leaves running is cancelled', () => {
    expect(begun().tool('r1', 'c1').wait(10).end('r1').steps).toEqual(['tool exec cancelled']);
  });

  it('an id that is too long for the contract is hashed', () => {
    const story = begun().tool('r1', 'x'.repeat(65)).result('r1', 'x'.repeat(65)).tool('r1', 'y'.repeat(64));
    expect(story.turn.steps.map((step) => step.id)).toEqual([expect.stringMatching(/^h-[\w-]{32}$/), 'y'.repeat(64)]);
  });

  it('of an unknown run is nothing', () => {
    expect(begun().tool('r9', 'c1').turn.steps).toEqual([]);
  });

  it('without a run belongs to what runs on its key', () => {
    const event = {
      type: 'tool',
      key: KEY,
      at: 0,
      tsMs: 1_000_000,
      callId: 'c1',
      name: 'exec',
      phase: 'started',
    } as const;
    expect(begun().tell(event).steps).toEqual(['tool exec running']);
    expect(begun().end('r1').tell(event).steps).toEqual([]);
  });
});

describe('interim text and thinking', () => {
  const say = (story: Story, itemId: string, text: string) =>
    story.tell({ type: 'text', key: KEY, at: story.now, run: story.ref('r1'), itemId, text, tsMs: story.now });
  const think = (story: Story) =>
    story.tell({ type: 'thinking', key: KEY, at: story.now, run: story.ref('r1'), tsMs: story.now });

  it('a text said before tools is a step, once', () => {
    const story = say(say(begun(), 'i1', 'Looking.'), 'i1', 'Looking.');
    expect(say(story, 'i2', '  ').steps).toEqual(['text Looking.']);
  });

  it('thinking is a step if it was long enough to be seen', () => {
    const story = think(begun()).wait(2_500);
    think(story).tool('r1', 'c1').result('r1', 'c1');
    think(story).wait(500);
    think(story).tool('r1', 'c2');
    expect(story.steps).toEqual(['thinking', 'tool exec done', 'tool exec running']);
    expect(story.turn.steps[0]).toMatchObject({ startedMs: 1_000_000, endedMs: 1_002_500, status: 'done' });
  });

  it('writing is told, its half-streamed text is not', () => {
    const story = begun();
    story.tell({ type: 'writing', key: KEY, at: story.now, run: story.ref('r1'), tsMs: story.now });
    expect(story.phase).toMatchObject({ activity: 'writing' });
    expect(story.steps).toEqual([]);
  });
});

describe('T13: the plan', () => {
  const plan = (
    story: Story,
    items: { text: string; status: 'pending' | 'active' | 'done' }[],
    key = KEY,
    runId = 'r1',
  ) => story.tell({ type: 'plan', key, at: story.now, run: story.ref(runId), callId: 'p1', items, tsMs: story.now });

  it('sets the turn’s plan, and is no step', () => {
    const items = [{ text: 'Look', status: 'active' as const }];
    const story = plan(begun().tool('r1', 'p1', { name: 'progress_card' }), items);
    expect(story.turn).toMatchObject({ plan: items, steps: [], toolCalls: 0 });
    const { turn } = story;
    expect(plan(story, [{ text: 'Look', status: 'active' }]).turn).toBe(turn);
    expect(plan(story, [{ text: 'Look', status: 'done' }]).turn.plan).toEqual([{ text: 'Look', status: 'done' }]);
  });

  it('of a sub-agent is its own business', () => {
    const child = 'agent:main:subagent:child1';
    const story = plan(begun(), [{ text: 'Root', status: 'active' }]);
    story.spawn('r1', 'helper', child, 'c1').start('c1', { key: child });
    expect(plan(story, [{ text: 'Child', status: 'active' }], child, 'c1').turn.plan).toEqual([
      { text: 'Root', status: 'active' },
    ]);
  });
});
