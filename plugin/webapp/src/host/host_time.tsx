import { browserTime, frozenTime, TimeProvider } from '@livestatus/ui';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { selectIsConnected } from './host_state.ts';

/** Time goes on while the web client is connected, and stands still while nobody can tell what happens. */
export function HostTime({ children }: { children: React.ReactNode }): React.ReactElement {
  const isConnected = useSelector(selectIsConnected);
  const time = React.useMemo(() => (isConnected ? browserTime : frozenTime(browserTime.now())), [isConnected]);
  return <TimeProvider time={time}>{children}</TimeProvider>;
}
