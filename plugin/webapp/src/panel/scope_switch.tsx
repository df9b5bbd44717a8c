import * as React from 'react';
import { defineMessages, type MessageDescriptor, useIntl } from 'react-intl';
import type { PanelScope } from '../live/live_state.ts';

const messages = defineMessages({
  label: { id: 'livestatus.panel.scope', defaultMessage: 'Agents in' },
});

const names: Readonly<Record<PanelScope, MessageDescriptor>> = defineMessages({
  all: { id: 'livestatus.panel.scope_all', defaultMessage: 'All channels' },
  channel: { id: 'livestatus.panel.scope_channel', defaultMessage: 'This channel' },
});

interface ScopeSwitchProps {
  scope: PanelScope;
  onChoose: (scope: PanelScope) => void;
}

/** One of two: all channels, or the one that is open. */
export function ScopeSwitch({ scope, onChoose }: ScopeSwitchProps): React.ReactElement {
  const intl = useIntl();
  return (
    <fieldset className="LiveStatusScope">
      <legend className="LiveStatusHidden">{intl.formatMessage(messages.label)}</legend>
      {(['all', 'channel'] as const).map((name) => (
        <label
          key={name}
          className={`LiveStatusScope__choice${name === scope ? ' LiveStatusScope__choice--chosen' : ''}`}
        >
          <input
            type="radio"
            className="LiveStatusScope__input"
            name="livestatus-scope"
            checked={name === scope}
            onChange={() => onChoose(name)}
          />
          {intl.formatMessage(names[name])}
        </label>
      ))}
    </fieldset>
  );
}
