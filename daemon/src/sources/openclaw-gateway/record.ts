import { record } from './hello.ts';

/** One line of a recording: what a gateway said (`in`), what was asked (`out`), how the socket ended. */
export interface RecordedLine {
  /** Receive time in ms since the epoch, on the daemon's clock. */
  readonly t: number;
  readonly dir: 'in' | 'out' | 'close' | 'err';
  readonly f: unknown;
}

/** Sees everything that goes over the connection. Called synchronously; must not throw. */
export interface FrameTap {
  /** The text of a frame as it came. */
  frame(raw: string, at: number): void;
  /** `params` of `connect` carry no credentials. */
  sent(id: string, method: string, params: unknown, at: number): void;
  closed(code: number, reason: string, errno: string | undefined, at: number): void;
}

export interface RecorderOptions {
  /** Takes one line without its line end; false = no more is wanted (disk full, file closed). */
  write(line: string): boolean;
  /** Takes the secrets out of one string. */
  redact(text: string): string;
  /** Default 200 MB: a recording nobody stops must not fill the disk. */
  readonly maxBytes?: number;
  /** The recording ends here although frames go on. */
  onFull?(): void;
}

const MAX_BYTES = 200_000_000;
/** Deeper than anything the gateway sends; bounds the recursion below. */
const MAX_DEPTH = 64;
const CREDENTIAL_KEYS = new Set(['deviceToken', 'deviceTokens', 'recoveryScope', 'token', 'password', 'signature']);

/**
 * Writes what goes over the connection as lines `{t, dir, f}`, the format that `livestatus replay` plays.
 *
 * Nothing leaves unredacted: every string, keys of objects included, passes through `redact`; credentials of the handshake
 * are removed by name, and the hello's snapshot (host names, addresses, other clients) entirely.
 */
export function createFrameRecorder(options: RecorderOptions): FrameTap {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  let bytes = 0;
  let open = true;

  function write(line: RecordedLine): void {
    if (!open) return;
    const text = JSON.stringify({ ...line, f: redactDeep(line.f, options.redact, 0) });
    bytes += Buffer.byteLength(text) + 1;
    open = bytes <= maxBytes && options.write(text);
    if (!open) options.onFull?.();
  }

  return {
    frame: (raw, t) => write({ t, dir: 'in', f: withoutSnapshot(parse(raw)) }),
    sent: (id, method, params, t) => write({ t, dir: 'out', f: { type: 'req', id, method, params } }),
    closed: (c, r, errno, t) => {
      if (errno !== undefined) write({ t, dir: 'err', f: `Error: ${errno}` });
      write({ t, dir: 'close', f: { c, r } });
    },
  };
}

/** A frame that is no JSON is recorded as the text it was. */
function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

function withoutSnapshot(frame: unknown): unknown {
  const { payload } = record(frame);
  if (record(payload).type !== 'hello-ok') return frame;
  const { snapshot: _snapshot, ...hello } = record(payload);
  return { ...record(frame), payload: hello };
}

function redactDeep(value: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, redact, depth + 1));
  const entries = Object.entries(value).map(([key, entry]) => [
    redact(key),
    CREDENTIAL_KEYS.has(key) ? '[removed]' : redactDeep(entry, redact, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
