import type { Session, Step } from '@livestatus/contract';
import { counted, duration } from './figures.ts';
import { cut, oneLine, span } from './span.ts';

/** Longest detail that stands in a step's own line, in code points. */
const MAX_REASON = 80;
/** What is left of a step's text when a reason stands behind it. */
const MAX_EXPLAINED = 200 - MAX_REASON - 3;
/** Of a sub-agent's sub-agent; four ordinary blanks would be a code block. */
const INDENT = '\u2003';
const MAX_DEPTH = 4;

interface Node {
  readonly step: Step;
  readonly children: Node[];
}

/** What the agent does right now: the step it waits for, else its last running one; sub-agents are work of others. */
export function currentStep(session: Session): Step | undefined {
  if (session.offline === true || session.activity === 'unobserved') return undefined;
  const asked = session.waiting?.step_id;
  const waitedFor = asked === undefined ? undefined : session.steps.find((step) => step.id === asked);
  return (
    waitedFor ??
    session.steps.findLast((step) => step.status === 'running' && step.parent_id === undefined && step.kind !== 'agent')
  );
}

/** Where nobody has said so (T12). */
const GUESSED = ' · may be waiting for an approval';

/** The line below the first one; empty if that says it all. */
export function currentLine(session: Session, current: Step | undefined): string {
  if (current !== undefined) return span(stepText(current)) + (session.waiting?.guess === true ? GUESSED : '');
  if (session.offline === true || session.stalled === true) return '';
  const { activity = 'thinking' } = session;
  if (activity === 'thinking') return 'Thinking';
  return activity === 'writing' ? 'Writing the answer' : '';
}

/** Every step at the top but the current one, in order; a sub-agent is one line, its own sub-agents stand below it. */
export function logLines(session: Session, current: Step | undefined): readonly string[] {
  return tree(session.steps).flatMap((root) => [
    ...(root.step === current ? [] : [nodeLine(session, root)]),
    ...agentsBelow(session, root, 1),
  ]);
}

/** Of an ended turn: the last failures at any depth, then the last other lines, each in order. */
export function outcomeLines(session: Session, room: number): readonly string[] {
  const failed: string[] = [];
  const others: string[] = [];
  const sort = (nodes: readonly Node[], isTop: boolean): void => {
    for (const node of nodes) {
      if (node.step.status === 'error') failed.push(nodeLine(session, node));
      else if (isTop || node.step.kind === 'agent') others.push(nodeLine(session, node));
      sort(node.children, false);
    }
  };
  sort(tree(session.steps), true);
  const shown = last(failed, room);
  return [...shown, ...last(others, room - shown.length)];
}

function last<T>(list: readonly T[], count: number): readonly T[] {
  return count <= 0 ? [] : list.slice(-count);
}

/** A parent that is missing or stands later is none: nothing is lost. */
function tree(steps: readonly Step[]): readonly Node[] {
  const roots: Node[] = [];
  const known = new Map<string, Node>();
  for (const step of steps) {
    const node: Node = { step, children: [] };
    const parent = step.parent_id === undefined ? undefined : known.get(step.parent_id);
    (parent === undefined ? roots : parent.children).push(node);
    known.set(step.id, node);
  }
  return roots;
}

function agentsBelow(session: Session, above: Node, depth: number): readonly string[] {
  return above.children.flatMap((child) => {
    const isAgent = child.step.kind === 'agent';
    const own = isAgent ? [INDENT.repeat(Math.min(depth, MAX_DEPTH)) + nodeLine(session, child)] : [];
    return [...own, ...agentsBelow(session, child, isAgent ? depth + 1 : depth)];
  });
}

function nodeLine(session: Session, node: Node): string {
  const line = `${mark(node.step)} ${span(stepText(node.step))}`;
  if (node.step.kind !== 'agent') return line;
  const tools = toolsBelow(node);
  return `${line}: ${[...(tools > 0 ? [counted(tools, 'tool')] : []), agentTime(session, node.step)].join(', ')}`;
}

function toolsBelow({ children }: Node): number {
  return children.reduce((sum, child) => sum + toolsBelow(child) + (child.step.kind === 'tool' ? 1 : 0), 0);
}

/** How long a sub-agent has worked, at the time to which the session is true. */
function agentTime(session: Session, step: Step): string {
  return duration((step.ended_ms ?? session.ended_ms ?? session.as_of_ms) - step.started_ms);
}

function mark({ kind, status }: Step): string {
  if (kind === 'text') return '“';
  if (status === 'error') return '✕';
  if (status === 'cancelled') return '–';
  if (status === 'running' || status === 'background') return kind === 'agent' ? '▸' : '◦';
  return kind === 'notice' || kind === 'thinking' ? '•' : '✓';
}

/** The label, with the reason of a failure or a notice if it is short: "Ran npm test (exit code 2)". */
function stepText(step: Step): string {
  const text = oneLine(step.label) || oneLine(step.name ?? '') || step.kind;
  const reason = shortReason(step);
  return reason === '' ? text : `${cut(text, MAX_EXPLAINED)} (${reason})`;
}

function shortReason({ kind, status, detail }: Step): string {
  const isExplained = status === 'error' || kind === 'notice';
  if (!isExplained || detail === undefined || /[\n\r]/.test(detail)) return '';
  return [...detail].length > MAX_REASON ? '' : oneLine(detail);
}
