import { stripVTControlCharacters, styleText } from 'node:util';
import pino, { type Logger } from 'pino';
import type { LogLevel } from './config/config.ts';

export interface LogTarget {
  write(text: string): unknown;
  /** A person is looking: lines are for reading, not for machines. */
  readonly isTTY?: boolean;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** stderr; stdout belongs to results. */
  readonly target: LogTarget;
  /** Takes secrets out of a text. Applied to every string of a line, whichever way it came in. */
  readonly redact: (text: string) => string;
}

/**
 * The program's log: one JSON object a line, or one readable line on a terminal. Redaction stands at the last gate, behind
 * pino: fields, bindings of child loggers, messages, errors and their causes all pass it, decoded, so that no escaping
 * hides a secret.
 */
export function createLog({ level, target, redact }: LogOptions): Logger {
  const format = target.isTTY ? humanLine : (record: LogRecord) => JSON.stringify(record);
  const gate = { write: (line: string) => target.write(`${format(scrub(decode(line), redact))}\n`) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    gate,
  );
}

type LogRecord = Readonly<Record<string, unknown>>;

/** Longest text of one field. Cut after redaction, never before: half a secret is not recognised. */
const MAX_TEXT_CHARS = 4000;
const SECRET_KEY = /token|secret|password|passwd|authorization|cookie|api_?key/i;

function decode(line: string): LogRecord {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function scrub(record: LogRecord, redact: (text: string) => string): LogRecord {
  const inner = (value: unknown): unknown => {
    if (typeof value === 'string') return shorten(redact(value));
    if (Array.isArray(value)) return value.map(inner);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, scrubField(key, field)]));
  };
  const scrubField = (key: string, field: unknown): unknown =>
    typeof field === 'string' && SECRET_KEY.test(key) ? '[redacted]' : inner(field);
  return Object.fromEntries(Object.entries(record).map(([key, field]) => [key, scrubField(key, field)]));
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS)}... (${text.length} characters)`;
}

const STYLES = { fatal: 'red', error: 'red', warn: 'yellow', info: 'green' } as const;

/** `18:29:03.123 INFO  gateway connected  version=2026.9.6` */
function humanLine(record: LogRecord): string {
  const { level, time, msg, err, ...fields } = record;
  const label = String(level);
  const style = Object.hasOwn(STYLES, label) ? STYLES[label as keyof typeof STYLES] : 'dim';
  const parts = [
    String(time).slice(11, 23),
    styleText(style, label.toUpperCase().padEnd(5)),
    plain(String(msg ?? '')),
    ...Object.entries(fields).map(([key, value]) => styleText('dim', `${key}=${plain(shown(value))}`)),
  ];
  if (err !== undefined) parts.push(`${styleText('dim', 'err=')}${plain(errorText(err))}`);
  return parts.join(' ');
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function errorText(err: unknown): string {
  if (typeof err !== 'object' || err === null) return shown(err);
  const { code, message } = err as { code?: unknown; message?: unknown };
  return `${code === undefined ? '' : `${code}: `}${String(message)}`;
}

/** Text from outside must not steer the terminal: no escape sequences, control or direction characters. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}
