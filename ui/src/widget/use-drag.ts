import * as React from 'react';
import { clampPosition, homePosition, moveByKey, type Point, type Size } from './position.ts';

interface DragOptions {
  /** Where it stands; undefined = in its corner. The host stores it. */
  position: Point | undefined;
  onMove: (position: Point | undefined) => void;
  /** Sizes at this moment, measured by the host. */
  measure: () => { widget: Size; viewport: Size };
}

export interface DragHandle {
  onPointerDown: (event: React.PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: React.PointerEvent<HTMLElement>) => void;
  onPointerUp: (event: React.PointerEvent<HTMLElement>) => void;
  onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => void;
}

/** Handlers for the element by which the widget is dragged: pointer, arrow keys, and Home back to its corner. */
export function useDrag({ position, onMove, measure }: DragOptions): DragHandle {
  const grip = React.useRef<Point | undefined>(undefined);
  const place = (): Point => {
    const { widget, viewport } = measure();
    return position ?? homePosition(widget, viewport);
  };
  const moveTo = (point: Point): void => {
    const { widget, viewport } = measure();
    onMove(clampPosition(point, widget, viewport));
  };
  return {
    onPointerDown(event) {
      if (event.button !== 0 || (event.target as Element).closest('button, a') !== null) return;
      const { x, y } = place();
      grip.current = { x: event.clientX - x, y: event.clientY - y };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      const { current } = grip;
      if (current !== undefined) moveTo({ x: event.clientX - current.x, y: event.clientY - current.y });
    },
    onPointerUp() {
      grip.current = undefined;
    },
    onKeyDown(event) {
      if (event.target !== event.currentTarget) return;
      const moved = moveByKey(place(), event.key, event.shiftKey);
      if (moved === undefined && event.key !== 'Home') return;
      event.preventDefault();
      if (moved === undefined) onMove(undefined);
      else moveTo(moved);
    },
  };
}
