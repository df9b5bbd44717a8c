import * as React from 'react';
import { defineMessages, type MessageDescriptor, useIntl } from 'react-intl';
import type { Act } from './act.ts';
import type { IntentKind } from './intent.ts';
import { useFocusKept } from './use-focus-kept.ts';

const underWay: Readonly<Record<IntentKind, MessageDescriptor>> = defineMessages({
  allow: { id: 'livestatus.act.allowing', defaultMessage: 'Approving…' },
  deny: { id: 'livestatus.act.denying', defaultMessage: 'Denying…' },
  answer: { id: 'livestatus.act.answering', defaultMessage: 'Answering…' },
  stop: { id: 'livestatus.act.stopping', defaultMessage: 'Stopping…' },
});

const messages = defineMessages({
  stillWaits: { id: 'livestatus.act.still_waits', defaultMessage: 'Not confirmed: the agent still waits.' },
  stillWorks: { id: 'livestatus.act.still_works', defaultMessage: 'Not confirmed: the agent still works.' },
  why: {
    id: 'livestatus.act.why_unconfirmed',
    defaultMessage:
      'Your message is in the conversation. The agent may not take this from you, and need not say so. Or a message that was sent while a tool ran holds up the later ones.',
  },
  again: { id: 'livestatus.act.retry', defaultMessage: 'Try again' },
  late: { id: 'livestatus.act.late', defaultMessage: 'Not sent: this had changed just before.' },
});

const failures: Readonly<Record<string, MessageDescriptor>> = defineMessages({
  unreachable: {
    id: 'livestatus.act.failed_unreachable',
    defaultMessage: 'Not sent: there is no connection to the server.',
  },
  timeout: {
    id: 'livestatus.act.failed_timeout',
    defaultMessage: 'The server did not answer in time; the message may or may not be in the conversation.',
  },
  forbidden: {
    id: 'livestatus.act.failed_forbidden',
    defaultMessage: 'Not sent: the server does not let you post here.',
  },
  no_bot: { id: 'livestatus.act.failed_no_bot', defaultMessage: 'Not sent: whose box this is could not be found out.' },
  other: { id: 'livestatus.act.failed_other', defaultMessage: 'Not sent: the server refused it ({code}).' },
});

interface ActNoteProps {
  act: Act | undefined;
  /** A click is a message in the conversation, which may be answered there. */
  isPosted: boolean;
  /** Present: what failed can be tried again. */
  onRetry: (() => void) | undefined;
}

/** What became of a click, in words. It is always in the page, so that a screen reader hears each change, once. */
export function ActNote({ act, isPosted, onRetry }: ActNoteProps): React.ReactElement {
  const intl = useIntl();
  const text = act === undefined ? undefined : textOf(act);
  const isTrouble = act?.phase === 'unconfirmed' || act?.phase === 'failed';
  return (
    <div className={`LiveStatusActNote${isTrouble ? ' LiveStatusActNote--trouble' : ''}`}>
      <span aria-live="polite" className="LiveStatusActNote__text">
        {text !== undefined && <b>{intl.formatMessage(text, { code: act?.code })}</b>}
        {isPosted && act?.phase === 'unconfirmed' && ` ${intl.formatMessage(messages.why)}`}
      </span>
      {act?.phase === 'failed' && onRetry !== undefined && <Retry onRetry={onRetry} />}
    </div>
  );
}

function Retry({ onRetry }: { onRetry: () => void }): React.ReactElement {
  const intl = useIntl();
  const ref = useFocusKept<HTMLButtonElement>();
  return (
    <button ref={ref} type="button" className="LiveStatusLink" onClick={onRetry}>
      {intl.formatMessage(messages.again)}
    </button>
  );
}

function textOf(act: Act): MessageDescriptor {
  switch (act.phase) {
    case 'sending':
    case 'sent':
      return underWay[act.intent.kind];
    case 'unconfirmed':
      return act.intent.kind === 'stop' ? messages.stillWorks : messages.stillWaits;
    case 'late':
      return messages.late;
    case 'failed':
      return failures[act.code ?? 'other'] ?? (failures.other as MessageDescriptor);
  }
}
