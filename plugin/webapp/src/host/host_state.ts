import type { WithLive } from '../live/selectors.ts';

/** A post as the web client keeps it. `props` may hold anything that anybody posted. */
export interface HostPost {
  readonly id: string;
  readonly user_id: string;
  readonly channel_id: string;
  readonly root_id?: string;
  readonly create_at: number;
  readonly type?: string;
  readonly message: string;
  readonly props?: unknown;
}

export interface HostChannel {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly display_name: string;
  readonly team_id?: string;
  /** Milliseconds; 0 = it is not archived. */
  readonly delete_at?: number;
}

/** A membership: the names of the roles that it gives, separated by spaces. */
interface HostMember {
  readonly roles?: string;
}

interface HostUser extends HostMember {
  readonly locale?: string;
  readonly username?: string;
}

interface HostTeam {
  readonly name: string;
}

/** The parts of the web client's store that we read. Everything may be missing: it is another program's state. */
export interface HostState extends WithLive {
  readonly entities?: {
    readonly general?: { readonly config?: { readonly SiteURL?: string } };
    readonly users?: {
      readonly currentUserId?: string;
      readonly profiles?: Readonly<Record<string, HostUser>>;
    };
    readonly roles?: { readonly roles?: Readonly<Record<string, { readonly permissions?: readonly string[] }>> };
    readonly teams?: {
      readonly currentTeamId?: string;
      readonly teams?: Readonly<Record<string, HostTeam>>;
      readonly myMembers?: Readonly<Record<string, HostMember>>;
    };
    readonly channels?: {
      readonly currentChannelId?: string;
      readonly channels?: Readonly<Record<string, HostChannel>>;
      readonly myMembers?: Readonly<Record<string, HostMember>>;
      /** By channel: the names of my roles. */
      readonly roles?: Readonly<Record<string, ReadonlySet<string>>>;
    };
    readonly posts?: {
      readonly posts?: Readonly<Record<string, HostPost>>;
      readonly postsInThread?: Readonly<Record<string, readonly string[]>>;
    };
    readonly preferences?: { readonly myPreferences?: Readonly<Record<string, { readonly value?: string }>> };
  };
  readonly websocket?: { readonly connected?: boolean };
}

export function selectCurrentUserId(state: HostState): string | undefined {
  return state.entities?.users?.currentUserId;
}

export function selectCurrentChannelId(state: HostState): string | undefined {
  return state.entities?.channels?.currentChannelId;
}

export function selectChannel(state: HostState, id: string | undefined): HostChannel | undefined {
  return id === undefined ? undefined : state.entities?.channels?.channels?.[id];
}

/** The name in addresses of the team that a channel belongs to; direct messages are shown in the current team. */
export function selectTeamName(state: HostState, channel: HostChannel | undefined): string | undefined {
  const { teams, currentTeamId } = state.entities?.teams ?? {};
  const id = channel?.team_id || currentTeamId;
  return id === undefined ? undefined : teams?.[id]?.name;
}

/** False while the web client has no WebSocket: what it shows may be old. Unknown counts as connected. */
export function selectIsConnected(state: HostState): boolean {
  return state.websocket?.connected !== false;
}

/** A preference of this user, as the server and other tabs see it too. */
export function selectPreference(state: HostState, category: string, name: string): string | undefined {
  return state.entities?.preferences?.myPreferences?.[`${category}--${name}`]?.value;
}

/** What the web client is about to notify about; there is more in it, which is passed on. */
export interface DesktopNotification {
  readonly notify: boolean;
  readonly [field: string]: unknown;
}
