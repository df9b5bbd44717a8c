import * as React from 'react';

interface ComposerProps {
  readonly label: string;
  readonly onSend: (text: string) => Promise<void>;
}

export function Composer({ label, onSend }: ComposerProps) {
  const [text, setText] = React.useState('');
  const send = async (): Promise<void> => {
    if (text.trim() === '') return;
    await onSend(text);
    setText('');
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void send();
  };
  return (
    <div className="Composer" id="post-create">
      <textarea
        rows={1}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="Composer__bar">
        {[
          'icon-format-bold',
          'icon-format-italic',
          'icon-code-tags',
          'icon-paperclip',
          'icon-emoticon-happy-outline',
        ].map((icon) => (
          <i key={icon} className={`icon ${icon}`} aria-hidden="true" />
        ))}
        <button type="button" aria-label="Send now" onClick={() => void send()}>
          <i className="icon icon-send" aria-hidden="true" />
        </button>
      </div>
    </div>
  );
}
