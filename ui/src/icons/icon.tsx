import * as React from 'react';

/** Closed set of 16 px line icons, drawn here so that no icon font is needed outside Mattermost. */
export type IconName =
  | 'check'
  | 'cross'
  | 'ring'
  | 'dash'
  | 'quote'
  | 'chevron-right'
  | 'chevron-down'
  | 'chevron-up'
  | 'arrow-down'
  | 'note'
  | 'thought'
  | 'background'
  | 'pause'
  | 'search'
  | 'minus'
  | 'sun'
  | 'moon'
  | 'contrast'
  | 'arrow-left'
  | 'warning'
  | 'copy'
  | 'link'
  | 'stop';

const PATHS: Readonly<Record<IconName, React.ReactElement>> = {
  check: <path d="M3.5 8.5l3 3 6-7" />,
  cross: <path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />,
  ring: <circle cx="8" cy="8" r="2.75" />,
  dash: <path d="M4.5 8h7" />,
  quote: (
    <path
      d="M7 5C5.2 5.5 4.2 6.9 4.2 8.8V10.5H7V7.9H5.6C5.7 7 6.2 6.3 7 6zM11.8 5C10 5.5 9 6.9 9 8.8V10.5h2.8V7.9h-1.4c.1-.9.6-1.6 1.4-1.9z"
      className="LiveStatusIcon__solid"
    />
  ),
  'chevron-right': <path d="M6.5 4.5L10 8l-3.5 3.5" />,
  'chevron-down': <path d="M4.5 6.5L8 10l3.5-3.5" />,
  'chevron-up': <path d="M4.5 9.5L8 6l3.5 3.5" />,
  'arrow-down': <path d="M8 3.5v9M4.5 9L8 12.5 11.5 9" />,
  note: <path d="M8 7.5v4M8 4.7v.1" />,
  thought: <path d="M4 8h.1M8 8h.1M12 8h.1" />,
  background: <path d="M8 3.5a4.5 4.5 0 1 1-4.5 4.5M8 5.5V8l1.8 1.2" />,
  pause: <path d="M6 4.5v7M10 4.5v7" />,
  search: (
    <>
      <circle cx="7" cy="7" r="3.75" />
      <path d="M10 10l3 3" />
    </>
  ),
  minus: <path d="M4 8h8" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="2.5" />
      <path d="M8 2v1.5M8 12.5V14M2 8h1.5M12.5 8H14M3.8 3.8l1 1M11.2 11.2l1 1M12.2 3.8l-1 1M4.8 11.2l-1 1" />
    </>
  ),
  moon: <path d="M12.8 9.6A5.2 5.2 0 0 1 6.4 3.2a5.2 5.2 0 1 0 6.4 6.4z" />,
  contrast: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 3a5 5 0 0 1 0 10z" className="LiveStatusIcon__solid" />
    </>
  ),
  'arrow-left': <path d="M12.5 8h-9M7 4.5L3.5 8 7 11.5" />,
  warning: <path d="M8 3l5.5 9.5h-11zM8 6.8v2.6M8 11v.1" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="7" height="7" rx="1.5" />
      <path d="M3.5 10V5a1.5 1.5 0 0 1 1.5-1.5h5" />
    </>
  ),
  stop: <rect x="4.5" y="4.5" width="7" height="7" rx="1" className="LiveStatusIcon__solid" />,
  link: (
    <path d="M6.8 9.2a2.4 2.4 0 0 0 3.5 0l2-2a2.4 2.4 0 0 0-3.4-3.4l-.7.7M9.2 6.8a2.4 2.4 0 0 0-3.5 0l-2 2a2.4 2.4 0 0 0 3.4 3.4l.7-.7" />
  ),
};

interface IconProps {
  name: IconName;
}

/**
 * Decoration only: whoever uses it puts the meaning into words beside it. Takes the colour of its text. Its looks
 * are in the stylesheet, not in attributes: a long log has hundreds of them.
 */
export function Icon({ name }: IconProps): React.ReactElement {
  return (
    <svg className="LiveStatusIcon" viewBox="0 0 16 16" aria-hidden="true">
      {PATHS[name]}
    </svg>
  );
}
