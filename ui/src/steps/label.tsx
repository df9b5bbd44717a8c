import * as React from 'react';
import { parseLabel } from '../session/label.ts';

interface LabelProps {
  label: string;
}

/** A label with its code spans in mono. Text only: whatever an agent wrote, it stays text. */
export function Label({ label }: LabelProps): React.ReactElement {
  const parts = parseLabel(label);
  return (
    <>
      {parts.map((part, index) =>
        part.kind === 'code' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one label never move
          <code key={index} className="LiveStatusCode">
            {part.text}
          </code>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
