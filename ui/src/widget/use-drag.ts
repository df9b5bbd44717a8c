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
  onPointerCancel: (event: React.PointerEvent<HTMLElement>) => void;
  onClickCapture: (event: React.MouseEvent<HTMLElement>) => void;
  onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => void;
}

/** Where the pointer holds the widget, and whether it has moved far enough to be no click. */
interface Grip {
  readonly offset: Point;
  readonly start: Point;
  hasMoved: boolean;
}

/** A finger on a button trembles by this much. */
const CLICK_SLACK_PX = 4;

/**
 * Handlers for the element by which the widget is dragged: pointer, arrow keys, and Home back to its corner. That element
 * may itself be a button: a drag is then no click.
 */
export function useDrag({ position, onMove, measure }: DragOptions): DragHandle {
  const grip = React.useRef<Grip | undefined>(undefined);
  const isClickSpoilt = React.useRef(false);
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
      const control = (event.target as Element).closest('button, a');
      if (event.button !== 0 || (control !== null && control !== event.currentTarget)) return;
      const { x, y } = place();
      const start = { x: event.clientX, y: event.clientY };
      grip.current = { offset: { x: start.x - x, y: start.y - y }, start, hasMoved: false };
      isClickSpoilt.current = false;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      const { current } = grip;
      if (current === undefined) return;
      const { offset, start } = current;
      current.hasMoved ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > CLICK_SLACK_PX;
      if (current.hasMoved) moveTo({ x: event.clientX - offset.x, y: event.clientY - offset.y });
    },
    onPointerUp() {
      isClickSpoilt.current = grip.current?.hasMoved === true;
      grip.current = undefined;
    },
    onPointerCancel() {
      grip.current = undefined;
    },
    onClickCapture(event) {
      // A click by keyboard (detail 0) is none of the pointer's.
      if (isClickSpoilt.current && event.detail !== 0) event.stopPropagation();
      isClickSpoilt.current = false;
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
