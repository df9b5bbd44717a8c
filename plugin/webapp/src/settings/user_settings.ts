import type { WidgetMode } from '@livestatus/contract';
import { defineMessages, type IntlShape, type MessageDescriptor } from 'react-intl';
import type { UserSettings } from '../host/registry.ts';
import { PLUGIN_ID } from '../manifest.ts';
import { PREFERENCE } from '../widget/widget_mode.ts';

const messages = defineMessages({
  name: { id: 'livestatus.settings.name', defaultMessage: 'Live Status' },
  title: { id: 'livestatus.settings.widget', defaultMessage: 'Floating widget' },
});

const choices: Readonly<Record<WidgetMode, MessageDescriptor>> = defineMessages({
  all: { id: 'livestatus.settings.widget_all', defaultMessage: 'All agents that I may see' },
  mine: {
    id: 'livestatus.settings.widget_mine',
    defaultMessage: 'Agents that I asked, and those of the channel I look at',
  },
  off: { id: 'livestatus.settings.widget_off', defaultMessage: 'Never' },
});

/** The plugin's page in the settings dialog. It writes the preference that `/livestatus widget` writes too. */
export function userSettings(intl: IntlShape, widgetDefault: WidgetMode): UserSettings {
  const modes: readonly WidgetMode[] = ['all', 'mine', 'off'];
  const options = modes.map((value) => ({ value, text: intl.formatMessage(choices[value]) }));
  return {
    id: PLUGIN_ID,
    uiName: intl.formatMessage(messages.name),
    sections: [
      {
        title: intl.formatMessage(messages.title),
        settings: [{ name: PREFERENCE.name, type: 'radio', default: widgetDefault, options }],
      },
    ],
  };
}
