import { codePointLength, oneLine } from './text.ts';

/** What to say about a shell command: the command itself, or in words what it does. */
export interface CommandFacts {
  readonly command?: string;
  readonly words?: string;
}

/** A longer command says less than what the runtime says about it. */
const READABLE = 80;

/**
 * OpenClaw paraphrases commands ("print text → run sleep 2"). That is less than the command, so a readable command stands
 * for itself; words are for long and many-lined ones, and for when the command is not known (a late join).
 */
export function commandFacts(command: string | undefined, meta: string | undefined, asIs: boolean): CommandFacts {
  const words = meta === undefined || !isParaphrase(meta) ? undefined : oneLine(meta);
  if (command === undefined) return words === undefined ? { ...(meta !== undefined && { command: meta }) } : { words };
  const shown = asIs ? command : unwrap(command);
  const isReadable = !shown.trim().includes('\n') && codePointLength(oneLine(shown)) <= READABLE;
  // Who decides about a command has to see it, not what somebody says about it.
  return isReadable || asIs || words === undefined ? { command: shown } : { words };
}

/** How the runtime's paraphrases begin (its own table, by program); anything else is the command itself. */
const PARAPHRASE =
  /^(?:run|print|list|show|search|find files|check|view|switch|create|pull|push|fetch|merge|rebase|stage|restore|reset|stash|copy|move|remove|install dependencies|start app) /;

function isParaphrase(meta: string): boolean {
  return !meta.includes('…') && PARAPHRASE.test(`${meta} `);
}

const WRAPPER = /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh\s+-l?c\s+(["'])(.*)\1\s*$/s;
const CHANGE_DIRECTORY = /^cd\s+(?:"[^"\n]{1,300}"|'[^'\n]{1,300}'|[^\s"';&|]{1,300})\s*&&\s*(?=\S)/;

/** Without `bash -lc "..."` around it and `cd somewhere &&` before it. */
function unwrap(command: string): string {
  const inner = WRAPPER.exec(command.trim().slice(0, 4_096))?.[2];
  const script = inner === undefined || inner.includes('\\') || inner.trim() === '' ? command.trim() : inner.trim();
  return script.replace(CHANGE_DIRECTORY, '');
}
