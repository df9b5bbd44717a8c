import { CollapsedWidget, clampPosition, homePosition, type Point, type Size, useDrag, Widget } from '@livestatus/ui';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { selectCurrentChannelId } from '../host/host_state.ts';
import { browserStorage, readPlace, type StoredPlace, writePlace } from './stored_place.ts';
import { useFocusAfter } from './use_focus_after.ts';
import { useFreeArea } from './use_free_area.ts';
import { useSize, useViewport } from './use_window.ts';
import type { WidgetViewProps } from './widget_view_props.ts';

/** What is assumed until the element has been measured. */
const OPEN: Size = { width: 320, height: 220 };
const BUBBLE: Size = { width: 48, height: 48 };

/** The widget as a window that floats over the page: dragged, collapsed, remembered. */
export function FloatingView(props: WidgetViewProps): React.ReactElement {
  const ref = React.useRef<HTMLDivElement>(null);
  const [place, setPlace] = usePlace();
  const { isCollapsed } = place;
  const viewport = useViewport();
  // Its own corner is over the composer: what one writes is never covered.
  const free = useFreeArea(viewport, useSelector(selectCurrentChannelId));
  const size = useSize(ref, isCollapsed) ?? (isCollapsed ? BUBBLE : OPEN);
  // The bubble stands where the button is that made it one.
  const inset = isCollapsed ? OPEN.width - BUBBLE.width : 0;
  const position = place.position && { x: place.position.x + inset, y: place.position.y };
  const shown = clampPosition(position ?? homePosition(size, free), size, viewport);
  const onMove = (next: Point | undefined): void =>
    setPlace({ isCollapsed, position: next && { x: next.x - inset, y: next.y } });
  const handle = useDrag({ position: shown, onMove, measure: () => ({ widget: size, viewport }) });
  const focusNext = useFocusAfter(ref, isCollapsed);
  const collapse = (next: boolean): void => {
    focusNext();
    setPlace({ ...place, isCollapsed: next });
  };
  return (
    <div ref={ref} className={floatingClass(isCollapsed && props.isFading)} style={{ left: shown.x, top: shown.y }}>
      {isCollapsed ? (
        <CollapsedWidget sessions={props.sessions} handle={handle} onOpen={() => collapse(false)} />
      ) : (
        <Widget {...props} handle={handle} onCollapse={() => collapse(true)} />
      )}
    </div>
  );
}

/** The open widget fades by itself. */
function floatingClass(isFading: boolean): string {
  return `LiveStatusFloating${isFading ? ' LiveStatusFloating--fading' : ''}`;
}

function usePlace(): [StoredPlace, (place: StoredPlace) => void] {
  const [place, setPlace] = React.useState(() => readPlace(browserStorage()));
  const change = (next: StoredPlace): void => {
    setPlace(next);
    writePlace(browserStorage(), next);
  };
  return [place, change];
}
