import type { BoxProps } from '@livestatus/contract';

/** The version of the props that this page understands. */
const VERSION = 1;

/**
 * What a post says of itself in `props.livestatus` (one JSON string); undefined if it is no box, a newer one, or damaged.
 * Anyone may write such props: the caller has to ask who the author is. What is in them is checked as far as drawing
 * needs it; the rest is the error boundary's.
 */
export function decodeBoxProps(props: unknown): BoxProps | undefined {
  const { livestatus } = (props ?? {}) as { livestatus?: unknown };
  if (typeof livestatus !== 'string') return undefined;
  const box = parse(livestatus);
  if (box === undefined || box.v !== VERSION || typeof box.id !== 'string' || typeof box.seq !== 'number')
    return undefined;
  if (box.session !== undefined && !isSession(box.session)) return undefined;
  return box as unknown as BoxProps;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isSession(value: unknown): boolean {
  const session = value as { status?: unknown; agent?: { name?: unknown }; steps?: unknown } | null;
  return typeof session?.status === 'string' && typeof session.agent?.name === 'string' && Array.isArray(session.steps);
}
