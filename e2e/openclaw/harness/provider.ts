import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ChatRequest, chooseReply, findPlace, findStep, type Place, textOf } from './conversation.ts';
import type { Refuse, Reply, Say, Script } from './script.ts';
import { pause } from './wait.ts';

/** One request that the provider got, for assertions and failure messages. */
export interface SeenRequest {
  readonly atMs: number;
  readonly model: string;
  readonly place: Place | undefined;
  readonly attempt: number;
  readonly messages: number;
  /** Role and the first 300 characters of the last message. */
  readonly last: string;
}

/** An OpenAI-compatible provider that says what a script tells it to. Listens on a free loopback port. */
export class ScriptedProvider {
  #server: Server;
  #script: Script;
  #attempts = new Map<string, number>();
  readonly requests: SeenRequest[] = [];

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(script: Script): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider(script);
    await new Promise<void>((resolve, reject) => {
      provider.#server.once('error', reject);
      provider.#server.listen(0, '127.0.0.1', resolve);
    });
    return provider;
  }

  /** What goes into OpenClaw's `models.providers.*.baseUrl`. */
  get baseUrl(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('provider: not listening');
    return `http://127.0.0.1:${address.port}/v1`;
  }

  /** Replaces the script and forgets how often each step was asked for. */
  play(script: Script): void {
    this.#script = script;
    this.#attempts.clear();
    this.requests.length = 0;
  }

  /** Adds scenarios to the script. A name that is taken would change what another test sees: it is refused. */
  add(script: Script): void {
    const taken = Object.keys(script).filter((name) => name in this.#script);
    if (taken.length > 0) throw new Error(`scenarios of these names are played already: ${taken.join(', ')}`);
    this.#script = { ...this.#script, ...script };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.url?.endsWith('/models')) {
      return sendJson(response, 200, { object: 'list', data: [{ id: 'mock-1', object: 'model' }] });
    }
    const chat = JSON.parse(body) as ChatRequest;
    const place = findPlace(chat.messages);
    const reply = this.#choose(chat, place);
    if ('http' in reply) return refuse(response, reply);
    await (chat.stream ? streamSay(response, chat.model, reply, place) : sendSay(response, chat.model, reply, place));
  }

  #choose(chat: ChatRequest, place: Place | undefined): Reply {
    const key = place === undefined ? '' : `${place.scenario}/${place.index}/${place.announced}`;
    const attempt = this.#attempts.get(key) ?? 0;
    this.#attempts.set(key, attempt + 1);
    const last = chat.messages.at(-1);
    this.requests.push({
      atMs: Date.now(),
      model: chat.model,
      place,
      attempt,
      messages: chat.messages.length,
      last: `${last?.role}: ${textOf(last).slice(0, 300)}`,
    });
    const step = place === undefined ? undefined : findStep(this.#script, place);
    return step === undefined
      ? { text: 'A short answer from the scripted model.' }
      : chooseReply(step, chat.model, attempt);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, reply: Refuse): void {
  if (reply.retryAfterS !== undefined) response.setHeader('retry-after', String(reply.retryAfterS));
  const type = reply.http === 429 ? 'rate_limit_error' : reply.http >= 500 ? 'server_error' : 'invalid_request_error';
  const message = reply.message ?? `Scripted provider error ${reply.http}`;
  sendJson(response, reply.http, { error: { message, type, code: 'scripted_error' } });
}

/** 1000 + 100 n prompt tokens and 50 + n completion tokens for step n: a test can add them up. */
export function usageOf(say: Say, index: number): { readonly prompt: number; readonly completion: number } {
  return { prompt: say.promptTokens ?? 1000 + 100 * index, completion: 50 + index };
}

function usageBody(say: Say, place: Place | undefined): Record<string, unknown> {
  const { prompt, completion } = usageOf(say, place?.index ?? 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 10 },
  };
}

async function sendSay(response: ServerResponse, model: string, say: Say, place: Place | undefined): Promise<void> {
  await pause(say.delayMs ?? 0);
  const message = { role: 'assistant', content: say.text ?? 'ok' };
  sendJson(response, 200, {
    id: nextId('chatcmpl'),
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: usageBody(say, place),
  });
}

async function streamSay(response: ServerResponse, model: string, say: Say, place: Place | undefined): Promise<void> {
  const id = nextId('chatcmpl');
  const write = (fields: Record<string, unknown>): void => {
    const chunk = { id, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model, ...fields };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const delta = (value: Record<string, unknown>, finish: string | null = null): void =>
    write({ choices: [{ index: 0, delta: value, finish_reason: finish }] });

  response.setHeader('content-type', 'text/event-stream');
  await pause(say.delayMs ?? 0);
  delta({ role: 'assistant', content: '' });
  for (const part of streamedParts(say)) {
    if (response.destroyed) return;
    delta(part);
    await pause(say.wordMs ?? 10);
  }
  delta({}, say.calls === undefined ? 'stop' : 'tool_calls');
  write({ choices: [], usage: usageBody(say, place) });
  response.end('data: [DONE]\n\n');
}

/** Reasoning and text word by word, then each tool call: its name, and its arguments in two halves. */
function* streamedParts(say: Say): Generator<Record<string, unknown>> {
  for (const word of words(say.think)) yield { reasoning_content: word };
  for (const word of words(say.text)) yield { content: word };
  for (const [index, [name, args]] of (say.calls ?? []).entries()) {
    const json = JSON.stringify(args);
    const half = Math.ceil(json.length / 2);
    yield { tool_calls: [{ index, id: nextId('call'), type: 'function', function: { name, arguments: '' } }] };
    yield { tool_calls: [{ index, function: { arguments: json.slice(0, half) } }] };
    yield { tool_calls: [{ index, function: { arguments: json.slice(half) } }] };
  }
}

function words(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(/(?<= )/).filter((word) => word !== '');
}

let ids = 0;
/** Unique over restarts of this process too: OpenClaw remembers call ids in its transcripts. */
function nextId(prefix: string): string {
  ids += 1;
  return `${prefix}_${Date.now().toString(36)}${ids}`;
}
