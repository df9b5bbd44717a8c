import type { Step } from '@livestatus/contract';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleStep } from '../samples/builders.ts';
import { buildStepTree, countLines, countTools, isFoldedByItself, isSameNode, type StepNode } from './step-tree.ts';

const step = (id: string, parentId?: string, fields: Partial<Step> = {}): Step =>
  sampleStep({ id, label: id, ago: 5, took: 1, ...(parentId === undefined ? {} : { parent_id: parentId }), ...fields });

const ids = (nodes: readonly StepNode[]): unknown[] => nodes.map((node) => [node.step.id, ids(node.children)]);

describe('the tree of steps', () => {
  it('keeps the order of insertion and hangs steps below their parents', () => {
    const tree = buildStepTree([step('a'), step('agent'), step('b', 'agent'), step('c'), step('d', 'agent')]);
    expect(ids(tree)).toEqual([
      ['a', []],
      [
        'agent',
        [
          ['b', []],
          ['d', []],
        ],
      ],
      ['c', []],
    ]);
  });

  it('shows a step at the top level when its parent is not listed before it', () => {
    expect(ids(buildStepTree([step('b', 'gone'), step('c', 'd'), step('d', 'c')]))).toEqual([
      ['b', []],
      ['c', [['d', []]]],
    ]);
  });

  it('loses and repeats no step, whatever the parents are', () => {
    const steps = fc.uniqueArray(
      fc.record({ id: fc.integer({ min: 0, max: 20 }), parent: fc.option(fc.integer({ min: 0, max: 20 })) }),
      { selector: ({ id }) => id },
    );
    const flat = (nodes: readonly StepNode[]): string[] =>
      nodes.flatMap((node) => [node.step.id, ...flat(node.children)]);
    fc.assert(
      fc.property(steps, (list) => {
        const made = list.map(({ id, parent }) => step(`${id}`, parent === null ? undefined : `${parent}`));
        expect(flat(buildStepTree(made)).sort()).toEqual(made.map(({ id }) => id).sort());
      }),
    );
  });

  it('counts the lines and tools of a sub-agent at any depth', () => {
    const [node] = buildStepTree([
      step('agent', undefined, { kind: 'agent' }),
      step('a', 'agent'),
      step('inner', 'agent', { kind: 'agent' }),
      step('b', 'inner'),
    ]);
    expect(node && [countLines(node), countTools(node)]).toEqual([3, 2]);
  });

  it('is the same node only while all its steps are the same objects', () => {
    const [agent, child] = [step('agent'), step('b', 'agent')];
    const before = buildStepTree([agent, child]);
    const after = buildStepTree([agent, child]);
    const changed = buildStepTree([agent, { ...child }]);
    expect(before[0] && after[0] && isSameNode(before[0], after[0])).toBe(true);
    expect(before[0] && changed[0] && isSameNode(before[0], changed[0])).toBe(false);
  });
});

describe('a sub-agent', () => {
  const agentWith = (lines: number, status: Step['status']): StepNode => {
    const children = Array.from({ length: lines }, (_, index) => step(`c${index}`, 'agent'));
    const [node] = buildStepTree([step('agent', undefined, { kind: 'agent', status }), ...children]);
    if (node === undefined) throw new Error('no node');
    return node;
  };

  it('shows up to 8 of its lines while it works', () => expect(isFoldedByItself(agentWith(8, 'running'))).toBe(false));
  it('folds more than 8 by itself', () => expect(isFoldedByItself(agentWith(9, 'running'))).toBe(true));
  it('folds all when it is done', () => expect(isFoldedByItself(agentWith(1, 'done'))).toBe(true));
});
