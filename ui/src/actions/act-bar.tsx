import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { isUnderWay } from './act.ts';
import { ActNote } from './act-note.tsx';
import { AnswerForm } from './answer-form.tsx';
import { type BoxActions, canDo } from './box-actions.ts';
import { openApproval, openQuestion } from './intent.ts';
import { useFocusKept } from './use-focus-kept.ts';

const messages = defineMessages({
  allow: { id: 'livestatus.act.allow', defaultMessage: 'Allow once' },
  deny: { id: 'livestatus.act.deny', defaultMessage: 'Deny' },
});

interface ActBarProps {
  session: Session;
  actions: BoxActions;
}

/** What a person may do about what waits, and what became of the last click. Empty while nothing waits and nothing was done. */
export function ActBar({ session, actions }: ActBarProps): React.ReactElement {
  const { act, onAct } = actions;
  const approvalId = canDo(actions, 'allow') ? openApproval(session) : undefined;
  const question = canDo(actions, 'answer') ? openQuestion(session) : undefined;
  const look =
    (approvalId ?? question) ? ' LiveStatusActBar--waiting' : act === undefined ? ' LiveStatusActBar--idle' : '';
  return (
    <div className={`LiveStatusActBar${look}`}>
      {approvalId !== undefined && <Decision approvalId={approvalId} actions={actions} />}
      {question !== undefined && (
        <AnswerForm key={question.sinceMs} session={session} question={question} actions={actions} />
      )}
      <ActNote
        act={act}
        isPosted={canDo(actions, 'stop')}
        onRetry={act === undefined ? undefined : () => onAct(act.intent)}
      />
    </div>
  );
}

interface DecisionProps {
  approvalId: string;
  actions: BoxActions;
}

function Decision({ approvalId, actions }: DecisionProps): React.ReactElement {
  const intl = useIntl();
  const ref = useFocusKept<HTMLDivElement>();
  const isBusy = isUnderWay(actions.act);
  const button = (kind: 'allow' | 'deny', look: string): React.ReactElement => (
    <button
      type="button"
      className={`LiveStatusAction ${look}`}
      aria-disabled={isBusy}
      onClick={() => actions.onAct({ kind, approvalId })}
    >
      {intl.formatMessage(messages[kind])}
    </button>
  );
  return (
    <div ref={ref} className="LiveStatusActBar__buttons">
      {button('allow', 'LiveStatusAction--primary')}
      {button('deny', 'LiveStatusAction--second')}
    </div>
  );
}
