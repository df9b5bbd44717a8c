import { LIMITS, type Session } from '@livestatus/contract';
import { counted, duration, usageFigures } from './figures.ts';
import { span } from './span.ts';
import { currentLine, currentStep, logLines, outcomeLines } from './steps.ts';

const DEFAULT_LINES = 20;
/** So many lines are below the limit of a post for certain. */
const MOST_LINES = 50;
/** Lines below the first one of an ended box. */
const ENDED_LINES = 8;

/** What a box says whose turn needed no reply (T7). */
export const WITHDRAWN_MESSAGE = '**No reply needed**';

/**
 * What a box says as markdown. Depends on nothing but its arguments; docs/posts.md has the rules, and
 * contract/fixtures/post-messages.json the cases that the plugin passes too. Below 1 line counts as 20.
 */
export function boxMessage(session: Session, maxLines: number): string {
  const max = Math.min(maxLines < 1 ? DEFAULT_LINES : maxLines, MOST_LINES);
  return (session.status === 'active' ? activeLines(session, max) : endedLines(session, max)).join('\n');
}

/** The same within `maxChars` code points: with fewer lines, and at last cut. */
export function boxMessageWithin(session: Session, maxLines: number, maxChars: number): string {
  const most = Math.min(maxChars, LIMITS.postMessageMaxCodePoints);
  let lines = Math.min(maxLines, MOST_LINES);
  let message = boxMessage(session, lines);
  while (lines > 1 && [...message].length > most) {
    lines -= 1;
    message = boxMessage(session, lines);
  }
  return [...message].slice(0, most).join('');
}

function activeLines(session: Session, max: number): readonly string[] {
  const current = currentStep(session);
  const now = currentLine(session, current);
  const head = [activeHead(session), ...(now === '' ? [] : [now])].slice(0, max);
  return [...head, ...lastLines(logLines(session, current), max - head.length, session.steps_dropped)];
}

function activeHead(session: Session): string {
  const tools = session.tool_calls > 0 ? [counted(session.tool_calls, 'tool')] : [];
  const asOf = `as of ${duration(session.as_of_ms - session.started_ms)}`;
  return [
    `**${activeWord(session)}**`,
    ...agentName(session.agent),
    asOf,
    ...tools,
    ...usageFigures(session.usage),
  ].join(' · ');
}

/**
 * Said where several agents may share a bot, whose name stands above the post: of all but the agent that a runtime has by default,
 * and of clients that name none.
 */
function agentName({ id, name }: Session['agent']): readonly string[] {
  if (id === 'main' || id === 'agent') return [];
  const said = span(name) || span(id);
  return said === '' ? [] : [said];
}

/** The end of the log; what does not fit is counted in its first line. */
function lastLines(log: readonly string[], room: number, dropped: number): readonly string[] {
  if (dropped <= 0 && log.length <= room) return log;
  if (room < 1) return [];
  const left = Math.max(0, log.length - room + 1);
  return [`… ${counted(Math.max(0, dropped) + left, 'earlier step')}`, ...log.slice(left)];
}

function endedLines(session: Session, max: number): readonly string[] {
  const room = Math.min(max - 1, ENDED_LINES);
  const reason = room > 0 ? endedReason(session) : '';
  const told = [endedHead(session), ...(reason === '' ? [] : [reason])];
  return [...told, ...outcomeLines(session, room - (told.length - 1))];
}

function endedHead(session: Session): string {
  const [word, joint] = endedWord(session);
  const took = session.ended_ms === undefined ? '' : ` ${joint} ${duration(session.ended_ms - session.started_ms)}`;
  const steps = session.steps.length + Math.max(0, session.steps_dropped);
  const count = steps > 0 ? [counted(steps, 'step')] : [];
  return [`**${word}**${took}`, ...agentName(session.agent), ...count, ...usageFigures(session.usage)].join(' · ');
}

/** Why it failed or was interrupted; a stop that somebody asked for needs no reason. */
function endedReason(session: Session): string {
  const { error, status } = session;
  return error === undefined || status === 'done' || isStopped(session) ? '' : span(error.message);
}

/** What is not known comes before what was known last (P6). */
function activeWord(session: Session): string {
  if (session.offline === true) return 'No longer observed';
  switch (session.activity) {
    case 'unobserved':
      return 'Not observed';
    case 'retrying':
      return 'Waiting to retry';
    case 'compacting':
      return 'Tidying its memory';
    case 'waiting':
      return WAITING[session.waiting?.for ?? ''] ?? 'Working';
  }
  return session.stalled === true ? `Quiet for ${duration(session.as_of_ms - session.last_event_ms)}` : 'Working';
}

const WAITING: Readonly<Record<string, string>> = {
  approval: 'Waiting for approval',
  answer: 'Waiting for an answer',
  agents: 'Waiting for sub-agents',
  provider: 'Waiting to retry',
};

function endedWord(session: Session): readonly [word: string, joint: string] {
  if (session.status === 'done') return ['Done', 'in'];
  if (session.status === 'error') return ['Failed', 'after'];
  return [isStopped(session) ? 'Stopped' : 'Interrupted', 'after'];
}

function isStopped({ status, error }: Session): boolean {
  return status === 'interrupted' && error?.code === 'aborted';
}

/** What a message says apart from how old it is. */
export function withoutAsOf(message: string): string {
  return message.replace(/ · as of [^·\n]+/, '');
}
