import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, useIntl } from 'react-intl';

const messages = defineMessages({
  copy: { id: 'livestatus.box.copy', defaultMessage: 'Copy as text' },
  copied: { id: 'livestatus.box.copied', defaultMessage: 'Copied' },
  notCopied: { id: 'livestatus.box.not_copied', defaultMessage: 'The browser did not allow it' },
});

interface BoxFooterProps {
  session: Session;
  onCopy: ((session: Session) => Promise<void>) | undefined;
  links: React.ReactNode;
}

/** What one can do with a turn: the host's links, and copying it. Absent when there is nothing to do. */
export function BoxFooter({ session, onCopy, links }: BoxFooterProps): React.ReactElement | null {
  const intl = useIntl();
  const [outcome, setOutcome] = React.useState<'copied' | 'notCopied' | undefined>(undefined);
  const copy = async (): Promise<void> => {
    try {
      await onCopy?.(session);
      setOutcome('copied');
    } catch {
      setOutcome('notCopied');
    }
  };
  if (onCopy === undefined && !links) return null;
  return (
    <div className="LiveStatusBox__footer">
      {links}
      {onCopy !== undefined && (
        <button type="button" className="LiveStatusLink" onClick={copy} onBlur={() => setOutcome(undefined)}>
          {intl.formatMessage(messages[outcome ?? 'copy'])}
        </button>
      )}
    </div>
  );
}
