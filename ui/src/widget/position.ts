/** Where the widget stands: its left upper corner in the window, CSS pixels. All functions are pure. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN_PX = 16;
const STEP_PX = 16;
const BIG_STEP_PX = 64;

/** Its corner: right below, a margin away from the edges. */
export function homePosition(widget: Size, viewport: Size): Point {
  return {
    x: Math.max(0, viewport.width - widget.width - MARGIN_PX),
    y: Math.max(0, viewport.height - widget.height - MARGIN_PX),
  };
}

/** The nearest place where all of it is in the window; its header when the window is smaller than the widget. */
export function clampPosition(point: Point, widget: Size, viewport: Size): Point {
  const x = Math.max(0, Math.min(point.x, viewport.width - widget.width));
  const y = Math.max(0, Math.min(point.y, viewport.height - widget.height));
  return x === point.x && y === point.y ? point : { x, y };
}

/** Keyboard alternative to dragging: arrows move by 16 px, with Shift by 64. Undefined for every other key. */
export function moveByKey(point: Point, key: string, isBig: boolean): Point | undefined {
  const step = isBig ? BIG_STEP_PX : STEP_PX;
  switch (key) {
    case 'ArrowLeft':
      return { x: point.x - step, y: point.y };
    case 'ArrowRight':
      return { x: point.x + step, y: point.y };
    case 'ArrowUp':
      return { x: point.x, y: point.y - step };
    case 'ArrowDown':
      return { x: point.x, y: point.y + step };
    default:
      return undefined;
  }
}
