import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { useIntl } from 'react-intl';
import { useSelector } from 'react-redux';
import type { HostState } from './host_state.ts';
import { placeText } from './place.ts';

/** Where a turn is shown, in words; another function when the channels that the web client knows have changed. */
export function usePlaceOf(): (session: Session) => string {
  const intl = useIntl();
  const channels = useSelector((state: HostState) => state.entities?.channels?.channels);
  return React.useCallback(
    ({ channel_id: id }) => placeText(intl, id === undefined ? undefined : channels?.[id]),
    [intl, channels],
  );
}
