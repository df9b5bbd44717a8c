import * as React from 'react';
import { useSelector } from 'react-redux';
import type { Host } from '../host.ts';
import { type HostState, preferenceKey, type UserSettings } from '../host-state.ts';

/** What the web client prefixes plugins' preferences with. */
const CATEGORY_PREFIX = 'pp_';

/** The user's plugin settings, as in Settings > Plugin Preferences. */
export function UserSettingsDialog({ host }: { readonly host: Host }) {
  const settings = useSelector((state: HostState) => state.plugins.userSettings);
  const [isOpen, setIsOpen] = React.useState(false);
  return (
    <>
      <button type="button" className="ChannelHeader__button" aria-label="Settings" onClick={() => setIsOpen(!isOpen)}>
        <i className="icon icon-settings-outline" aria-hidden="true" />
      </button>
      {isOpen && (
        <div className="UserSettings" role="dialog" aria-label="Plugin Preferences">
          {Object.values(settings).map((plugin) => (
            <PluginSettings key={plugin.id} plugin={plugin} host={host} />
          ))}
        </div>
      )}
    </>
  );
}

function PluginSettings({ plugin, host }: { readonly plugin: UserSettings; readonly host: Host }) {
  const preferences = useSelector((state: HostState) => state.entities.preferences.myPreferences);
  const category = `${CATEGORY_PREFIX}${plugin.id}`;
  return (
    <>
      <h2>{plugin.uiName}</h2>
      {plugin.sections.flatMap((section) =>
        section.settings.map((setting) => (
          <fieldset key={setting.name}>
            <legend>{setting.title ?? section.title}</legend>
            {(setting.options ?? []).map((option) => (
              <label key={option.value}>
                <input
                  type="radio"
                  name={setting.name}
                  checked={
                    (preferences[preferenceKey(category, setting.name)]?.value ?? setting.default) === option.value
                  }
                  onChange={() => void host.savePreference(category, setting.name, option.value)}
                />
                {option.text}
              </label>
            ))}
          </fieldset>
        )),
      )}
    </>
  );
}
