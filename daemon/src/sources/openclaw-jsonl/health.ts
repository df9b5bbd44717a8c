import type { SourceState } from '../source.ts';

export type JsonlHealthCode =
  | 'directory_missing'
  | 'directory_unreadable'
  | 'sqlite_only'
  | 'watch_limit'
  | 'read_failed'
  | 'index_unreadable'
  | 'no_sessions';

export interface HealthFacts {
  readonly directory: string;
  readonly place: 'ok' | 'missing' | 'unreadable';
  /** Folders that exist and cannot be read. */
  readonly unreadable: readonly string[];
  /** An agent's SQLite store. */
  readonly sqlite: string | undefined;
  /** The system's code when it refused a watch. */
  readonly limit: string | undefined;
  /** A file that cannot be read, and why. */
  readonly failed: { readonly path: string; readonly code: string } | undefined;
  /** A `sessions.json` that is damaged, for longer than a moment. */
  readonly damagedIndex: string | undefined;
  /** Any transcript or index was seen. */
  readonly sessions: boolean;
  /** A run was seen in this process: transcripts are in use. */
  readonly runs: boolean;
}

export interface HealthVerdict {
  readonly state: SourceState;
  readonly code?: JsonlHealthCode;
  readonly reason?: string;
}

/** The worst thing that is true, and what to do about it. A source that sees nothing must say so (design §5). */
export function judge(facts: HealthFacts): HealthVerdict {
  const { directory } = facts;
  if (facts.place === 'missing') {
    return failed(
      'directory_missing',
      `There is no ${directory}. Set OPENCLAW_STATE_DIR (or TRANSCRIPT_DIR) to where OpenClaw keeps its state.`,
    );
  }
  const unreadable = facts.place === 'unreadable' ? directory : facts.unreadable[0];
  if (unreadable !== undefined) {
    return failed(
      'directory_unreadable',
      `${unreadable} cannot be read. Let the daemon's user read it (run both as the same user, or use a group).`,
    );
  }
  if (facts.sqlite !== undefined && !facts.runs) {
    return failed(
      'sqlite_only',
      `This OpenClaw keeps its sessions in SQLite (${facts.sqlite}), where transcripts show nothing. Use the gateway: set OPENCLAW_GATEWAY_URL and OPENCLAW_GATEWAY_TOKEN.`,
    );
  }
  if (facts.limit !== undefined) {
    return degraded(
      'watch_limit',
      `The system refuses more file watches (${facts.limit}), so files are looked at every second instead. Raise fs.inotify.max_user_watches and max_user_instances.`,
    );
  }
  if (facts.failed !== undefined) {
    return degraded(
      'read_failed',
      `${facts.failed.path} cannot be read (${facts.failed.code}); its turns are not observed. It is tried again.`,
    );
  }
  if (facts.damagedIndex !== undefined) {
    return degraded(
      'index_unreadable',
      `${facts.damagedIndex} is damaged; new sessions cannot be named until OpenClaw writes it again.`,
    );
  }
  if (!facts.sessions) {
    return degraded(
      'no_sessions',
      `${directory} holds no sessions yet. If agents have worked already, this is the wrong directory.`,
    );
  }
  return { state: 'ok' };
}

function failed(code: JsonlHealthCode, reason: string): HealthVerdict {
  return { state: 'failed', code, reason };
}

function degraded(code: JsonlHealthCode, reason: string): HealthVerdict {
  return { state: 'degraded', code, reason };
}
