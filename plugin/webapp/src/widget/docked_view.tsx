import { DockedWidget, Widget } from '@livestatus/ui';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { selectCurrentChannelId } from '../host/host_state.ts';
import { useFocusAfter } from './use_focus_after.ts';
import { useFreeArea } from './use_free_area.ts';
import { useViewport } from './use_window.ts';
import type { WidgetViewProps } from './widget_view_props.ts';

/** The widget on a phone: a bar over the composer, which opens to the width of the window. */
export function DockedView(props: WidgetViewProps): React.ReactElement {
  const ref = React.useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = React.useState(false);
  const viewport = useViewport();
  const free = useFreeArea(viewport, useSelector(selectCurrentChannelId));
  const focusNext = useFocusAfter(ref, isOpen);
  const open = (next: boolean): void => {
    focusNext();
    setOpen(next);
  };
  return (
    <div ref={ref} className="LiveStatusDocked" style={{ bottom: viewport.height - free.height }}>
      {isOpen ? (
        <Widget {...props} handle={undefined} onCollapse={() => open(false)} />
      ) : (
        <DockedWidget sessions={props.sessions} anchorOf={props.anchorOf} onOpen={() => open(true)} />
      )}
    </div>
  );
}
