import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { Icon } from '../icons/icon.tsx';
import { isUnderWay } from './act.ts';
import { type BoxActions, canDo } from './box-actions.ts';
import { isObserved, isOwnBoxOfSubAgent } from './intent.ts';
import { useFocusKept } from './use-focus-kept.ts';

const messages = defineMessages({
  stop: { id: 'livestatus.act.stop', defaultMessage: 'Stop' },
  stopAll: {
    id: 'livestatus.act.stop_all',
    defaultMessage: 'Stops the conversation that this sub-agent works for, with all its sub-agents',
  },
});

interface StopButtonProps {
  session: Session;
  actions: BoxActions;
}

/** Stops a turn that is seen to go on; nothing otherwise. */
export function StopButton({ session, actions }: StopButtonProps): React.ReactElement | null {
  return canDo(actions, 'stop') && isObserved(session) ? <Stop session={session} actions={actions} /> : null;
}

function Stop({ session, actions }: StopButtonProps): React.ReactElement {
  const intl = useIntl();
  const ref = useFocusKept<HTMLButtonElement>();
  const isStopping = isUnderWay(actions.act) && actions.act.intent.kind === 'stop';
  return (
    <button
      ref={ref}
      type="button"
      className="LiveStatusAction LiveStatusAction--quiet"
      // Not `disabled`: that would take the focus away.
      aria-disabled={isStopping}
      title={isOwnBoxOfSubAgent(session) ? intl.formatMessage(messages.stopAll) : undefined}
      onClick={() => actions.onAct({ kind: 'stop' })}
    >
      <span className="LiveStatusStop__icon">
        <Icon name="stop" />
      </span>
      <span className="LiveStatusStop__word">{intl.formatMessage(messages.stop)}</span>
    </button>
  );
}
