/**
 * JSON.parse for gateway frames that skips what nobody reads: more than half of the bytes of a busy connection (measured over
 * testdata/recordings). Run events and messages repeat their session's row, and behind the row comes a copy of it, field by
 * field; a streaming answer repeats all its text with every word.
 *
 * A cut is only taken where it can be proved right, anything else is parsed whole: what stands before the cut is closed by
 * hand and parsed, so the result has exactly the fields that stand before it, or JSON.parse refuses it. Quotes inside
 * strings are escaped, so a marker is structure, never content. What is skipped is not looked at: it may be no JSON. Throws what
 * JSON.parse throws.
 */
export function parseFrame(text: string): unknown {
  return parseShort(text) ?? JSON.parse(text);
}

const EVENT = '{"type":"event","event":"';
const ROW = ',"session":{"key":';
const REASON = '"reason":"';
/** Tells of its ancestors behind the row (T9). */
const SETTLED = '"reason":"agent.input.settled"';
/** The last field of a row, with a value of one word behind it. */
const ROW_END = '"sharingRole":"';
const CHAT_TEXT = ',"state":"delta","deltaText":"';
/** Where the text begins in `CHAT_TEXT`. */
const CHAT_TEXT_OFFSET = ',"state":"delta"'.length;
const TASK = ',"task":{';
const JOB = ',"job":{';
const SESSION_KEY = '"sessionKey":';
const SEQUENCE = /\},"seq":(\d+)\}$/;
/** Where the frame's own sequence number stands, counted from the end. */
const TAIL = 32;

function parseShort(text: string): unknown {
  if (!text.startsWith(EVENT)) return undefined;
  const nameEnd = text.indexOf('"', EVENT.length);
  switch (text.slice(EVENT.length, nameEnd)) {
    case 'agent':
    case 'session.tool':
      return parseRunEvent(text);
    case 'sessions.changed':
      return text.startsWith(SETTLED, text.indexOf(REASON)) ? undefined : parseWithRow(text, 'ts');
    case 'session.message':
      return parseWithRow(text, 'message');
    case 'chat':
      return parseChat(text);
    case 'task':
      return parseBefore(text, TASK);
    case 'cron':
      // A job that has run names its session behind the entry: that key is met.
      return text.includes(SESSION_KEY) ? undefined : parseBefore(text, JOB);
    default:
      return undefined;
  }
}

interface EventFrame {
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Needs nothing of the row; but only the row's copy may tell whose child a sub-agent is. */
function parseRunEvent(text: string): EventFrame | undefined {
  const cut = text.indexOf(ROW);
  if (cut < 0) return undefined;
  const frame = parseUpTo(text, cut);
  const isWhole = frame?.payload?.spawnedBy !== undefined || !text.includes('"spawnedBy":', cut);
  return isWhole ? frame : undefined;
}

/**
 * Needs the row, but not its copy. `own` is the last field of interest that belongs to the event, not to the row: as long as it
 * stands before the row, what stands behind is the copy.
 */
function parseWithRow(text: string, own: string): EventFrame | undefined {
  const row = text.indexOf(ROW);
  const last = row < 0 ? -1 : text.indexOf(ROW_END, row);
  if (last < 0) return undefined;
  const end = text.indexOf('"', last + ROW_END.length) + 1;
  if (text.charAt(end) !== '}') return undefined;
  const frame = parseUpTo(text, end + 1);
  return frame?.payload?.[own] === undefined ? undefined : frame;
}

/** Nobody reads the text of an answer that is still being written. */
function parseChat(text: string): EventFrame | undefined {
  const marker = text.indexOf(CHAT_TEXT);
  return marker < 0 ? undefined : parseUpTo(text, marker + CHAT_TEXT_OFFSET);
}

/** Nobody reads the entry, nor what is told behind it. */
function parseBefore(text: string, entry: string): EventFrame | undefined {
  const cut = text.indexOf(entry);
  return cut < 0 ? undefined : parseUpTo(text, cut);
}

/** The frame with a payload of what stands before `cut`. JSON.parse refuses it unless `cut` is between two of its fields. */
function parseUpTo(text: string, cut: number): EventFrame | undefined {
  const sequence = SEQUENCE.exec(text.slice(-TAIL))?.[1];
  if (sequence === undefined) return undefined;
  try {
    return JSON.parse(`${text.slice(0, cut)}},"seq":${sequence}}`);
  } catch {
    return undefined;
  }
}
