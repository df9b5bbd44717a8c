import type { Session } from '@livestatus/contract';
import { sessionAsText } from '@livestatus/ui';
import * as React from 'react';
import { useIntl } from 'react-intl';

/** Copies a turn as plain text. The promise is rejected where the browser does not allow it. */
export function useCopy(): (session: Session) => Promise<void> {
  const intl = useIntl();
  return React.useCallback(async (session) => navigator.clipboard.writeText(sessionAsText(intl, session)), [intl]);
}
