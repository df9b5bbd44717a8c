import { readFileSync } from 'node:fs';
import type { Change, Delta, Session } from '../src/index.ts';

/** A fixture file's cases. Go reads the same files: plugin/server/contract/fixtures_test.go. */
export const readFixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;

/** Fields that differ from a base session; null = the field is absent. */
export type Overlay = Readonly<Record<string, unknown>>;

/** A fresh session each time, so that a test may check that nothing was changed. */
export function overlaid(base: Session, overlay: Overlay): Session {
  const merged = structuredClone({ ...base, ...overlay });
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as unknown as Session;
}

export interface DeltaCase {
  readonly name: string;
  readonly before: Overlay;
  readonly after: Overlay;
  readonly delta: Delta;
  /** `diff` would say it otherwise. */
  readonly only_apply?: boolean;
  /** The schema forbids it; readers must cope. */
  readonly invalid?: boolean;
}

export interface AcceptanceCase {
  readonly name: string;
  readonly stored: Overlay | null;
  readonly snapshot?: Overlay;
  readonly delta?: Partial<Delta>;
  readonly writer?: { readonly daemon_id: string; readonly owner_alive: boolean };
  readonly expect: {
    readonly status: 'ok' | 'resync' | 'not_owner';
    readonly changed?: boolean;
    readonly seq: number;
    readonly session?: Overlay;
  };
}

/** The change that an acceptance case speaks of. */
export function changeOf(base: Session, row: AcceptanceCase): Change {
  if (row.snapshot !== undefined) return overlaid(base, row.snapshot);
  const empty: Delta = {
    id: base.id,
    base_seq: 10,
    seq: 20,
    as_of_ms: 19,
    set: {},
    steps: [],
    removed_steps: [],
    steps_dropped: 0,
  };
  return { ...empty, ...row.delta };
}
