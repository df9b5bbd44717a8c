// Code generated from contract/openapi.yaml by scripts/contract-generate.sh. DO NOT EDIT.

package contract

// Every limit of the contract.
const (
	// Session id: letters, digits, `_` and `-`. Unit: chars.
	LimitIDMaxChars = 64
	// Daemon id: letters, digits, `_`, `-` and `:`. Unit: chars.
	LimitDaemonIDMaxChars = 64
	// Session key. Unit: code_points.
	LimitSessionKeyMaxCodePoints = 512
	// Ids of the chat server: channel, root, user, post. Unit: chars.
	LimitPlatformIDMaxChars = 64
	// Agent id. Unit: code_points.
	LimitAgentIDMaxCodePoints = 128
	// Agent name. Unit: code_points.
	LimitAgentNameMaxCodePoints = 120
	// Agent runtime. Unit: code_points.
	LimitRuntimeMaxCodePoints = 32
	// Title of a session. Unit: code_points.
	LimitTitleMaxCodePoints = 200
	// Error code of a session. Unit: code_points.
	LimitErrorCodeMaxCodePoints = 64
	// Error message of a session. Unit: code_points.
	LimitErrorMessageMaxCodePoints = 500
	// Published steps of a session, the last ones; `steps_dropped` tells how many fell out. Unit: items.
	LimitStepsPerSession = 50
	// Id of a step or an approval. Unit: code_points.
	LimitStepIDMaxCodePoints = 128
	// Name of a step. Unit: code_points.
	LimitStepNameMaxCodePoints = 120
	// Label of a step, one line. Unit: code_points.
	LimitLabelMaxCodePoints = 120
	// Detail of a step. Unit: code_points.
	LimitDetailMaxCodePoints = 1000
	// Items of a plan. Unit: items.
	LimitPlanMaxItems = 50
	// Text of a plan item. Unit: code_points.
	LimitPlanTextMaxCodePoints = 200
	// Answers that a question offers. Unit: items.
	LimitChoicesMaxItems = 10
	// One offered answer. Unit: code_points.
	LimitChoiceMaxCodePoints = 120
	// Body of a request. Unit: bytes.
	LimitBodyMaxBytes = 1048576
	// Body of a batch. Unit: bytes.
	LimitBatchBodyMaxBytes = 8388608
	// Changes, and held sessions, in one batch. Unit: items.
	LimitBatchMaxItems = 5000
	// Sessions that the plugin keeps at a time. Unit: items.
	LimitLiveSessions = 5000
	// Ended sessions in the daemon's list if `limit` is absent. Unit: items.
	LimitListEndedDefault = 200
	// Largest `limit` of the daemon's list. Unit: items.
	LimitListEndedMax = 1000
	// Message of a Mattermost post. Unit: code_points.
	LimitPostMessageMaxCodePoints = 16383
	// Final state in the props of a box. Unit: bytes.
	LimitPostPropsMaxBytes = 8192
	// Steps in the props of a box. Unit: items.
	LimitPostPropsMaxSteps = 20
	// How long the plugin believes a silent daemon. Unit: ms.
	LimitLeaseMs = 60000
	// A daemon sends `held` at least this often. Unit: ms.
	LimitHeartbeatMs = 20000
	// Active without change and heartbeat for this long becomes interrupted. Unit: ms.
	LimitSilentInterruptMs = 1800000
	// The plugin forgets an ended session after this; its post stays. Unit: ms.
	LimitEndedKeepMs = 3600000
	// So many ended sessions of a channel, the last ones, are kept that long; earlier ones go after some minutes. Unit: items.
	LimitEndedKeepPerChannel = 20
	// Longest silence on the dashboard's event stream. Unit: ms.
	LimitStreamKeepAliveMs = 15000
	// Event streams that the daemon serves at a time. Unit: items.
	LimitStreamClients = 64
)

// Codes of error answers, of results in a batch answer and of posts that cannot be written.
const (
	CodeInvalidJSON          = "invalid_json"
	CodeInvalidQuery         = "invalid_query"
	CodeBadRequest           = "bad_request"
	CodeUnauthorized         = "unauthorized"
	CodeSecretNotConfigured  = "secret_not_configured"
	CodeInvalidBotToken      = "invalid_bot_token"
	CodeChannelForbidden     = "channel_forbidden"
	CodeHostNotAllowed       = "host_not_allowed"
	CodeActingDisabled       = "acting_disabled"
	CodeApprovalNotOpen      = "approval_not_open"
	CodeGatewayRefused       = "gateway_refused"
	CodeOriginNotAllowed     = "origin_not_allowed"
	CodeNotFound             = "not_found"
	CodeSessionNotFound      = "session_not_found"
	CodeMethodNotAllowed     = "method_not_allowed"
	CodeNotOwner             = "not_owner"
	CodeStaleSeq             = "stale_seq"
	CodeBodyTooLarge         = "body_too_large"
	CodeUriTooLong           = "uri_too_long"
	CodeUnsupportedMediaType = "unsupported_media_type"
	CodeMissingField         = "missing_field"
	CodeInvalidField         = "invalid_field"
	CodeTooLong              = "too_long"
	CodeTooManyItems         = "too_many_items"
	CodeRateLimited          = "rate_limited"
	CodeTooManySessions      = "too_many_sessions"
	CodeHeadersTooLarge      = "headers_too_large"
	CodeTooManyStreams       = "too_many_streams"
	CodeInternal             = "internal"
	CodeDashboardMissing     = "dashboard_missing"
	CodeStoreFailed          = "store_failed"
	CodePostForbidden        = "post_forbidden"
	CodePostChannelArchived  = "post_channel_archived"
	CodePostRootDeleted      = "post_root_deleted"
	CodePostDeleted          = "post_deleted"
	CodePostRefused          = "post_refused"
	CodePostEditExpired      = "post_edit_expired"
)

