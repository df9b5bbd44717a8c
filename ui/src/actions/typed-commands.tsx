import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, type MessageDescriptor, useIntl } from 'react-intl';
import { Icon } from '../icons/icon.tsx';
import { type BoxActions, canDo } from './box-actions.ts';
import { openApproval, openQuestion } from './intent.ts';

const messages = defineMessages({
  approve: { id: 'livestatus.typed.approve', defaultMessage: 'Mention the agent where it was asked, with' },
  answer: { id: 'livestatus.typed.answer', defaultMessage: 'Mention the agent where it was asked, with your answer.' },
});

const copying: Readonly<Record<'copy' | 'copied' | 'refused', MessageDescriptor>> = defineMessages({
  copy: { id: 'livestatus.typed.copy', defaultMessage: 'Copy {command}' },
  copied: { id: 'livestatus.typed.copied', defaultMessage: 'Copied' },
  refused: { id: 'livestatus.typed.refused', defaultMessage: 'The browser did not allow it' },
});

interface TypedCommandsProps {
  session: Session;
  /** What has buttons needs no typing. */
  actions: BoxActions | undefined;
  /** Absent: they are shown and not copied. */
  onCopyCommand: ((command: string) => Promise<void>) | undefined;
}

/** What to type where there are no buttons: OpenClaw takes it from anyone whom its channel policy admits. */
export function TypedCommands({ session, actions, onCopyCommand }: TypedCommandsProps): React.ReactElement | null {
  const intl = useIntl();
  const approvalId = canDo(actions, 'allow') ? undefined : openApproval(session);
  if (!canDo(actions, 'answer') && openQuestion(session) !== undefined) {
    return <span className="LiveStatusCurrent__hint">{intl.formatMessage(messages.answer)}</span>;
  }
  if (approvalId === undefined) return null;
  return (
    <span className="LiveStatusCurrent__hint">
      {intl.formatMessage(messages.approve)}
      {['allow-once', 'deny'].map((decision) => (
        <Command key={decision} command={`/approve ${approvalId} ${decision}`} onCopy={onCopyCommand} />
      ))}
    </span>
  );
}

interface CommandProps {
  command: string;
  onCopy: TypedCommandsProps['onCopyCommand'];
}

function Command({ command, onCopy }: CommandProps): React.ReactElement {
  const intl = useIntl();
  const [outcome, setOutcome] = React.useState<keyof typeof copying>('copy');
  const copy = (): void => {
    onCopy?.(command).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const label = intl.formatMessage(copying[outcome], { command });
  return (
    <span className="LiveStatusTyped">
      <code className="LiveStatusCode">{command}</code>
      {onCopy !== undefined && (
        <button
          type="button"
          className="LiveStatusIconButton"
          aria-label={label}
          title={label}
          onClick={copy}
          onBlur={() => setOutcome('copy')}
        >
          <Icon name={outcome === 'copied' ? 'check' : 'copy'} />
        </button>
      )}
    </span>
  );
}
