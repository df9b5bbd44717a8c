/** React components that show turns: props in, callbacks out. No Mattermost, no fetch, no store. */
export { type Act, type ActEvent, CONFIRM_MS, isUnderWay, LATE_MS, reduceAct } from './actions/act.ts';
export type { BoxActions } from './actions/box-actions.ts';
export {
  type Intent,
  isCurrent,
  isObserved,
  isSettled,
  openApproval,
  openQuestion,
  waitsForPerson,
} from './actions/intent.ts';
export { RecentRow } from './cards/recent-row.tsx';
export { SessionCard } from './cards/session-card.tsx';
export { EmptyState } from './feedback/empty-state.tsx';
export { ErrorBoundary } from './feedback/error-boundary.tsx';
export { HealthBanner } from './feedback/health-banner.tsx';
export { linkName, linkTone, linkWord } from './feedback/link-health.ts';
export { Skeleton } from './feedback/skeleton.tsx';
export * from './format/format.ts';
export { Icon, type IconName } from './icons/icon.tsx';
export { sessionAsText } from './session/as-text.ts';
export { describeState, type StateKind, severityOf, stateWord, type Tone, toneOf } from './session/describe.ts';
export { labelText } from './session/label.ts';
export { describeRoute, type RouteKind } from './session/route.ts';
export { endedInOrder, inStartOrder } from './session/selectors.ts';
export {
  keepNewestEnded,
  NO_SESSIONS,
  type SessionsEvent,
  type SessionsState,
  type SessionsUpdate,
  sessionsReducer,
} from './session/sessions-reducer.ts';
export { RoutingRow } from './status-box/routing-row.tsx';
export { StateDot } from './status-box/state-dot.tsx';
export { StatusBox, type StatusBoxProps } from './status-box/status-box.tsx';
export { betterAnchor, type ClockAnchor, daemonNow, stoppedAnchor } from './time/clock-anchor.ts';
export { Duration, Elapsed } from './time/elapsed.tsx';
export { browserTime, createTime, frozenTime, type TickerClock, type Time } from './time/ticker.ts';
export { TimeProvider, useSince, useTime } from './time/time-context.tsx';
export { Timeline } from './timeline/timeline.tsx';
export { clampPosition, homePosition, moveByKey, type Point, type Size } from './widget/position.ts';
export { NOTHING_SHOWN, nextDeadline, reduceShown, type Shown, type ShownEvent } from './widget/shown.ts';
export { type DragHandle, useDrag } from './widget/use-drag.ts';
export { HIDDEN, reduceVisibility, type Visibility, type VisibilityEvent } from './widget/visibility.ts';
export { Widget, type WidgetProps } from './widget/widget.tsx';
export { CollapsedWidget, DockedWidget } from './widget/widget-small.tsx';