// Known codes of Session.Error; expect others.
const (
	SessionCodeAborted        = "aborted"
	SessionCodeSuperseded     = "superseded"
	SessionCodeNewerRun       = "newer_run"
	SessionCodeRuntimeStopped = "runtime_stopped"
	SessionCodeProcessDied    = "process_died"
	SessionCodeLost           = "lost"
	SessionCodeSilent         = "silent"
	SessionCodeAgentError     = "agent_error"
)

// errorTable is x-error-codes, in its order.
var errorTable = []ErrorInfo{
	{Code: CodeInvalidJSON, Status: 400, Message: "The body is not valid JSON.", Action: "Send one JSON object in UTF-8."},
	{Code: CodeInvalidQuery, Status: 400, Message: "A query parameter has a value that is not allowed.", Action: "The message names the parameter and what it accepts."},
	{Code: CodeBadRequest, Status: 400, Message: "The request is not valid HTTP.", Action: "Send a GET request; the paths stand in contract/openapi.yaml."},
	{Code: CodeUnauthorized, Status: 401, Message: "No valid credentials came with the request.", Action: "Plugin: log in to Mattermost, or send the Shared Secret as X-Live-Status-Secret (PLUGIN_SECRET of the daemon). Dashboard: open the link with the token that the daemon printed."},
	{Code: CodeSecretNotConfigured, Status: 401, Message: "The plugin has no Shared Secret, so it refuses every daemon.", Action: "Set one in System Console > Plugins > Live Status and give the same to the daemon as PLUGIN_SECRET."},
	{Code: CodeInvalidBotToken, Status: 401, Message: "The Authorization beside the secret is not a token that Mattermost knows.", Action: "Check MM_BOT_TOKEN of the daemon; the bot must be enabled."},
	{Code: CodeChannelForbidden, Status: 403, Message: "This bot or user has no access to the channel.", Action: "Invite the bot to the channel, or correct the channel id."},
	{Code: CodeHostNotAllowed, Status: 403, Message: "The Host header does not name this daemon.", Action: "Open http://127.0.0.1:9090, or set DASHBOARD_HOSTS to the name that you use."},
	{Code: CodeActingDisabled, Status: 403, Message: "This dashboard may not act.", Action: "Set DASHBOARD_TOKEN and add operator.approvals to OPENCLAW_GATEWAY_SCOPES; docs/approvals.md."},
	{Code: CodeApprovalNotOpen, Status: 409, Message: "The session does not wait for this approval.", Action: "Look at the session again; somebody may have been faster."},
	{Code: CodeGatewayRefused, Status: 502, Message: "The gateway did not take it.", Action: "The message has the gateway's code; `livestatus doctor` checks the connection."},
	{Code: CodeOriginNotAllowed, Status: 403, Message: "The request comes from a foreign web page.", Action: "Open the dashboard itself; other pages may not read it."},
	{Code: CodeNotFound, Status: 404, Message: "There is nothing at this path.", Action: "The paths stand in contract/openapi.yaml."},
	{Code: CodeSessionNotFound, Status: 404, Message: "No session has this id.", Action: "It ended long ago, was withdrawn, or is in a channel that you may not read. POST creates one."},
	{Code: CodeMethodNotAllowed, Status: 405, Message: "This path does not accept this method.", Action: "The Allow header names those it accepts."},
	{Code: CodeNotOwner, Status: 409, Message: "Another daemon owns this session and is alive.", Action: "Let only one daemon watch an OpenClaw; when the other one is silent for a minute, a snapshot takes over."},
	{Code: CodeStaleSeq, Status: 409, Message: "The seq is not greater than the stored one.", Action: "Send a seq above `seq` of this answer, or none."},
	{Code: CodeBodyTooLarge, Status: 413, Message: "The body is larger than allowed.", Action: "Split the batch or shorten the texts; docs/errors.md lists the limits."},
	{Code: CodeUriTooLong, Status: 414, Message: "The address is longer than 2048 characters.", Action: "Leave out what is not needed of the query."},
	{Code: CodeUnsupportedMediaType, Status: 415, Message: "The body is not application/json.", Action: "Send Content-Type: application/json."},
	{Code: CodeMissingField, Status: 422, Message: "A required field is missing.", Action: "The message names the field."},
	{Code: CodeInvalidField, Status: 422, Message: "A field has a value that is not allowed.", Action: "The message names the field, what came and what is expected."},
	{Code: CodeTooLong, Status: 422, Message: "A text is longer than its limit.", Action: "Shorten it; the message names the field and the limit in code points."},
	{Code: CodeTooManyItems, Status: 422, Message: "A list has more items than its limit.", Action: "Send fewer; the message names the field and the limit."},
	{Code: CodeRateLimited, Status: 429, Message: "Too many requests.", Action: "Wait for the seconds in Retry-After."},
	{Code: CodeTooManySessions, Status: 429, Message: "The plugin keeps as many sessions as it may.", Action: "Wait until sessions end, or DELETE those that are not needed. MAX_ACTIVE_SESSIONS of the daemons keeps their number down."},
	{Code: CodeHeadersTooLarge, Status: 431, Message: "The headers of the request are too large.", Action: "Clear the cookies of this address in the browser."},
	{Code: CodeTooManyStreams, Status: 429, Message: "Too many pages are connected to the dashboard.", Action: "Close some dashboard pages."},
	{Code: CodeInternal, Status: 500, Message: "Something went wrong that is not your fault.", Action: "Look for the request_id in the server's log and report it."},
	{Code: CodeDashboardMissing, Status: 404, Message: "The files of the dashboard are not there.", Action: "Build them with scripts/ensure-dashboard.sh and restart the daemon. The API works without them."},
	{Code: CodeStoreFailed, Status: 500, Message: "Mattermost could not store the session.", Action: "Try again; if it stays look at the database in the Mattermost log."},
	{Code: CodePostForbidden, Status: 403, Message: "The bot may not write in this channel.", Action: "Invite the bot and check that the channel is not read-only."},
	{Code: CodePostChannelArchived, Status: 403, Message: "The channel is archived.", Action: "Nothing to do; the widget and the panel still show the session."},
	{Code: CodePostRootDeleted, Status: 404, Message: "The thread was deleted.", Action: "Nothing to do; the widget and the panel still show the session."},
	{Code: CodePostDeleted, Status: 404, Message: "Somebody deleted the status box.", Action: "Nothing to do; it is not created again."},
	{Code: CodePostRefused, Status: 400, Message: "Mattermost refused the status box.", Action: "The plugin's log has Mattermost's reason; another plugin may have rejected the post."},
	{Code: CodePostEditExpired, Status: 403, Message: "The server's time limit for edits has passed.", Action: "Allow bots to edit at any time (System Console > Posts > Edit time limit), or accept that the box stays as it is."},
}

