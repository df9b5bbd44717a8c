import type { StreamHealth, StreamHello, StreamSync, StreamUpdate } from '@livestatus/contract';

/** Version of what the events carry (`v`); a page that finds another one reloads itself. */
export const STREAM_VERSION = 1;

/** Which event carries what. */
export interface StreamMessages {
  readonly hello: StreamHello;
  readonly sync: StreamSync;
  readonly update: StreamUpdate;
  readonly health: StreamHealth;
}

export type StreamEvent = keyof StreamMessages;

/** A comment: keeps proxies and the browser from giving up on a quiet stream. */
export const KEEP_ALIVE = ': keep-alive\n\n';

/** One event in the form of the HTML standard. JSON has no raw line breaks, so `data` is one line. */
export function encodeFrame<E extends StreamEvent>(event: E, message: StreamMessages[E], id?: string): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(message)}\n\n`;
}

/** Where in which stream: `<stream>-<n>`. The stream's name changes with every start, so an old id never fits a new one. */
export interface Position {
  readonly stream: string;
  readonly n: number;
}

export function toEventId({ stream, n }: Position): string {
  return `${stream}-${n}`;
}

/** What `Last-Event-ID` says; undefined for anything that we never sent. */
export function parseEventId(text: string | undefined): Position | undefined {
  const match = /^([0-9a-z]{1,32})-(\d{1,15})$/.exec(text ?? '');
  return match?.[1] === undefined ? undefined : { stream: match[1], n: Number(match[2]) };
}
