import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToolStep, Turn, TurnStep } from '../turns/turn.ts';
import type { LabelOverrides } from './labels.ts';
import { publishSteps } from './session-steps.ts';

/** One thing that happens to a turn's steps. */
type Move =
  | { readonly kind: 'start'; readonly under: number | undefined }
  | { readonly kind: 'end'; readonly at: number }
  | { readonly kind: 'forget'; readonly at: number }
  | { readonly kind: 'ask'; readonly at: number }
  | { readonly kind: 'answer' };

const at = fc.nat(70);
const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('start' as const), under: fc.option(at, { nil: undefined }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const), at }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'answer' as const }) },
);

function started(id: string, parentId: string | undefined): ToolStep {
  const input = { path: `${id}.ts` };
  return { id, kind: 'tool', name: 'read', input, status: 'running', startedMs: 1, ...(parentId && { parentId }) };
}

function turnWith(steps: readonly TurnStep[], asked: string | undefined): Turn {
  const waiting = asked === undefined ? {} : { waiting: { for: 'approval' as const, stepId: asked, sinceMs: 1 } };
  return {
    id: 't',
    name: 't',
    key: 'k',
    agent: { id: 'a', name: 'a', runtime: 'openclaw' },
    route: { kind: 'none' },
    startedMs: 1,
    lastEventMs: 1,
    phase: { status: 'active', activity: 'tool', stalled: false, ...waiting },
    steps,
    stepsForgotten: 0,
    toolCalls: 0,
    hidden: false,
  };
}

function moved(turn: Turn, move: Move, count: number): Turn {
  const { steps } = turn;
  const chosen = 'at' in move ? steps[move.at % Math.max(1, steps.length)] : undefined;
  const asked = turn.phase.status === 'active' ? turn.phase.waiting?.stepId : undefined;
  if (move.kind === 'start') {
    const parent = move.under === undefined ? undefined : steps[move.under % Math.max(1, steps.length)]?.id;
    return turnWith([...steps, started(`s${count}`, parent)], asked);
  }
  if (move.kind === 'answer') return turnWith(steps, undefined);
  if (chosen === undefined) return turn;
  if (move.kind === 'ask') return turnWith(steps, chosen.id);
  if (move.kind === 'forget')
    return turnWith(
      steps.filter((step) => step !== chosen),
      asked,
    );
  return turnWith(
    steps.map((step) => (step === chosen ? { ...step, status: 'done', endedMs: 2 } : step)),
    asked,
  );
}

describe('the steps of a turn that goes on', () => {
  it('are published as if they had never been published before', () => {
    const remembering: LabelOverrides = new Map();
    fc.assert(
      fc.property(fc.array(moves, { minLength: 1, maxLength: 120 }), (all) => {
        let turn = turnWith([], undefined);
        all.forEach((move, count) => {
          turn = moved(turn, move, count);
          const anew: LabelOverrides = new Map();
          expect(publishSteps(turn, 'full', remembering)).toEqual(publishSteps(turn, 'full', anew));
        });
      }),
      { seed: 20_261_129, numRuns: 60 },
    );
  });

  it('that did not change are the same objects', () => {
    const labels: LabelOverrides = new Map();
    const first = Array.from({ length: 59 }, (_, n): TurnStep => ({ ...started(`s${n}`, undefined), status: 'done' }));
    const open = started('s59', undefined);
    const before = publishSteps(turnWith([...first, open], undefined), 'full', labels).steps;
    const closed: TurnStep = { ...open, status: 'done', endedMs: 3 };
    const after = publishSteps(
      turnWith([...first, closed, started('s60', undefined)], undefined),
      'full',
      labels,
    ).steps;
    expect(after.map((step) => before.includes(step))).toEqual([
      ...Array.from({ length: 48 }, () => true),
      false,
      false,
    ]);
  });
});
