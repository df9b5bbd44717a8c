import type { Step } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { Icon } from '../icons/icon.tsx';
import { longDetail, shortReason } from '../session/detail.ts';
import { labelText } from '../session/label.ts';
import type { ClockAnchor } from '../time/clock-anchor.ts';
import { Label } from './label.tsx';
import { stepIcon, stepWord } from './step-signs.ts';
import { StepTime } from './step-time.tsx';

const messages = defineMessages({
  details: { id: 'livestatus.step.details', defaultMessage: 'Details' },
});

/** Told by the log: whether a line that appears now slides in (only when the reader is at the end). */
export type Entrance = Readonly<React.MutableRefObject<boolean>>;

interface StepRowProps {
  step: Step;
  anchor: ClockAnchor;
  entrance: Entrance | undefined;
}

/** One line of the log. Its full text is in the tooltip, and shown in place while it has the focus. */
export const StepRow = React.memo(function StepRow({ step, anchor, entrance }: StepRowProps): React.ReactElement {
  const intl = useIntl();
  const [isOpen, setOpen] = React.useState(false);
  const [enters] = React.useState(() => entrance?.current === true);
  const reason = shortReason(step);
  const suffix = reason === undefined ? '' : ` · ${reason}`;
  const detail = longDetail(step);
  return (
    <li className={rowClass(step, enters)} data-step-id={step.id} tabIndex={-1}>
      <span className="LiveStatusStep__icon">
        <Icon name={stepIcon(step)} />
        <span className="LiveStatusHidden">{stepWord(intl, step)}</span>
      </span>
      <span className="LiveStatusStep__label" title={labelText(step.label) + suffix}>
        <Label label={step.label} />
        {suffix}
      </span>
      {detail !== undefined && (
        <button
          type="button"
          className="LiveStatusIconButton LiveStatusStep__more"
          aria-expanded={isOpen}
          aria-label={intl.formatMessage(messages.details)}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} />
        </button>
      )}
      <StepTime step={step} anchor={anchor} />
      {detail !== undefined && isOpen && <pre className="LiveStatusStep__detail">{detail}</pre>}
    </li>
  );
}, isSameRow);

/** The anchor moves with every frame; only a running step shows it. */
function isSameRow(before: StepRowProps, after: StepRowProps): boolean {
  if (before.step !== after.step || before.entrance !== after.entrance) return false;
  return after.step.status !== 'running' || before.anchor === after.anchor;
}

function rowClass(step: Step, enters: boolean): string {
  const entering = enters ? ' LiveStatusStep--entering' : '';
  return `LiveStatusStep LiveStatusStep--${step.kind} LiveStatusStep--${step.status}${entering}`;
}
