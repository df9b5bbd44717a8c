import type { Route } from '../turns/turn.ts';

/**
 * How much of a turn is shown (design §6).
 * - `full`: arguments, interim text, the request's first line as title.
 * - `summary`: labels from the tools' names alone; no title, detail, plan, sub-agent's name or error body: those contain
 *   arguments.
 * - `minimal`: state, counts and times; no steps.
 */
export const PRIVACY_LEVELS = ['full', 'summary', 'minimal'] as const;
export type PrivacyLevel = (typeof PRIVACY_LEVELS)[number];

/** The one of two levels that shows less. */
export function stricter(a: PrivacyLevel, b: PrivacyLevel): PrivacyLevel {
  return PRIVACY_LEVELS.indexOf(a) > PRIVACY_LEVELS.indexOf(b) ? a : b;
}

export interface PrivacyPolicy {
  /** Direct messages, private channels, and turns that belong to no channel. */
  readonly default: PrivacyLevel;
  /** Public channels: their members did not choose to see an agent's work. */
  readonly public: PrivacyLevel;
  /** Exceptions by channel id; they win over both. */
  readonly channels: Readonly<Record<string, PrivacyLevel>>;
}

export const DEFAULT_PRIVACY: PrivacyPolicy = { default: 'full', public: 'summary', channels: {} };

/** The level at which a turn may be shown where its route leads. The dashboard asks with a route of kind `none`. */
export function levelFor(route: Route, policy: PrivacyPolicy): PrivacyLevel {
  const { channelId } = route;
  const exception =
    channelId !== undefined && Object.hasOwn(policy.channels, channelId) ? policy.channels[channelId] : undefined;
  return exception ?? (route.kind === 'public' ? policy.public : policy.default);
}
