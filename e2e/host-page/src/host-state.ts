import type { ComponentType, ReactNode } from 'react';

/** What Mattermost's REST API answers, as far as this page uses it. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly is_bot?: boolean;
  readonly locale?: string;
  readonly roles?: string;
}

/** What being in a team or a channel allows: names of roles, separated by spaces. */
export interface Member {
  readonly team_id?: string;
  readonly channel_id?: string;
  readonly roles: string;
}

export interface Role {
  readonly name: string;
  readonly permissions: readonly string[];
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
}

export interface Channel {
  readonly id: string;
  readonly type: 'O' | 'P' | 'D' | 'G';
  readonly name: string;
  readonly display_name: string;
  readonly team_id: string;
  readonly header?: string;
  readonly delete_at?: number;
}

export interface Post {
  readonly id: string;
  readonly user_id: string;
  readonly channel_id: string;
  readonly root_id: string;
  readonly type: string;
  readonly message: string;
  readonly create_at: number;
  readonly update_at: number;
  readonly edit_at: number;
  readonly delete_at: number;
  readonly props: Readonly<Record<string, unknown>>;
}

export interface Preference {
  readonly user_id: string;
  readonly category: string;
  readonly name: string;
  readonly value: string;
}

export interface Manifest {
  readonly id: string;
  readonly name?: string;
  readonly webapp?: { readonly bundle_path: string };
}

/** One thing that a plugin registered, as the web client keeps it in `state.plugins.components`. */
export interface PluginComponent {
  readonly id: string;
  readonly pluginId: string;
  readonly component?: ComponentType<never>;
  readonly icon?: ReactNode;
  readonly iconUrl?: string;
  readonly action?: (channel?: Channel, member?: unknown) => void;
  readonly dropdownText?: ReactNode;
  readonly tooltipText?: ReactNode;
  readonly title?: ReactNode;
}

export interface PostTypeComponent {
  readonly id: string;
  readonly pluginId: string;
  readonly component: ComponentType<PostTypeProps>;
}

export interface PostTypeProps {
  readonly post: Post;
  readonly compactDisplay: boolean;
  readonly isRHS: boolean;
  readonly theme: Theme;
}

export type Theme = Readonly<Record<string, string>>;

export interface UserSettings {
  readonly id: string;
  readonly uiName: string;
  readonly icon?: string;
  readonly sections: readonly {
    readonly title: string;
    readonly settings: readonly {
      readonly name: string;
      readonly title?: string;
      readonly type: string;
      readonly default?: string;
      readonly options?: readonly { readonly value: string; readonly text: string; readonly helpText?: string }[];
    }[];
  }[];
}

type ById<T> = Readonly<Record<string, T>>;

/**
 * The web client's store, in its shape (webapp/channels/src/types/store of Mattermost 9.9 to 11.6), with the parts that a
 * plugin of this kind may look at. Slices of plugins stand beside: `plugins-<id>`.
 */
export interface HostState {
  readonly entities: {
    readonly general: { readonly config: ById<string>; readonly serverVersion: string };
    readonly users: { readonly currentUserId: string; readonly profiles: ById<User> };
    readonly teams: { readonly currentTeamId: string; readonly teams: ById<Team>; readonly myMembers: ById<Member> };
    readonly channels: {
      readonly currentChannelId: string;
      readonly channels: ById<Channel>;
      readonly myMembers: ById<Member>;
      readonly roles: ById<ReadonlySet<string>>;
    };
    readonly posts: {
      readonly posts: ById<Post>;
      readonly postsInThread: ById<readonly string[]>;
    };
    readonly roles: { readonly roles: ById<Role> };
    readonly preferences: { readonly myPreferences: ById<Preference> };
  };
  readonly views: {
    readonly rhs: {
      readonly isSidebarOpen: boolean;
      readonly rhsState: string | null;
      readonly selectedPostId: string;
      readonly selectedChannelId: string;
      readonly pluggableId: string;
    };
  };
  readonly plugins: {
    readonly plugins: ById<Manifest>;
    readonly components: ById<readonly PluginComponent[]>;
    readonly postTypes: ById<PostTypeComponent>;
    readonly userSettings: ById<UserSettings>;
    readonly translations: ById<Readonly<Record<string, string>>>;
  };
  readonly websocket: {
    readonly connected: boolean;
    readonly lastConnectAt: number;
    readonly lastDisconnectAt: number;
  };
}

export function preferenceKey(category: string, name: string): string {
  return `${category}--${name}`;
}

/** The language of the user's settings. */
export function selectLocale({ entities }: HostState): string {
  return entities.users.profiles[entities.users.currentUserId]?.locale || 'en';
}
