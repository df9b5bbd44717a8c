/** What Live Status needs of `hello-ok`. */
export interface Hello {
  /** The gateway's version, or `unknown`. */
  readonly version: string;
  /** Changes when the gateway process was started anew. */
  readonly bootId: string | undefined;
  readonly methods: ReadonlySet<string>;
  /** What this connection may do; decided by the gateway. */
  readonly scopes: readonly string[];
  readonly tickIntervalMs: number;
  readonly deviceToken: string | undefined;
}

const DEFAULT_TICK_MS = 30_000;
/** A tick faster than this would make the watchdog give up healthy connections. */
const MIN_TICK_MS = 1_000;

/** Reads the payload of the answer to `connect`. Missing or strange fields fall back: a newer gateway is not refused. */
export function readHello(payload: unknown): Hello {
  const hello = record(payload);
  const server = record(hello.server);
  const auth = record(hello.auth);
  const tick = record(hello.policy).tickIntervalMs;
  return {
    version: text(server.version) ?? 'unknown',
    bootId: text(server.bootId),
    methods: new Set(texts(record(hello.features).methods)),
    scopes: texts(auth.scopes),
    tickIntervalMs: typeof tick === 'number' && tick >= MIN_TICK_MS ? tick : DEFAULT_TICK_MS,
    deviceToken: text(auth.deviceToken),
  };
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}
