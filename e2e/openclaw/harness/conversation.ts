import type { Reply, Scenario, Script, Step } from './script.ts';

/** The parts of an OpenAI chat completion request that choose the answer. Everything else is ignored. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
}
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly ChatMessage[];
}

/** Where in which script a request stands. `index` counts assistant messages since the scenario was named. */
export interface Place {
  readonly scenario: string;
  readonly index: number;
  readonly announced: boolean;
}

/** OpenClaw's own messages to the model (a sub-agent's result, say) begin with this; seen on 2026.9.6. */
const INTERNAL_MARK = '<<<BEGIN_OPENCLAW_INTERNAL';

/** The scenario that answers OpenClaw's requests to summarise a conversation, if a script has one of this name. */
const SUMMARY = 'summary';

/** Finds the newest message that names a scenario. Undefined: the request belongs to no script. */
export function findPlace(messages: readonly ChatMessage[]): Place | undefined {
  if (textOf(messages.at(-1)).startsWith('<conversation>')) return { scenario: SUMMARY, index: 0, announced: false };
  for (let i = messages.length - 1; i >= 0; i -= 1) {
    const message = messages[i];
    if (message?.role !== 'user') continue;
    const names = [...personsPart(textOf(message)).matchAll(/SCENARIO:(\w+)/g)];
    const scenario = names.at(-1)?.[1];
    if (scenario === undefined) continue;
    const index = messages.slice(i + 1).filter((later) => later.role === 'assistant').length;
    return { scenario, index, announced: isAnnouncement(messages.at(-1)) };
  }
  return undefined;
}

/** The scripted step at that place, or undefined when the script has no such scenario. */
export function findStep(script: Script, place: Place): Step | undefined {
  const found = script[place.scenario];
  if (found === undefined) return undefined;
  const scenario = toScenario(found);
  if (place.announced && scenario.announce !== undefined) return scenario.announce;
  return scenario.steps[Math.min(place.index, scenario.steps.length - 1)];
}

/** The reply for the n-th request (from 0) that asked for this step. */
export function chooseReply(step: Step, model: string, attempt: number): Reply {
  if ('attempts' in step) return step.attempts[Math.min(attempt, step.attempts.length - 1)] ?? { text: 'ok' };
  if ('byModel' in step) return step.byModel[model] ?? { text: 'ok' };
  return step;
}

/** A message's text, whichever of the API's two forms it has. */
export function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join(' ');
}

function personsPart(text: string): string {
  return text.split(INTERNAL_MARK)[0] ?? '';
}

/** Every request ends with an internal message about running commands; only a routed one brings a sub-agent's result. */
function isAnnouncement(message: ChatMessage | undefined): boolean {
  const text = textOf(message);
  return message?.role === 'user' && text.includes(INTERNAL_MARK) && text.includes('[Inter-session message]');
}

function toScenario(found: Scenario | readonly Step[]): Scenario {
  return 'steps' in found ? found : { steps: found };
}
