import { LIMITS, SESSION_ERROR_CODES, type SessionErrorCode } from '@livestatus/contract';
import type { PrivacyLevel } from './privacy.ts';
import { cut, oneLine } from './text.ts';

/** Texts of errors for people. Provider errors come as anything from one word to a page; a person gets one sentence. */

/** Why a turn ended, at a privacy level; only `full` contains words of the runtime or its provider. */
export function errorText(code: string, message: string, level: PrivacyLevel): string {
  const own = isOwnCode(code) ? SESSION_ERROR_CODES[code] : undefined;
  if (own?.status === 'interrupted') return own.message;
  return level === 'full'
    ? cut(providerError(message, code), LIMITS.errorMessageMaxCodePoints)
    : genericError(code, message);
}

function isOwnCode(code: string): code is SessionErrorCode {
  return Object.hasOwn(SESSION_ERROR_CODES, code);
}

/** A code fit for the contract: short, and of harmless characters. */
export function errorCode(code: string): string {
  const clean = code
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return clean.slice(0, LIMITS.errorCodeMaxCodePoints) || 'failed';
}

/** What kind of failure it was, by what runtimes and providers call it. The first that fits counts. */
const KINDS: readonly { readonly pattern: RegExp; readonly reason: string; readonly sentence: string }[] = [
  kind(/overload/i, 'overloaded', 'The model provider is overloaded.'),
  kind(/rate.?limit|too many requests/i, 'rate limit', 'The model provider asked to slow down (rate limit).'),
  kind(
    /billing|quota|insufficient.{0,10}(?:funds|credit|balance)|payment/i,
    'billing or quota',
    "The model provider's quota or credit is used up.",
  ),
  kind(
    /auth|api.?key|unauthori[sz]ed|forbidden|permission/i,
    'credentials refused',
    'The model provider refused the credentials.',
  ),
  kind(
    /context.{0,20}(?:overflow|length|window|exceed)|too (?:long|large)|max.{0,10}tokens/i,
    'too much text',
    "The conversation no longer fits into the model's context.",
  ),
  kind(
    /model.{0,10}(?:not.?found|unavailable)|no such model/i,
    'model not found',
    'The model provider does not know this model.',
  ),
  kind(
    /format|schema|invalid.?request|payload/i,
    'request rejected',
    "The model provider rejected the request's format.",
  ),
  kind(/time.?d? ?out|timeout|deadline/i, 'timeout', 'The model provider did not answer in time.'),
  kind(
    /network|econn|socket|fetch failed|enotfound|connection/i,
    'network',
    'The model provider could not be reached.',
  ),
  kind(
    /server.?error|internal.?(?:server.?)?error|bad gateway|unavailable/i,
    'internal error',
    'The model provider had an internal error.',
  ),
];

function kind(pattern: RegExp, reason: string, sentence: string) {
  return { pattern, reason, sentence } as const;
}

const STATUS = /\bHTTP[ :/]*(?:\d\.\d )?([45]\d\d)\b|\bstatus(?: code)?[ :=]*([45]\d\d)\b|^\W{0,4}([45]\d\d)\b/i;
const MAX_INPUT = 2_000;

/** "The model provider answered 500 (internal error)." */
export function providerError(message: string, code = ''): string {
  const text = oneLine(message.slice(0, MAX_INPUT)).replace(/^(?:⚠️?|❌|Error:)\s*/u, '');
  const [, a, b, c] = STATUS.exec(text) ?? [];
  const status = a ?? b ?? c;
  const found = kindOf(text, code);
  if (status !== undefined) {
    const rest = withoutStatus(text);
    const reason = found?.reason ?? rest;
    return reason === ''
      ? `The model provider answered ${status}.`
      : `The model provider answered ${status} (${endless(reason)}).`;
  }
  if (found !== undefined && /provider|LLM|model|request/i.test(text)) return found.sentence;
  return text || found?.sentence || 'The run failed.';
}

/** Says no more than the kind of failure. */
function genericError(code: string, message: string): string {
  const text = message.slice(0, MAX_INPUT);
  const [, a, b, c] = STATUS.exec(text) ?? [];
  const found = kindOf(text, code);
  if (found !== undefined) return found.sentence;
  return (a ?? b ?? c) ? 'The model provider answered with an error.' : 'The run failed.';
}

/** The code is what the runtime made of the error, so it counts before the words. */
function kindOf(text: string, code: string): (typeof KINDS)[number] | undefined {
  return KINDS.find(({ pattern }) => pattern.test(code)) ?? KINDS.find(({ pattern }) => pattern.test(text));
}

function withoutStatus(text: string): string {
  return text
    .replace(STATUS, '')
    .replace(/^[\s:.,;()-]+|[\s:.,;()-]+$/g, '')
    .trim();
}

function endless(text: string): string {
  return text.replace(/[.!]+$/, '');
}

const MAX_DETAIL = 300;
/** What OpenClaw puts before results from outside; it says nothing about what went wrong. */
const BOILERPLATE = /^SECURITY NOTICE\b/i;
/** "Exec denied (gateway id=..., user-denied): the command again" */
const DENIED = /^\w+ denied \((?:[^()]*,\s*)?([a-z_-]+)\)/i;
const DENIALS: Readonly<Record<string, string>> = {
  'user-denied': 'Denied by a person',
  'approval-timeout': 'Nobody answered in time',
  approval_required: 'Needs an approval',
};

/** Why a tool failed, in one line; undefined if nothing is known that helps. */
export function toolError(
  error: string | undefined,
  exitCode: number | undefined,
  blocked: boolean,
): string | undefined {
  const text = oneLine(error ?? '');
  const denied = DENIED.exec(text)?.[1];
  if (denied !== undefined) return DENIALS[denied] ?? `Refused: ${denied.replace(/[-_]+/g, ' ')}`;
  if (exitCode !== undefined && exitCode !== 0) return `exit code ${exitCode}`;
  if (text === '' || BOILERPLATE.test(text)) return blocked ? 'Refused' : undefined;
  return cut(text, MAX_DETAIL);
}
