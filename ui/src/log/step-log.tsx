import type { Step } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { Icon } from '../icons/icon.tsx';
import { stepAsText } from '../session/as-text.ts';
import { droppedText } from '../session/figures.ts';
import { buildStepTree } from '../session/step-tree.ts';
import { StepList } from '../steps/step-list.tsx';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { selectedSteps } from './copy-lines.ts';
import { useFollowEnd } from './follow-end.ts';
import { lineForKey } from './move-focus.ts';

const messages = defineMessages({
  steps: { id: 'livestatus.log.steps', defaultMessage: 'Steps' },
  jump: { id: 'livestatus.log.jump', defaultMessage: 'Jump to latest' },
});

interface StepLogProps {
  steps: readonly Step[];
  stepsDropped: number;
  anchor: ClockAnchor;
  /** Stays at the end as lines come, until the reader scrolls up. */
  follow: boolean;
  /** `full` shows every line; `capped` scrolls above 300 px (posts, grids). */
  height: 'capped' | 'full';
}

/** The lines of a turn in a box that scrolls, is walked by arrow keys and copies as plain text, one step a line. */
export function StepLog({ steps, stepsDropped, anchor, follow, height }: StepLogProps): React.ReactElement {
  const intl = useIntl();
  const nodes = React.useMemo(() => buildStepTree(steps), [steps]);
  const { scrollRef, onScroll, isAway, jumpToEnd, entrance } = useFollowEnd(steps, follow);

  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-step-id]')];
    const focused = document.activeElement?.closest<HTMLElement>('[data-step-id]');
    const target = lineForKey(event.key, focused ? lines.indexOf(focused) : -1, lines.length);
    if (target === undefined) return;
    event.preventDefault();
    lines[target]?.focus();
  };

  const onCopy = (event: React.ClipboardEvent<HTMLDivElement>): void => {
    const selected = selectedSteps(event.currentTarget, window.getSelection(), steps);
    if (selected === undefined) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', selected.map((step) => stepAsText(intl, step)).join('\n'));
  };

  return (
    <div className={`LiveStatusLog LiveStatusLog--${height}`}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of lines, not of form fields */}
      <div
        ref={scrollRef}
        className="LiveStatusLog__scroll"
        role="group"
        aria-label={intl.formatMessage(messages.steps)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
      >
        {stepsDropped > 0 && <p className="LiveStatusLog__dropped">{droppedText(intl, stepsDropped)}</p>}
        <StepList nodes={nodes} anchor={anchor} entrance={entrance} />
      </div>
      {follow && isAway && (
        <button type="button" className="LiveStatusLog__jump" onClick={jumpToEnd}>
          <Icon name="arrow-down" />
          {intl.formatMessage(messages.jump)}
        </button>
      )}
    </div>
  );
}
