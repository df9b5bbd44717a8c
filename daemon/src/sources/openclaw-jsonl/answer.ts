import type { PlanEvent } from '../../turns/events.ts';
import { isSilent } from '../openclaw-gateway/decode-message.ts';
import { planItems, toolInput } from '../openclaw-gateway/decode-tool.ts';
import { isObject, type Json, text } from '../openclaw-gateway/fields.ts';
import type { BegunCall } from './call-book.ts';
import type { AssistantLine } from './line.ts';
import { toolCallOf } from './tool-call.ts';

export interface AnswerCall extends BegunCall {
  /** Set by the plan tool (T13). */
  readonly plan: PlanEvent['items'] | undefined;
}

/** What one assistant line says and asks for. */
export interface Answer {
  readonly thinks: boolean;
  readonly texts: readonly string[];
  readonly calls: readonly AnswerCall[];
  /** The whole answer is OpenClaw's word for "nothing to say" (T7). */
  readonly silent: boolean;
}

export function answerOf(line: AssistantLine): Answer {
  let thinks = false;
  const texts: string[] = [];
  const calls: AnswerCall[] = [];
  for (const block of line.content) {
    if (!isObject(block)) continue;
    const said = block.type === 'text' ? text(block, 'text') : undefined;
    if (said !== undefined) texts.push(said);
    else if (block.type === 'thinking') thinks = true;
    else if (block.type === 'toolCall') calls.push(...callOf(block));
  }
  return { thinks, texts, calls, silent: calls.length === 0 && texts.length === 1 && isSilent(texts[0]) };
}

function callOf(block: Json): readonly AnswerCall[] {
  const call = toolCallOf(block);
  if (call === undefined) return [];
  const { callId: id, name, args } = call;
  return [{ id, name, input: toolInput(args), plan: name === 'progress_card' ? planItems(args) : undefined }];
}
