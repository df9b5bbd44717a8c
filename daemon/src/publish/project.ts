import { LIMITS, type PlanItem, type Session, type Usage, type Waiting } from '@livestatus/contract';
import type { Turn, TurnWaiting } from '../turns/turn.ts';
import { errorCode, errorText } from './error-text.ts';
import type { LabelOverrides } from './labels.ts';
import type { PrivacyLevel } from './privacy.ts';
import { publishSteps } from './session-steps.ts';
import { cut, firstLine, oneLine } from './text.ts';

export interface ProjectContext {
  readonly daemonId: string;
  readonly level: PrivacyLevel;
  /** D2. */
  readonly seq: number;
  /** The time to which the turn is true, on the daemon's clock. */
  readonly asOfMs: number;
  /** P1: whether the time for a box has come. */
  readonly post: 'none' | 'wanted';
  /** The box, once there is one. */
  readonly postId?: string;
  /** What the user says about tools (LABELS_FILE). */
  readonly labels?: LabelOverrides;
}

/**
 * The published form of a turn at one privacy level. The turn's texts must be redacted already (redactEvent): here they
 * are only cleaned, cut and left out. Every text keeps the limits of the contract. Steps are remembered by reference, so
 * an unchanged step costs a look-up.
 */
export function projectSession(turn: Turn, context: ProjectContext): Session {
  const { level } = context;
  const { route } = turn;
  return {
    id: turn.id,
    daemon_id: context.daemonId,
    session_key: cut(oneLine(turn.key), LIMITS.sessionKeyMaxCodePoints) || '-',
    agent: {
      id: cut(oneLine(turn.agent.id), LIMITS.agentIdMaxCodePoints) || '-',
      name: cut(oneLine(turn.agent.name), LIMITS.agentNameMaxCodePoints),
      runtime: turn.agent.runtime,
    },
    ...platformIds({
      channel_id: route.channelId,
      root_id: route.rootId,
      user_id: route.userId,
      post_id: context.postId,
      requested_by: turn.requestedBy,
      request_post_id: turn.requestPostId,
    }),
    post: context.post,
    ...state(turn, level),
    ...title(turn, level),
    started_ms: turn.startedMs,
    last_event_ms: turn.lastEventMs,
    as_of_ms: context.asOfMs,
    ...plan(turn, level),
    ...publishSteps(turn, level, context.labels),
    tool_calls: turn.toolCalls,
    ...usage(turn),
    seq: context.seq,
  };
}

type PlatformIds = Partial<
  Record<'channel_id' | 'root_id' | 'user_id' | 'post_id' | 'requested_by' | 'request_post_id', string>
>;

/** No platform's id has blanks, controls or other scripts in it. */
const PLATFORM_ID = /^[\x21-\x7e]+$/;

/** Ids that are known and could be ids: another one would make the receiver refuse the session. */
function platformIds(ids: { readonly [K in keyof PlatformIds]: string | undefined }): PlatformIds {
  const isId = ([, id]: [string, string | undefined]): boolean =>
    id !== undefined && id.length <= LIMITS.platformIdMaxChars && PLATFORM_ID.test(id);
  return Object.fromEntries(Object.entries(ids).filter(isId));
}

function state(
  turn: Turn,
  level: PrivacyLevel,
): Pick<Session, 'status'> & Partial<Pick<Session, 'activity' | 'stalled' | 'waiting' | 'error' | 'ended_ms'>> {
  const { phase } = turn;
  if (phase.status === 'active') {
    return {
      status: 'active',
      activity: phase.activity,
      ...(phase.stalled && { stalled: true }),
      ...(phase.waiting !== undefined && { waiting: waiting(turn, phase.waiting, level) }),
    };
  }
  const { error } = phase;
  return {
    status: phase.status,
    ...(error !== undefined && {
      error: { code: errorCode(error.code), message: errorText(error.code, error.message, level) },
    }),
    ended_ms: phase.endedMs,
  };
}

/** At `minimal` there are no steps, and nobody is told what could be approved. */
function waiting(turn: Turn, from: TurnWaiting, level: PrivacyLevel): Waiting {
  const ids = level !== 'minimal';
  const offered = from.for === 'answer' && level === 'full' ? choices(turn, from.stepId) : [];
  return {
    for: from.for,
    ...(ids && from.stepId !== undefined && { step_id: from.stepId }),
    ...(ids && from.approvalId !== undefined && isStepId(from.approvalId) && { approval_id: from.approvalId }),
    since_ms: from.sinceMs,
    ...(from.expiresMs !== undefined && { expires_ms: from.expiresMs }),
    ...(from.guess === true && { guess: true }),
    ...(offered.length > 0 && { choices: offered }),
  };
}

/** What a question offers. One that is too long is left out: it is sent back as it stands here. */
function choices(turn: Turn, stepId: string | undefined): string[] {
  const step = turn.steps.find(({ id }) => id === stepId);
  const offered = step?.kind === 'tool' ? (step.input?.options?.split('\n').map(oneLine) ?? []) : [];
  const isUsable = (choice: string): boolean => choice !== '' && [...choice].length <= LIMITS.choiceMaxCodePoints;
  return [...new Set(offered)].filter(isUsable).slice(0, LIMITS.choicesMaxItems);
}

function isStepId(id: string): boolean {
  return id !== '' && id.length <= LIMITS.stepIdMaxCodePoints;
}

/** "@agent @other fix the build" -> "fix the build". */
const LEADING_MENTIONS = /^(?:@[\p{L}\p{N}._-]+[,:]?\s*)+/u;

function title(turn: Turn, level: PrivacyLevel): Pick<Session, 'title'> {
  if (level !== 'full' || turn.requestText === undefined) return {};
  const text = turn.requestText.slice(0, 4_096).trimStart().replace(LEADING_MENTIONS, '');
  const line = cut(firstLine(text), LIMITS.titleMaxCodePoints);
  return line === '' ? {} : { title: line };
}

function plan(turn: Turn, level: PrivacyLevel): Pick<Session, 'plan'> {
  if (level !== 'full' || turn.plan === undefined) return {};
  const items = turn.plan.map(
    ({ text, status }): PlanItem => ({ text: cut(oneLine(text), LIMITS.planTextMaxCodePoints), status }),
  );
  return { plan: items.filter(({ text }) => text !== '').slice(0, LIMITS.planMaxItems) };
}

/** Dollars are told to a billionth: beyond that stands only what adding floating-point numbers leaves behind. */
const COST_SCALE = 1e9;

/** The turn's tokens; the context's size belongs to them and is not told alone. */
function usage(turn: Turn): Pick<Session, 'usage'> {
  const from = turn.usage;
  if (from === undefined) return {};
  const tokens: Usage = {
    input: from.input,
    output: from.output,
    cache_read: from.cacheRead,
    cache_write: from.cacheWrite,
    total: from.total,
    ...(from.costUsd !== undefined && { cost_usd: Math.round(from.costUsd * COST_SCALE) / COST_SCALE }),
    ...(turn.contextUsed !== undefined && { context_used: turn.contextUsed }),
    ...(turn.contextWindow !== undefined && { context_window: turn.contextWindow }),
  };
  return { usage: tokens };
}
