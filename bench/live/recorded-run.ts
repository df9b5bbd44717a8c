import type { Frame } from '../corpus.ts';
import { recordedFrames } from '../corpus.ts';

type Json = Readonly<Record<string, unknown>>;

/** A run from a Mattermost thread with tools: every kind of frame that a channel run makes. */
const RECORDING = 'gateway/mm-channel-tools.jsonl';

/**
 * What one recorded run consists of, cut into the parts of which new runs are made. Frames keep their real size: each run event
 * carries its session's row and the copy of it.
 */
export interface RecordedRun {
  /** Payloads by what they are. */
  readonly changed: Json;
  readonly request: Json;
  readonly answer: Json;
  readonly start: Json;
  readonly thinking: Json;
  readonly itemStart: Json;
  readonly toolStart: Json;
  readonly toolResult: Json;
  readonly itemEnd: Json;
  readonly end: Json;
}

export function recordedRun(): RecordedRun {
  const events = recordedFrames(RECORDING)
    .filter((frame) => frame.dir === 'in')
    .flatMap(eventOf);
  const find = (what: string, matches: (event: string, payload: Json) => boolean): Json => {
    const found = events.find(({ event, payload }) => matches(event, payload));
    if (found === undefined) throw new Error(`${RECORDING} has no ${what}`);
    return found.payload;
  };
  const tool = (stream: string, phase: string) => (event: string, payload: Json) =>
    event === 'agent' && payload.stream === stream && data(payload).name === 'read' && data(payload).phase === phase;
  const lifecycle = (phase: string) => (_: string, payload: Json) =>
    payload.stream === 'lifecycle' && data(payload).phase === phase;
  return {
    changed: find(
      'participants',
      (event, payload) => event === 'sessions.changed' && payload.reason === 'participants',
    ),
    request: find('request', (event, payload) => event === 'session.message' && roleOf(payload) === 'user'),
    answer: find('answer', (event, payload) => event === 'session.message' && roleOf(payload) === 'assistant'),
    start: find('start', lifecycle('start')),
    thinking: find('thinking', (_, payload) => payload.stream === 'thinking' && payload.session !== undefined),
    itemStart: find('item start', tool('item', 'start')),
    toolStart: find('tool start', tool('tool', 'start')),
    toolResult: find('tool result', tool('tool', 'result')),
    itemEnd: find('item end', tool('item', 'end')),
    end: find('end', lifecycle('end')),
  };
}

function eventOf(frame: Frame): readonly { readonly event: string; readonly payload: Json }[] {
  const { type, event, payload } = JSON.parse(frame.text) as { type: string; event: string; payload: Json };
  return type === 'event' ? [{ event, payload }] : [];
}

export function data(payload: Json): Json {
  return (payload.data ?? {}) as Json;
}

function roleOf(payload: Json): unknown {
  return ((payload.message ?? {}) as Json).role;
}
