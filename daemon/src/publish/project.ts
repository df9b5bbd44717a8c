import type { Session, Step } from '@livestatus/contract';
import type { Turn, TurnStep } from '../turns/turn.ts';
import type { LabelOverrides } from './labels.ts';
import type { PrivacyLevel } from './privacy.ts';
/** Interim. */
export function projectSession(
  turn: Turn,
  ctx: {
    daemonId: string;
    level: PrivacyLevel;
    seq: number;
    asOfMs: number;
    post: 'none' | 'wanted';
    labels?: LabelOverrides;
  },
): Session {
  const steps = turn.steps.slice(-50).map(step);
  const p = turn.phase;
  return {
    id: turn.id,
    daemon_id: ctx.daemonId,
    session_key: turn.key,
    agent: { ...turn.agent },
    post: ctx.post,
    status: p.status,
    ...(turn.route.channelId !== undefined && { channel_id: turn.route.channelId }),
    ...(turn.route.rootId !== undefined && { root_id: turn.route.rootId }),
    ...(turn.route.userId !== undefined && { user_id: turn.route.userId }),
    ...(turn.requestedBy !== undefined && { requested_by: turn.requestedBy }),
    ...(turn.requestPostId !== undefined && { request_post_id: turn.requestPostId }),
    ...(p.status === 'active'
      ? { activity: p.activity, ...(p.stalled && { stalled: true }) }
      : { ended_ms: p.endedMs, ...(p.error !== undefined && { error: p.error }) }),
    ...(turn.requestText !== undefined && { title: turn.requestText.split('\n')[0]?.slice(0, 120) ?? '' }),
    started_ms: turn.startedMs,
    last_event_ms: turn.lastEventMs,
    as_of_ms: ctx.asOfMs,
    steps,
    steps_dropped: turn.stepsForgotten + turn.steps.length - steps.length,
    tool_calls: turn.toolCalls,
    seq: ctx.seq,
    ...(turn.usage !== undefined && {
      usage: {
        input: turn.usage.input,
        output: turn.usage.output,
        cache_read: turn.usage.cacheRead,
        cache_write: turn.usage.cacheWrite,
        total: turn.usage.total,
      },
    }),
  };
}
const memo = new WeakMap<TurnStep, Step>();
function step(s: TurnStep): Step {
  const known = memo.get(s);
  if (known) return known;
  const label = (
    s.kind === 'tool'
      ? (s.title ?? s.name)
      : s.kind === 'agent'
        ? s.name
        : s.kind === 'text'
          ? s.text
          : s.kind === 'notice'
            ? s.code
            : 'Thinking'
  ).slice(0, 120);
  const out: Step = {
    id: s.id,
    kind: s.kind,
    label,
    status: s.status,
    started_ms: s.startedMs,
    ...(s.parentId !== undefined && { parent_id: s.parentId }),
    ...(s.endedMs !== undefined && { ended_ms: s.endedMs }),
  };
  memo.set(s, out);
  return out;
}
