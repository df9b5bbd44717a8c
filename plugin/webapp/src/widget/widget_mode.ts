import type { Session, WidgetMode } from '@livestatus/contract';
import { type HostState, selectCurrentChannelId, selectCurrentUserId, selectPreference } from '../host/host_state.ts';
import { memoised, selectActive, selectLive } from '../live/selectors.ts';
import { PLUGIN_ID } from '../manifest.ts';

/** The preference of a user that `/livestatus widget` and the settings dialog write. */
export const PREFERENCE = { category: `pp_${PLUGIN_ID}`, name: 'widget' } as const;

const MODES: readonly string[] = ['all', 'mine', 'off'] satisfies WidgetMode[];

/** Whose sessions open the widget: what this user chose, else what the admin set; nothing until that is known. */
export function selectWidgetMode(state: HostState): WidgetMode {
  const chosen = selectPreference(state, PREFERENCE.category, PREFERENCE.name);
  if (isMode(chosen)) return chosen;
  return selectLive(state).config?.widget_default ?? 'off';
}

function isMode(value: string | undefined): value is WidgetMode {
  return value !== undefined && MODES.includes(value);
}

interface Viewer {
  readonly userId: string | undefined;
  readonly channelId: string | undefined;
}

/** Whether a session is this person's: they asked, it is their direct message, or they are looking at its channel. */
export function isMine(session: Session, { userId, channelId }: Viewer): boolean {
  if (userId !== undefined && (session.requested_by === userId || session.user_id === userId)) return true;
  return channelId !== undefined && session.channel_id === channelId;
}

const NONE: readonly Session[] = [];

const chosenOf = memoised((active: readonly Session[], mode: WidgetMode, userId?: string, channelId?: string) => {
  if (mode === 'off') return NONE;
  return mode === 'all' ? active : active.filter((session) => isMine(session, { userId, channelId }));
});

/** The active sessions that the widget is about; the same list until one of them changes. */
export function selectWidgetActive(state: HostState): readonly Session[] {
  const mode = selectWidgetMode(state);
  return chosenOf(selectActive(state), mode, selectCurrentUserId(state), selectCurrentChannelId(state));
}
