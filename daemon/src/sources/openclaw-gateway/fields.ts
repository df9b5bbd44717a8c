/** Reading untrusted JSON: a field of the wrong type counts as absent, never as an error (frames gain fields all the time). */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(source: Json | undefined, key: string): string | undefined {
  const value = source?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(source: Json | undefined, key: string): number | undefined {
  const value = source?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** 2100-01-01. A later "time" is garbage; believed, it would move every time of its connection (T11). */
const LATEST_TIME_MS = 4_102_444_800_000;

/** Milliseconds since the epoch, whole: what is published and stored are integers. */
export function time(source: Json | undefined, key: string): number | undefined {
  const value = source?.[key];
  return typeof value === 'number' && value >= 0 && value < LATEST_TIME_MS ? Math.round(value) : undefined;
}

/** How many: a whole number from 0. */
export function count(source: Json | undefined, key: string): number | undefined {
  const value = source?.[key];
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function flag(source: Json | undefined, key: string): boolean {
  return source?.[key] === true;
}

export function object(source: Json | undefined, key: string): Json | undefined {
  const value = source?.[key];
  return isObject(value) ? value : undefined;
}

export function list(source: Json | undefined, key: string): readonly unknown[] {
  const value = source?.[key];
  return Array.isArray(value) ? value : [];
}

export function texts(source: Json | undefined, key: string): readonly string[] {
  return list(source, key).filter((value): value is string => typeof value === 'string');
}

/** `{ [name]: value }`, or nothing: optional properties are absent, never undefined. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
}
