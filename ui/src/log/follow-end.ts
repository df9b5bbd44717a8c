import * as React from 'react';

/** The three figures of a scrolling element that decide whether the reader is at its end. */
export interface ScrollPlace {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

/** One line: rounding, and a line that grows by a pixel, must not look like the reader's scrolling. */
const SLACK_PX = 24;

export function isAtEnd({ scrollTop, clientHeight, scrollHeight }: ScrollPlace): boolean {
  return scrollHeight - clientHeight - scrollTop <= SLACK_PX;
}

export interface FollowEnd {
  readonly scrollRef: React.RefObject<HTMLDivElement>;
  readonly onScroll: () => void;
  /** The reader has scrolled up: the log stays where it is and offers "Jump to latest". */
  readonly isAway: boolean;
  readonly jumpToEnd: () => void;
  /** True while a new line may slide in: the log has been painted once and the reader is at its end. */
  readonly entrance: Readonly<React.MutableRefObject<boolean>>;
}

/**
 * Keeps a log at its end whenever `revision` changes, until the reader scrolls up; scrolling back to the end, or the
 * jump, follows again. With `follow` false (an ended turn) nothing is ever scrolled.
 */
export function useFollowEnd(revision: unknown, follow: boolean): FollowEnd {
  const scrollRef = React.useRef<HTMLDivElement>(null);
  const following = React.useRef(follow);
  const entrance = React.useRef(false);
  const [isAway, setAway] = React.useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` is what asks for the scroll
  React.useLayoutEffect(() => {
    const element = scrollRef.current;
    if (element !== null && follow && following.current) element.scrollTop = element.scrollHeight;
    entrance.current = follow && following.current;
  }, [revision, follow]);

  const onScroll = React.useCallback(() => {
    const element = scrollRef.current;
    if (element === null) return;
    following.current = isAtEnd(element);
    entrance.current = follow && following.current;
    setAway(!following.current);
  }, [follow]);

  const jumpToEnd = React.useCallback(() => {
    const element = scrollRef.current;
    if (element === null) return;
    following.current = true;
    element.scrollTop = element.scrollHeight;
    setAway(false);
  }, []);

  return { scrollRef, onScroll, isAway, jumpToEnd, entrance };
}
