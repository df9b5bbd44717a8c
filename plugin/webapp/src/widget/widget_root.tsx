import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { useSelector, useStore } from 'react-redux';
import { isPopout } from '../host/address.ts';
import type { HostState } from '../host/host_state.ts';
import { openPath, turnPath } from '../host/navigation.tsx';
import { usePlaceOf } from '../host/use_place_of.ts';
import { anchorOf, selectLive } from '../live/selectors.ts';
import { DockedView } from './docked_view.tsx';
import { FloatingView } from './floating_view.tsx';
import { useAttention } from './use_attention.ts';
import { useShown } from './use_shown.ts';
import { useViewport } from './use_window.ts';
import { selectWidgetActive } from './widget_mode.ts';
import type { WidgetViewProps } from './widget_view_props.ts';

/** From here on there is room for a window that floats. */
const FLOATING_MIN_PX = 768;

/** The floating widget: it comes and goes by itself. Nothing in windows that were popped out of the web client. */
export function WidgetRoot(): React.ReactElement | null {
  const { getState } = useStore<HostState>();
  const [isElsewhere] = React.useState(() => isPopout(window, getState()));
  return isElsewhere ? null : <LiveWidget />;
}

function LiveWidget(): React.ReactElement {
  return <Lingering active={useSelector(selectWidgetActive)} />;
}

function Lingering({ active }: { active: readonly Session[] }): React.ReactElement | null {
  const { sessions, isFading, hold, release } = useShown(active);
  const attention = useAttention(hold, release);
  if (sessions.length === 0) return null;
  return (
    <div {...attention}>
      <WidgetBody sessions={sessions} isFading={isFading} />
    </div>
  );
}

function WidgetBody({ sessions, isFading }: Pick<WidgetViewProps, 'sessions' | 'isFading'>): React.ReactElement {
  const [selectedId, onSelect] = React.useState<string | undefined>(undefined);
  const { width } = useViewport();
  const anchorOfSession = useAnchorOf();
  const placeOf = usePlaceOf();
  const { getState } = useStore<HostState>();
  const onOpenThread = (session: Session): void => {
    const path = turnPath(getState(), session);
    if (path !== undefined) openPath(getState(), path);
  };
  const View = width < FLOATING_MIN_PX ? DockedView : FloatingView;
  return (
    <View
      sessions={sessions}
      selectedId={selectedId}
      isFading={isFading}
      anchorOf={anchorOfSession}
      placeOf={placeOf}
      onSelect={onSelect}
      onOpenThread={onOpenThread}
    />
  );
}

function useAnchorOf(): WidgetViewProps['anchorOf'] {
  const anchors = useSelector((state: HostState) => selectLive(state).anchors);
  return React.useCallback((session) => anchorOf(anchors[session.daemon_id], session), [anchors]);
}
