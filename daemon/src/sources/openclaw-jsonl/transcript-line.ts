import type { TokenUsage } from '../../turns/events.ts';
import type { Json } from '../openclaw-gateway/fields.ts';
import type { StopKind } from './outcome.ts';

/**
 * One record of a transcript (`version: 3`), reduced to what Live Status needs. Big texts (tool output, file contents) are
 * neither copied nor looked at. All times are ms on the runtime's clock.
 */
export type TranscriptLine =
  /** A file can hold several; lines older than the last one are copied history (a forked thread). */
  | { readonly kind: 'header'; readonly ms: number }
  | UserLine
  | AssistantLine
  | ToolResultLine
  | { readonly kind: 'compaction'; readonly id: string; readonly ms: number }
  /** OpenClaw's own addition (delivery mirror, injected note): neither a turn nor an end (T7). */
  | { readonly kind: 'own'; readonly id: string; readonly ms: number; readonly abortNoted: boolean }
  /** A record that says nothing about what the agent does. */
  | { readonly kind: 'other' };

/** A line of a conversation: only these belong to a run. */
export type RunLine = Exclude<TranscriptLine, { readonly kind: 'header' | 'other' }>;

interface MessageLine {
  readonly id: string;
  /** When the record was made. */
  readonly ms: number;
  /** The message's own time: of an assistant, when its request to the model began; of a tool, when it ended. */
  readonly messageMs: number;
}

export interface UserLine extends MessageLine {
  readonly kind: 'user';
  readonly text: string;
  readonly provenance: { readonly kind: string; readonly sourceKey?: string } | undefined;
}

export interface AssistantLine extends MessageLine {
  readonly kind: 'assistant';
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** Blocks of type thinking, text and toolCall, in the order of saying. */
  readonly content: readonly unknown[];
  readonly usage: TokenUsage | undefined;
  readonly stop: StopKind;
  readonly stopReason: string | undefined;
  readonly error: string | undefined;
}

export interface ToolResultLine extends MessageLine {
  readonly kind: 'toolResult';
  readonly callId: string;
  readonly toolName: string | undefined;
  readonly isError: boolean;
  /** The message itself: `details` and `content`. */
  readonly result: Json;
}
