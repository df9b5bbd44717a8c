import { ErrorBoundary } from '@livestatus/ui';
import * as React from 'react';

/** The web client's own way to draw markdown; absent where it is embedded differently. */
interface FormattingWindow {
  readonly PostUtils?: {
    formatText?(text: string): string;
    messageHtmlToComponent?(html: string, isRhs: boolean, options: object): React.ReactNode;
  };
}

/** A message that is not ours: its characters, as they are. */
export function PlainMessage({ text }: { text: string }): React.ReactElement {
  return <div className="LiveStatusPlain">{text}</div>;
}

/** The text of a box, as people without the plugin see it: markdown, drawn by the web client itself. */
export function BoxMessage({ text }: { text: string }): React.ReactElement {
  return (
    <ErrorBoundary fallback={<PlainMessage text={text} />} resetKey={text}>
      <Formatted text={text} />
    </ErrorBoundary>
  );
}

function Formatted({ text }: { text: string }): React.ReactElement {
  const { formatText, messageHtmlToComponent } = (window as FormattingWindow).PostUtils ?? {};
  if (formatText === undefined || messageHtmlToComponent === undefined) return <PlainMessage text={text} />;
  return <>{messageHtmlToComponent(formatText(text), false, {})}</>;
}
