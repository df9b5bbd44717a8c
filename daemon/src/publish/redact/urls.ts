import type { Anchor } from './anchors.ts';
import { BASE64, DASH, DOT, PERCENT, UNDERSCORE, WORD } from './chars.ts';
import type { Cursor } from './cursor.ts';
import { type Findings, MARK } from './ranges.ts';

const MAX_AUTHORITY = 600;
/** A port, and then something that ends a URL: what looked like a password is the rest of a JSON text. */
const PORT = /^\d{2,5}(?:["'`\\]+[,;:)\]}\s]|<\/?[a-z]{1,10}[ >])/;
const PORT_LIST = /^\d{1,5}(?:[,;)\]}|]|$)/;
/** `${PW}`, `$(cmd)`, `$PW`, `{{pw}}`, `<pw>`, `%PW%`: a reference, not a value. */
const REFERENCE =
  /^(?:\$\{[\w.[\]]{1,60}\}|\$\([^()]{1,200}\)|\$[A-Z_][A-Z0-9_]*(?:@|$)|\{\{[\w.]{1,60}\}\}|<[A-Za-z][\w -]{0,39}>(?=@|$)|%[A-Z_]+%)/;
const IPV6_HOST = /^\[[0-9a-f:.]+\](?::\d+)?(?:[/?#\s"'`)]|$)/i;
const QUOTE_OR_SPACE = /["'`<>\s\\]/;

/** Exclusive end of the user info that starts at `start`; `start` if there is none. */
function endOfCredentials(text: string, start: number): number {
  const rest = text.slice(start, start + MAX_AUTHORITY);
  if (rest.startsWith(MARK) || IPV6_HOST.test(rest)) return start;
  const authority = rest.slice(0, firstOf(rest, /[/\s]/));
  const colon = authority.indexOf(':');
  const atSign = authority.lastIndexOf('@');
  if (colon >= 0 && (atSign < 0 || colon < atSign)) return start + passwordEnd(rest, authority, colon, atSign);
  return atSign > 0 && isOpaque(authority.slice(0, atSign)) ? start + atSign : start;
}

function passwordEnd(rest: string, authority: string, colon: number, atSign: number): number {
  const password = rest.slice(colon + 1);
  if (PORT.test(password) || REFERENCE.test(password)) return 0;
  if (atSign > colon) return atSign;
  // A password with an unescaped `/` in it: no port, and an `@` further on in the same word.
  if (rest[authority.length] !== '/' || PORT_LIST.test(authority.slice(colon + 1))) return 0;
  return Math.max(0, rest.slice(0, firstOf(rest, QUOTE_OR_SPACE)).lastIndexOf('@'));
}

/** A token in the place of the user name (`https://<token>@host`); `git@` and `alice@` are names. */
function isOpaque(user: string): boolean {
  return user.length >= 16 && /\d/.test(user) && !QUOTE_OR_SPACE.test(user);
}

function firstOf(text: string, pattern: RegExp): number {
  const at = text.search(pattern);
  return at < 0 ? text.length : at;
}

/** Addresses that are themselves the secret, by what stands before the secret part. */
const WEBHOOKS = [
  'hooks.slack.com/services/',
  'hooks.slack.com/workflows/',
  'hooks.slack.com/triggers/',
  'discord.com/api/webhooks/',
  'discordapp.com/api/webhooks/',
  'webhook.office.com/webhookb2/',
  'api.telegram.org/bot',
];
const PATH = WORD | UNDERSCORE | DASH | DOT | PERCENT | BASE64;
const MATTERMOST_HOOK = '/hooks/';

/**
 * User names and passwords in URLs (all between `://` and the `@` of `scheme://user:password@host`), and incoming webhooks
 * of Slack, Discord, Teams, Telegram and Mattermost.
 */
export const URL_ANCHORS: readonly Anchor[] = [
  {
    literal: '://',
    find: ({ text }, at, findings) => {
      const start = at + 3;
      const end = endOfCredentials(text, start);
      findings.add(start, end);
      return end > start ? end : at;
    },
  },
  ...WEBHOOKS.map(
    (literal): Anchor => ({
      literal,
      fold: true,
      find: (cursor, at, findings) => {
        const start = at + literal.length;
        const end = cursor.runEnd(start, PATH);
        if (end - start < 5) return at;
        findings.add(start, end);
        return end;
      },
    }),
  ),
  { literal: MATTERMOST_HOOK, fold: true, find: findMattermostHook },
];

/** `https://chat.example.com/hooks/<id>`; ids have 26 characters. */
function findMattermostHook(cursor: Cursor, at: number, findings: Findings): number {
  const start = at + MATTERMOST_HOOK.length;
  const end = cursor.runEnd(start, WORD);
  if (end - start !== 26) return at;
  findings.add(start, end);
  return end;
}
