import type { Point } from '@livestatus/ui';

/** What the widget remembers in this browser. */
export interface StoredPlace {
  /** Its left upper corner when it is open; undefined = its own corner of the window. */
  readonly position: Point | undefined;
  readonly isCollapsed: boolean;
}

const KEY = 'livestatus.widget';
const NEW: StoredPlace = { position: undefined, isCollapsed: false };

/** Anything may stand there: another version, another plugin, somebody's fingers. */
export function readPlace(storage: Pick<Storage, 'getItem'> | undefined): StoredPlace {
  try {
    const { x, y, collapsed } = JSON.parse(storage?.getItem(KEY) ?? '{}') as Record<string, unknown>;
    const isPlace = Number.isFinite(x) && Number.isFinite(y);
    return { position: isPlace ? { x: x as number, y: y as number } : undefined, isCollapsed: collapsed === true };
  } catch {
    return NEW;
  }
}

/** Forgetting it is no harm: storage may be full, or forbidden. */
export function writePlace(storage: Pick<Storage, 'setItem'> | undefined, place: StoredPlace): void {
  try {
    storage?.setItem(KEY, JSON.stringify({ ...place.position, collapsed: place.isCollapsed }));
  } catch {
    // Then it is in its corner after a reload.
  }
}

/** A browser may refuse even the question. */
export function browserStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
