import { ErrorBoundary } from '@livestatus/ui';
import * as React from 'react';
import { HostTime } from './host_time.tsx';

/** What is registered, so that a failure in it takes nothing of the host with it: it is gone instead. */
export function guarded(Component: React.ComponentType): React.ComponentType {
  return function Guarded() {
    return (
      <ErrorBoundary fallback={null}>
        <HostTime>
          <Component />
        </HostTime>
      </ErrorBoundary>
    );
  };
}
