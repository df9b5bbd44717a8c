/** The generated schemas under their own names. What each field means stands in `openapi.yaml`. */
import type { components } from './generated/openapi.ts';

type Schemas = components['schemas'];

export type SessionStatus = Schemas['SessionStatus'];
export type Activity = Schemas['Activity'];
export type StepKind = Schemas['StepKind'];
export type StepStatus = Schemas['StepStatus'];
export type PostState = Schemas['PostState'];
export type LinkState = Schemas['LinkState'];
export type WidgetMode = Schemas['WidgetMode'];

export type Agent = Schemas['Agent'];
export type Step = Schemas['Step'];
export type PlanItem = Schemas['PlanItem'];
export type Waiting = Schemas['Waiting'];
export type ApprovalDecision = Schemas['ApprovalDecision'];
export type Usage = Schemas['Usage'];
export type Routing = Schemas['Routing'];
export type SessionError = Schemas['SessionError'];
export type Session = Schemas['Session'];

/** Top-level fields of a session that a delta may set. */
export type SessionFields = Omit<Session, 'id' | 'steps' | 'steps_dropped' | 'seq' | 'as_of_ms'>;
/** Changed fields: absent = unchanged, null clears an optional field. */
export type DeltaSet = Schemas['DeltaSet'];
export type Delta = Schemas['Delta'];
/** On the wire what has `base_seq` is a delta: `isDelta`. */
export type Change = Schemas['Change'];
export type SessionInput = Schemas['SessionInput'];

export type HeldEntry = Schemas['HeldEntry'];
export type BatchRequest = Schemas['BatchRequest'];
export type ChangeStatus = Schemas['ChangeStatus'];
export type ChangeResult = Schemas['ChangeResult'];
export type ResyncEntry = Schemas['ResyncEntry'];
export type PostEntry = Schemas['PostEntry'];
export type BatchAnswer = Schemas['BatchAnswer'];

/** `props.livestatus` of a box's post, as one JSON string (docs/posts.md). */
export type BoxProps = Schemas['BoxProps'];

export type DaemonState = Schemas['DaemonState'];
export type SessionList = Schemas['SessionList'];
export type ErrorBody = Schemas['ErrorBody'];
export type PluginHealth = Schemas['PluginHealth'];
export type PluginConfig = Schemas['PluginConfig'];
export type LinkHealth = Schemas['LinkHealth'];
export type DaemonHealth = Schemas['DaemonHealth'];

/** Payload of the Mattermost WebSocket event (D6). */
export type ChannelUpdate = Schemas['ChannelUpdate'];
export type UpdateRest = Schemas['UpdateRest'];
/** A delta as short as it can be said: `deltaOf`. */
export type Patch = Schemas['Patch'];
export type PatchChanges = Schemas['PatchChanges'];
export type UsagePatch = Schemas['UsagePatch'];
export type StepPatch = Schemas['StepPatch'];
export type NewStep = Schemas['NewStep'];
export type StreamHello = Schemas['StreamHello'];
export type StreamSync = Schemas['StreamSync'];
export type StreamUpdate = Schemas['StreamUpdate'];
export type StreamHealth = Schemas['StreamHealth'];
