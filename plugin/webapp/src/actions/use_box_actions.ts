import type { Session } from '@livestatus/contract';
import type { BoxActions } from '@livestatus/ui';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { type HostState, selectIsConnected } from '../host/host_state.ts';
import { selectLive } from '../live/selectors.ts';
import type { ActLoop } from './act_loop.ts';
import { selectMayPost } from './may_post.ts';

/** Carries out clicks; without one there are no buttons. */
export const ActContext = React.createContext<ActLoop['act'] | undefined>(undefined);

/**
 * What this reader may do in the box of a session. Undefined = nothing: the reader may not post in its channel, or the page is cut
 * off from the server, or it is not known whose box it is.
 */
export function useBoxActions(session: Session): BoxActions | undefined {
  const doAct = React.useContext(ActContext);
  const { id, channel_id, post_id, status } = session;
  const act = useSelector((state: HostState) => selectLive(state).acts[id]);
  const may = useSelector((state: HostState) => selectIsConnected(state) && selectMayPost(state, channel_id));
  const isPossible = may && post_id !== undefined && (status === 'active' || act !== undefined);
  return React.useMemo(
    () =>
      doAct === undefined || !isPossible
        ? undefined
        : { act, onAct: (intent: Parameters<typeof doAct>[1]) => doAct(id, intent) },
    [doAct, isPossible, act, id],
  );
}
