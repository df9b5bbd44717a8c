import type { Session } from '@livestatus/contract';
import type { ClockAnchor } from '@livestatus/ui';

/** What both looks of the widget need. */
export interface WidgetViewProps {
  readonly sessions: readonly Session[];
  readonly selectedId: string | undefined;
  readonly anchorOf: (session: Session) => ClockAnchor;
  readonly placeOf: (session: Session) => string;
  readonly isFading: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpenThread: (session: Session) => void;
}
