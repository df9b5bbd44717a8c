import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';
import { isUnderWay } from './act.ts';
import type { BoxActions } from './box-actions.ts';
import { hasToolBeside } from './intent.ts';
import { useFocusKept } from './use-focus-kept.ts';

const messages = defineMessages({
  label: { id: 'livestatus.act.answer_label', defaultMessage: 'Your answer' },
  send: { id: 'livestatus.act.answer', defaultMessage: 'Send answer' },
  choices: { id: 'livestatus.act.choices', defaultMessage: 'Offered answers' },
  toolRuns: {
    id: 'livestatus.act.tool_runs',
    defaultMessage:
      'A tool is running as well. A message sent now may be read only after it, and holds up every later one until then, also “stop”.',
  },
});

/** A post may be longer, an answer should not. */
const MAX_CHARS = 2000;

interface AnswerFormProps {
  session: Session;
  question: { readonly stepId: string | undefined; readonly sinceMs: number };
  actions: BoxActions;
}

/** A place to answer the agent's question: what it offers as buttons, and a field for anything else. */
export function AnswerForm({ session, question, actions }: AnswerFormProps): React.ReactElement {
  const intl = useIntl();
  const ref = useFocusKept<HTMLFormElement>();
  const [text, setText] = React.useState('');
  const isBusy = isUnderWay(actions.act);
  const isEmpty = text.trim() === '';
  const send = (answer: string): void => {
    if (answer.trim() !== '') actions.onAct({ kind: 'answer', ...question, text: answer.trim() });
  };
  const onSubmit = (event: React.FormEvent): void => {
    event.preventDefault();
    send(text);
  };
  // The chat's own keys: what is typed here must not reach its shortcuts.
  const onKeyDown = (event: React.KeyboardEvent): void => event.stopPropagation();
  return (
    <form ref={ref} className="LiveStatusAnswer" onSubmit={onSubmit}>
      {hasToolBeside(session) && <p className="LiveStatusAnswer__warning">{intl.formatMessage(messages.toolRuns)}</p>}
      <Choices choices={session.waiting?.choices ?? []} isBusy={isBusy} onChoose={send} />
      <div className="LiveStatusAnswer__row">
        <input
          type="text"
          className="LiveStatusAnswer__field"
          aria-label={intl.formatMessage(messages.label)}
          placeholder={intl.formatMessage(messages.label)}
          maxLength={MAX_CHARS}
          value={text}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="LiveStatusAction LiveStatusAction--primary" aria-disabled={isBusy || isEmpty}>
          {intl.formatMessage(messages.send)}
        </button>
      </div>
    </form>
  );
}

interface ChoicesProps {
  choices: readonly string[];
  isBusy: boolean;
  onChoose: (choice: string) => void;
}

function Choices({ choices, isBusy, onChoose }: ChoicesProps): React.ReactElement | null {
  const intl = useIntl();
  if (choices.length === 0) return null;
  return (
    <fieldset className="LiveStatusAnswer__choices" aria-label={intl.formatMessage(messages.choices)}>
      {choices.map((choice) => (
        <button
          key={choice}
          type="button"
          className="LiveStatusAction LiveStatusAction--second"
          aria-disabled={isBusy}
          onClick={() => onChoose(choice)}
        >
          {choice}
        </button>
      ))}
    </fieldset>
  );
}
