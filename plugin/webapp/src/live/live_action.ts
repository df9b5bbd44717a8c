import { PLUGIN_ID } from '../manifest.ts';
import { INITIAL_LIVE, type LiveEvent, type LiveState, reduceLive } from './live_state.ts';

/** The only action of the plugin: the host's store and its tools then show one name, and nobody else's action is ours. */
export type LiveAction = {
  readonly type: typeof PLUGIN_ID;
  readonly event: LiveEvent;
};

export function liveAction(event: LiveEvent): LiveAction {
  return { type: PLUGIN_ID, event };
}

/** What `registerReducer` gets; every action of the host passes here. */
export function liveReducer(state: LiveState = INITIAL_LIVE, action: { readonly type: unknown }): LiveState {
  return action.type === PLUGIN_ID ? reduceLive(state, (action as LiveAction).event) : state;
}
