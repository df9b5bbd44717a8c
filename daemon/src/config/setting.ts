import { z } from 'zod';

/** Which part of the daemon a setting belongs to: a heading of docs/configuration.md. */
export type SettingGroup = 'openclaw' | 'dashboard' | 'state' | 'display' | 'mattermost' | 'process';

/** What every setting tells a person: docs and error messages are made of it. */
export interface SettingText {
  readonly group: SettingGroup;
  /** What it does, one or two sentences. */
  readonly description: string;
  /** What a person notices when the value is wrong. */
  readonly whenWrong: string;
  /** Shown as default where it is worked out at start (paths under the home directory, an address from another file). */
  readonly shownDefault?: string;
}

/** One environment variable: how it is read, and what is said about it. */
export interface Setting<T> extends SettingText {
  readonly type: 'integer' | 'flag' | 'text' | 'choice' | 'list' | 'map' | 'url' | 'path' | 'secret';
  /** Completes "expected ..." in error messages. */
  readonly expected: string;
  readonly unit?: string;
  /** The text that stands in for an absent or empty variable; absent = the setting stays undefined. */
  readonly default?: string;
  readonly schema: z.ZodType<T, string | undefined>;
}

export type SettingValue<S> = S extends Setting<infer T> ? T : never;

const CHANNEL_ID = /^[a-z0-9]{26}$/;
const splitList = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** A whole number of `unit` in `min`..`max`. */
export function integer(
  spec: SettingText & { min: number; max: number; unit: string; default: string },
): Setting<number> {
  const { min, max, ...rest } = spec;
  const schema = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max)).prefault(spec.default);
  return { ...rest, type: 'integer', expected: `a whole number from ${min} to ${max} (${spec.unit})`, schema };
}

/** true or false, in the spellings people use. */
export function flag(spec: SettingText & { default: 'true' | 'false' }): Setting<boolean> {
  const schema = z
    .stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] })
    .prefault(spec.default);
  return { ...spec, type: 'flag', expected: 'true or false', schema };
}

export function choice<const V extends string>(
  spec: SettingText & { values: readonly V[]; default: NoInfer<V> },
): Setting<V> {
  const { values, ...rest } = spec;
  const schema = z.string().toLowerCase().pipe(z.enum(values)).prefault(spec.default);
  return { ...rest, type: 'choice', expected: `one of ${values.join(', ')}`, schema };
}

/** A comma-separated subset of `values` that contains all of `required`. */
export function choices<const V extends string>(
  spec: SettingText & { values: readonly V[]; required: readonly NoInfer<V>[]; default: string },
): Setting<readonly V[]> {
  const { values, required, ...rest } = spec;
  const schema = z
    .string()
    .transform(splitList)
    .pipe(z.array(z.enum(values)))
    .refine((items) => required.every((item) => items.includes(item)))
    .prefault(spec.default);
  const expected = `a comma-separated list of ${values.join(', ')}, with ${required.join(', ')} among them`;
  return { ...rest, type: 'list', expected, schema };
}

/** A host name or address, without scheme and port. */
export function host(spec: SettingText & { default: string }): Setting<string> {
  const schema = z
    .string()
    .regex(/^(?:[A-Za-z0-9][A-Za-z0-9.-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/)
    .prefault(spec.default);
  return { ...spec, type: 'text', expected: 'a host name or IP address without scheme, brackets and port', schema };
}

/** Host names without port, as a browser puts them into the Host header. */
export function hosts(spec: SettingText): Setting<readonly string[]> {
  const name = z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/)
    .toLowerCase();
  const schema = z.string().transform(splitList).pipe(z.array(name)).prefault('');
  return { ...spec, type: 'list', expected: 'a comma-separated list of host names without scheme and port', schema };
}

/** An absolute URL of one of `schemes`. Credentials in it are refused: URLs reach logs and pages, tokens must not. */
export function url(spec: SettingText & { schemes: readonly string[] }): Setting<string | undefined> {
  const { schemes, ...rest } = spec;
  const schema = z
    .string()
    .refine((text) => isPlainUrl(text, schemes))
    .transform((text) => text.replace(/\/+$/, ''))
    .optional();
  const expected = `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, without user name and password in it`;
  return { ...rest, type: 'url', expected, schema };
}

function isPlainUrl(text: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  return schemes.includes(protocol.slice(0, -1)) && username === '' && password === '' && hostname !== '';
}

/** A file or directory; `~/` is the home directory, a relative path starts at the current directory. */
export function path(spec: SettingText): Setting<string | undefined> {
  const schema = z
    .string()
    .refine((text) => !text.includes('\0'))
    .optional();
  return { ...spec, type: 'path', expected: 'a path', schema };
}

/** A token or password of at least `minLength` characters, none of them white space. Also read from `NAME_FILE`. */
export function secret(spec: SettingText & { minLength: number }): Setting<string | undefined> {
  const { minLength, ...rest } = spec;
  const schema = z
    .string()
    .min(minLength)
    .regex(/^[\x21-\x7e]+$/)
    .optional();
  const expected =
    minLength > 1
      ? `${minLength} or more printable ASCII characters without spaces`
      : 'printable ASCII characters without spaces';
  return { ...rest, type: 'secret', expected, schema };
}

export function channel(spec: SettingText): Setting<string | undefined> {
  const schema = z.string().regex(CHANNEL_ID).optional();
  return { ...spec, type: 'text', expected: 'a Mattermost channel id (26 lower-case letters and digits)', schema };
}

export function channels(spec: SettingText): Setting<readonly string[]> {
  const schema = z
    .string()
    .transform(splitList)
    .pipe(z.array(z.string().regex(CHANNEL_ID)))
    .prefault('');
  const expected = 'a comma-separated list of Mattermost channel ids (26 lower-case letters and digits each)';
  return { ...spec, type: 'list', expected, schema };
}

/** `channel id=value` pairs, separated by commas. */
export function channelMap<const V extends string>(
  spec: SettingText & { values: readonly V[] },
): Setting<Readonly<Record<string, V>>> {
  const { values, ...rest } = spec;
  const pair = z.tuple([z.string().regex(CHANNEL_ID), z.enum(values)]);
  const schema = z
    .string()
    .transform((text) => splitList(text).map((item) => item.split('=')))
    .pipe(z.array(pair))
    .transform((pairs): Readonly<Record<string, V>> => Object.fromEntries(pairs))
    .prefault('');
  const expected = `a comma-separated list of CHANNEL_ID=LEVEL with LEVEL one of ${values.join(', ')}`;
  return { ...rest, type: 'map', expected, schema };
}