// sessionErrorTable is x-session-error-codes, in its order.
var sessionErrorTable = []SessionErrorInfo{
	{Code: SessionCodeAborted, Status: SessionStatusInterrupted, Message: "A person or the queue mode stopped the agent.", Action: "Nothing to do."},
	{Code: SessionCodeSuperseded, Status: SessionStatusInterrupted, Message: "The runtime's watchdog stopped the run and started another.", Action: "Nothing to do; the next run has its own box."},
	{Code: SessionCodeNewerRun, Status: SessionStatusInterrupted, Message: "A newer run of the same conversation began before this one said how it ended.", Action: "Nothing to do; the newer run has its own box."},
	{Code: SessionCodeRuntimeStopped, Status: SessionStatusInterrupted, Message: "The run stopped in the middle of its work.", Action: "Look whether the agent's runtime was stopped or restarted at that time."},
	{Code: SessionCodeProcessDied, Status: SessionStatusInterrupted, Message: "The process that did the work is gone.", Action: "Look in the system's log whether it was killed (out of memory, for example)."},
	{Code: SessionCodeLost, Status: SessionStatusInterrupted, Message: "The run is gone, and nothing tells how it ended.", Action: "Look at the agent's log around that time."},
	{Code: SessionCodeSilent, Status: SessionStatusInterrupted, Message: "Neither a change nor a heartbeat came for 30 minutes.", Action: "Look whether the client that writes this session is running."},
	{Code: SessionCodeAgentError, Status: SessionStatusError, Message: "The run failed and its provider named no code.", Action: "The message has the details."},
}

// activityValues in the contract's order: patches name them by their place.
var activityValues = []Activity{"thinking", "tool", "writing", "waiting", "retrying", "compacting", "unobserved"}

// stepKindValues in the contract's order: patches name them by their place.
var stepKindValues = []StepKind{"tool", "text", "thinking", "agent", "notice"}

// stepStatusValues in the contract's order: patches name them by their place.
var stepStatusValues = []StepStatus{"running", "background", "done", "error", "cancelled"}
