import { Icon } from '@livestatus/ui';
import * as React from 'react';
import { defineMessages, FormattedMessage, type MessageDescriptor, useIntl } from 'react-intl';

const messages = defineMessages({
  heading: { id: 'dashboard.keys', defaultMessage: 'Keyboard shortcuts' },
  close: { id: 'dashboard.keys.close', defaultMessage: 'Close' },
});

const texts = defineMessages({
  search: { id: 'dashboard.keys.search', defaultMessage: 'Search' },
  next: { id: 'dashboard.keys.next', defaultMessage: 'Next, previous turn' },
  open: { id: 'dashboard.keys.open', defaultMessage: 'Open the turn' },
  lines: { id: 'dashboard.keys.lines', defaultMessage: 'Walk through the steps of a box' },
  theme: { id: 'dashboard.keys.theme', defaultMessage: 'Light, dark or as the system' },
  back: { id: 'dashboard.keys.back', defaultMessage: 'Clear the search, go back' },
  keys: { id: 'dashboard.keys.keys', defaultMessage: 'These keys' },
});

const KEYS: readonly (readonly [keys: readonly string[], text: MessageDescriptor])[] = [
  [['/'], texts.search],
  [['j', 'k'], texts.next],
  [['Enter'], texts.open],
  [['↑', '↓'], texts.lines],
  [['t'], texts.theme],
  [['Esc'], texts.back],
  [['?'], texts.keys],
];

interface KeysDialogProps {
  onClose: () => void;
}

/** Lists the keys. The browser's own dialog: it traps the focus, closes on Escape and gives the focus back. */
export function KeysDialog({ onClose }: KeysDialogProps): React.ReactElement {
  const intl = useIntl();
  const dialogRef = React.useRef<HTMLDialogElement>(null);
  React.useEffect(() => {
    const dialog = dialogRef.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={dialogRef} className="KeysDialog" aria-labelledby="keys-heading" onClose={onClose}>
      <div className="KeysDialog__bar">
        <h2 className="KeysDialog__heading" id="keys-heading">
          <FormattedMessage {...messages.heading} />
        </h2>
        <button
          type="button"
          className="LiveStatusIconButton"
          aria-label={intl.formatMessage(messages.close)}
          onClick={onClose}
        >
          <Icon name="cross" />
        </button>
      </div>
      <dl className="KeysDialog__list">
        {KEYS.map(([keys, text]) => (
          <div key={text.id} className="KeysDialog__row">
            <dt>
              {keys.map((key) => (
                <kbd key={key} className="Key">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{intl.formatMessage(text)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
