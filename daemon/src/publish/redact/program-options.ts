import type { Anchor } from './anchors.ts';
import { bareEnd, type Cursor, closingQuote, MAX_BARE, openingQuote } from './cursor.ts';
import { isHarmless } from './harmless.ts';
import type { Findings } from './ranges.ts';

/** Up to `n` characters of the same command, then a blank. */
const within = (n: number): string => `\\s(?:[^\\n|;]{0,${n}}\\s)?`;

/**
 * Options of well-known programs whose names say nothing: `mysql -pX`, `curl -u name:X`, `sshpass -p X`. The password is
 * what follows the match.
 */
const OPTIONS: readonly (readonly [programs: string, option: string])[] = [
  ['sshpass', `${within(100)}-p\\s?(?=\\S)`],
  ['mysql mysqldump mysqladmin mysqlimport mariadb mariadb-dump mariadb-admin', `${within(200)}-p(?=[^\\s-])`],
  ['redis-cli redis-benchmark', `${within(100)}-a\\s+(?=\\S)`],
  ['mongo mongosh mongodump mongorestore', `${within(200)}-p\\s+(?=[^\\s-])`],
  ['docker podman nerdctl helm skopeo', `\\s[^\\n|;]{0,60}\\blogin${within(200)}-p\\s+(?=[^\\s-])`],
  ['ldapsearch ldapadd ldapmodify ldapwhoami', `${within(200)}-w\\s+(?=[^\\s-])`],
  ['zip unzip 7za', `${within(100)}-[pP]\\s?(?=[^\\s-])`],
  ['curl wget', `${within(300)}(?:-u|-U|--user|--proxy-user)[ =]{0,2}["']?[^\\s:"']{1,80}:(?!//)(?=[^\\s"'])`],
  ['smbclient rpcclient', `${within(200)}-U\\s?["']?[^\\s%"']{1,80}%(?=[^\\s"'])`],
  ['-passin -passout -pass', `[\\s=]pass:(?=\\S)`],
];

export const OPTION_ANCHORS: readonly Anchor[] = OPTIONS.flatMap(([programs, option]) =>
  programs.split(' ').map((literal): Anchor => {
    const pattern = new RegExp(option, 'y');
    return { literal, find: (cursor, at, findings) => findOption(pattern, cursor, at, at + literal.length, findings) };
  }),
);

function findOption(pattern: RegExp, cursor: Cursor, at: number, from: number, findings: Findings): number {
  pattern.lastIndex = from;
  const hit = pattern.exec(cursor.text);
  if (hit === null) return at;
  const start = from + hit[0].length;
  const quote = openingQuote(cursor, start);
  const value = quote?.start ?? start;
  const end =
    quote === undefined
      ? bareEnd(cursor, start, MAX_BARE, false)
      : (closingQuote(cursor, quote) ?? cursor.lineEnd(value));
  if (!isHarmless(cursor.text.slice(value, end))) findings.add(value, end);
  // What stands between the program and its option may hold other secrets.
  return at;
}
