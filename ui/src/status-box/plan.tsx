import type { PlanItem } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, type MessageDescriptor, useIntl } from 'react-intl';
import { Icon, type IconName } from '../icons/icon.tsx';
import { Label } from '../steps/label.tsx';

const messages = defineMessages({
  heading: { id: 'livestatus.plan.heading', defaultMessage: 'Plan' },
  progress: { id: 'livestatus.plan.progress', defaultMessage: '{done} of {total}' },
});

const words: Readonly<Record<PlanItem['status'], MessageDescriptor>> = defineMessages({
  pending: { id: 'livestatus.plan.pending', defaultMessage: 'To do:' },
  active: { id: 'livestatus.plan.active', defaultMessage: 'Now:' },
  done: { id: 'livestatus.plan.done', defaultMessage: 'Done:' },
});

const ICONS: Readonly<Record<PlanItem['status'], IconName>> = {
  pending: 'ring',
  active: 'chevron-right',
  done: 'check',
};

interface PlanProps {
  items: readonly PlanItem[];
  /** A box among many shows the current item only, until it is opened. */
  isOpenAtFirst: boolean;
}

/** The agent's own plan (T13) as a checklist, with how far it is. Folds to its heading. */
export const Plan = React.memo(function Plan({ items, isOpenAtFirst }: PlanProps): React.ReactElement {
  const intl = useIntl();
  const [isOpen, setOpen] = React.useState(isOpenAtFirst);
  const current = items.find((item) => item.status === 'active');
  const done = items.filter((item) => item.status === 'done').length;
  return (
    <div className="LiveStatusPlan">
      <button type="button" className="LiveStatusPlan__heading" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        <span className="LiveStatusPlan__title">{intl.formatMessage(messages.heading)}</span>
        <span className="LiveStatusPlan__progress">
          {intl.formatMessage(messages.progress, { done, total: items.length })}
        </span>
        {!isOpen && current !== undefined && (
          <span className="LiveStatusPlan__current">
            <Label label={current.text} />
          </span>
        )}
      </button>
      {isOpen && (
        <ol className="LiveStatusPlan__items">
          {items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a plan is replaced as a whole; its items have no ids
            <li key={index} className={`LiveStatusPlan__item LiveStatusPlan__item--${item.status}`}>
              <span className="LiveStatusPlan__icon">
                <Icon name={ICONS[item.status]} />
                <span className="LiveStatusHidden">{intl.formatMessage(words[item.status])}</span>
              </span>
              <span className="LiveStatusPlan__text">
                <Label label={item.text} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
});
