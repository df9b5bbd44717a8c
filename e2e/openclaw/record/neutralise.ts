import { hostname, userInfo } from 'node:os';
import type { Line } from './recorder.ts';

/** What must not be told apart in a recording that is committed: directories, the machine, the person. */
export interface Private {
  /** The gateway's own directory; becomes `/home/agent/x`. */
  readonly rootDir: string;
  /** Where OpenClaw is installed; becomes `/srv/agent/openclaw`. */
  readonly installDir: string;
  /** Node and whatever else lives in the cache; becomes `/srv/agent`. */
  readonly cacheDir: string;
}

/** Events that say something about the machine and nothing about a run. */
const LEFT_OUT = new Set(['health', 'presence', 'update.available']);

/** Replaces everything private, textually, in each frame; drops the events that only describe the machine. */
export function neutralise(lines: readonly Line[], secret: Private): string {
  const replacements: readonly (readonly [string, string])[] = [
    [secret.rootDir, '/home/agent/x'],
    [secret.installDir, '/srv/agent/openclaw'],
    [secret.cacheDir, '/srv/agent'],
    [hostname(), 'agent-host'],
  ];
  const kept = lines.filter((line) => !LEFT_OUT.has((line.f as { readonly event?: string }).event ?? ''));
  return kept
    .map((line) => {
      let text = JSON.stringify(line);
      for (const [from, to] of replacements) if (from !== '') text = text.replaceAll(from, to);
      return `${withoutAddresses(text, userInfo().username)}\n`;
    })
    .join('');
}

/** Non-loopback IPv4 addresses and the account's home directory. */
function withoutAddresses(text: string, user: string): string {
  return text
    .replaceAll(/\b(?!127\.0\.0\.1\b)\d{1,3}(?:\.\d{1,3}){3}\b/g, '192.0.2.1')
    .replaceAll(user === 'root' ? '/root/' : `/home/${user}/`, '/home/agent/');
}
