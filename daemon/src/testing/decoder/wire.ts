import { GatewayDecoder } from '../../sources/openclaw-gateway/decode.ts';
import type { AgentEvent } from '../../turns/events.ts';

export const KEY = 'agent:main:mattermost:channel:chan1:thread:root1';
/** A time of these days: garbage is recognised by being no such time. */
export const T0 = 1_795_000_000_000;
export const CHILD = 'agent:main:subagent:child1';

/** A decoder with hand-made frames going in, and what it says about them. */
export class Wire {
  readonly events: AgentEvent[] = [];
  readonly unknownKeys: string[] = [];
  readonly syncs: string[] = [];
  readonly decoder = new GatewayDecoder({
    event: (event) => this.events.push(event),
    onUnknownKey: (key) => this.unknownKeys.push(key),
    onSyncNeeded: (key) => this.syncs.push(key),
  });
  now = T0;
  #id = 0;
  #seq = 0;

  frame(frame: unknown): this {
    this.decoder.frame(frame, this.now);
    return this;
  }

  event(event: string, payload: object): this {
    return this.frame({ type: 'event', event, payload });
  }

  /** An `agent` event; `ts` is the daemon's own time unless told otherwise. */
  agent(runId: string, stream: string, data: object, over: object = {}): this {
    this.#seq += 1;
    const base = { runId, stream, data, seq: this.#seq, ts: this.now, sessionKey: KEY };
    return this.event('agent', { ...base, ...over });
  }

  lifecycle(runId: string, phase: string, data: object = {}, over: object = {}): this {
    return this.agent(runId, 'lifecycle', { phase, ...data }, over);
  }

  message(message: object, over: object = {}): this {
    return this.event('session.message', { sessionKey: KEY, message, ...over });
  }

  changed(over: object, session: object = {}): this {
    return this.event('sessions.changed', {
      sessionKey: KEY,
      ts: this.now,
      session: { key: KEY, ...session },
      ...over,
    });
  }

  /** Asks, and is answered. */
  ask(method: string, payload: object, params: object = {}): this {
    this.#id += 1;
    const id = String(this.#id);
    this.decoder.request(id, method, params, this.now);
    return this.frame({ type: 'res', id, ok: true, payload });
  }

  greet(): this {
    return this.ask('connect', { type: 'hello-ok' });
  }

  list(...sessions: object[]): this {
    return this.ask('sessions.subscribe', { subscribed: true, list: { sessions } });
  }

  history(payload: object, key = KEY): this {
    return this.ask('chat.history', { sessionKey: key, ...payload }, { sessionKey: key });
  }

  /** Events of one type, and forgets all. */
  take<T extends AgentEvent['type']>(type: T): readonly Extract<AgentEvent, { type: T }>[] {
    const taken = this.events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
    this.events.length = 0;
    return taken;
  }

  get types(): readonly string[] {
    return this.events.map((event) => event.type);
  }
}
