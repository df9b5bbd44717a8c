// Code generated from contract/openapi.yaml by scripts/contract-generate.sh. DO NOT EDIT.

/** Every limit of the contract. */
export const LIMITS = {
  /** Session id: letters, digits, `_` and `-`. Unit: chars. */
  idMaxChars: 64,
  /** Daemon id: letters, digits, `_`, `-` and `:`. Unit: chars. */
  daemonIdMaxChars: 64,
  /** Session key. Unit: code_points. */
  sessionKeyMaxCodePoints: 512,
  /** Ids of the chat server: channel, root, user, post. Unit: chars. */
  platformIdMaxChars: 64,
  /** Agent id. Unit: code_points. */
  agentIdMaxCodePoints: 128,
  /** Agent name. Unit: code_points. */
  agentNameMaxCodePoints: 120,
  /** Agent runtime. Unit: code_points. */
  runtimeMaxCodePoints: 32,
  /** Title of a session. Unit: code_points. */
  titleMaxCodePoints: 200,
  /** Error code of a session. Unit: code_points. */
  errorCodeMaxCodePoints: 64,
  /** Error message of a session. Unit: code_points. */
  errorMessageMaxCodePoints: 500,
  /** Published steps of a session, the last ones; `steps_dropped` tells how many fell out. Unit: items. */
  stepsPerSession: 50,
  /** Id of a step or an approval. Unit: code_points. */
  stepIdMaxCodePoints: 128,
  /** Name of a step. Unit: code_points. */
  stepNameMaxCodePoints: 120,
  /** Label of a step, one line. Unit: code_points. */
  labelMaxCodePoints: 120,
  /** Detail of a step. Unit: code_points. */
  detailMaxCodePoints: 1000,
  /** Items of a plan. Unit: items. */
  planMaxItems: 50,
  /** Text of a plan item. Unit: code_points. */
  planTextMaxCodePoints: 200,
  /** Answers that a question offers. Unit: items. */
  choicesMaxItems: 10,
  /** One offered answer. Unit: code_points. */
  choiceMaxCodePoints: 120,
  /** Body of a request. Unit: bytes. */
  bodyMaxBytes: 1048576,
  /** Body of a batch. Unit: bytes. */
  batchBodyMaxBytes: 8388608,
  /** Changes, and held sessions, in one batch. Unit: items. */
  batchMaxItems: 5000,
  /** Sessions that the plugin keeps at a time. Unit: items. */
  liveSessions: 5000,
  /** Ended sessions in the daemon's list if `limit` is absent. Unit: items. */
  listEndedDefault: 200,
  /** Largest `limit` of the daemon's list. Unit: items. */
  listEndedMax: 1000,
  /** Message of a Mattermost post. Unit: code_points. */
  postMessageMaxCodePoints: 16383,
  /** Final state in the props of a box. Unit: bytes. */
  postPropsMaxBytes: 8192,
  /** Steps in the props of a box. Unit: items. */
  postPropsMaxSteps: 20,
  /** How long the plugin believes a silent daemon. Unit: ms. */
  leaseMs: 60000,
  /** A daemon sends `held` at least this often. Unit: ms. */
  heartbeatMs: 20000,
  /** Active without change and heartbeat for this long becomes interrupted. Unit: ms. */
  silentInterruptMs: 1800000,
  /** The plugin forgets an ended session after this; its post stays. Unit: ms. */
  endedKeepMs: 3600000,
  /** So many ended sessions of a channel, the last ones, are kept that long; earlier ones go after some minutes. Unit: items. */
  endedKeepPerChannel: 20,
  /** Longest silence on the dashboard's event stream. Unit: ms. */
  streamKeepAliveMs: 15000,
  /** Event streams that the daemon serves at a time. Unit: items. */
  streamClients: 64,
} as const;

/** Codes of error answers, batch results and posts: HTTP status, message, what to do. */
export const ERROR_CODES = {
  "invalid_json": {
    "status": 400,
    "where": [
      "plugin"
    ],
    "message": "The body is not valid JSON.",
    "action": "Send one JSON object in UTF-8."
  },
  "invalid_query": {
    "status": 400,
    "where": [
      "plugin",
      "daemon"
    ],
    "message": "A query parameter has a value that is not allowed.",
    "action": "The message names the parameter and what it accepts."
  },
  "bad_request": {
    "status": 400,
    "where": [
      "daemon"
    ],
    "message": "The request is not valid HTTP.",
    "action": "Send a GET request; the paths stand in contract/openapi.yaml."
  },
  "unauthorized": {
    "status": 401,
    "where": [
      "plugin",
      "daemon"
    ],
    "message": "No valid credentials came with the request.",
    "action": "Plugin: log in to Mattermost, or send the Shared Secret as X-Live-Status-Secret (PLUGIN_SECRET of the daemon). Dashboard: open the link with the token that the daemon printed."
  },
  "secret_not_configured": {
    "status": 401,
    "where": [
      "plugin"
    ],
    "message": "The plugin has no Shared Secret, so it refuses every daemon.",
    "action": "Set one in System Console > Plugins > Live Status and give the same to the daemon as PLUGIN_SECRET."
  },
  "invalid_bot_token": {
    "status": 401,
    "where": [
      "plugin"
    ],
    "message": "The Authorization beside the secret is not a token that Mattermost knows.",
    "action": "Check MM_BOT_TOKEN of the daemon; the bot must be enabled."
  },
  "channel_forbidden": {
    "status": 403,
    "where": [
      "plugin"
    ],
    "message": "This bot or user has no access to the channel.",
    "action": "Invite the bot to the channel, or correct the channel id."
  },
  "host_not_allowed": {
    "status": 403,
    "where": [
      "daemon"
    ],
    "message": "The Host header does not name this daemon.",
    "action": "Open http://127.0.0.1:9090, or set DASHBOARD_HOSTS to the name that you use."
  },
  "acting_disabled": {
    "status": 403,
    "where": [
      "daemon"
    ],
    "message": "This dashboard may not act.",
    "action": "Set DASHBOARD_TOKEN and add operator.approvals to OPENCLAW_GATEWAY_SCOPES; docs/approvals.md."
  },
  "approval_not_open": {
    "status": 409,
    "where": [
      "daemon"
    ],
    "message": "The session does not wait for this approval.",
    "action": "Look at the session again; somebody may have been faster."
  },
  "gateway_refused": {
    "status": 502,
    "where": [
      "daemon"
    ],
    "message": "The gateway did not take it.",
    "action": "The message has the gateway's code; `livestatus doctor` checks the connection."
  },
  "origin_not_allowed": {
    "status": 403,
    "where": [
      "daemon"
    ],
    "message": "The request comes from a foreign web page.",
    "action": "Open the dashboard itself; other pages may not read it."
  },
  "not_found": {
    "status": 404,
    "where": [
      "plugin",
      "daemon"
    ],
    "message": "There is nothing at this path.",
    "action": "The paths stand in contract/openapi.yaml."
  },
  "session_not_found": {
    "status": 404,
    "where": [
      "plugin",
      "daemon"
    ],
    "message": "No session has this id.",
    "action": "It ended long ago, was withdrawn, or is in a channel that you may not read. POST creates one."
  },
  "method_not_allowed": {
    "status": 405,
    "where": [
      "plugin",
      "daemon"
    ],
    "message": "This path does not accept this method.",
    "action": "The Allow header names those it accepts."
  },
  "not_owner": {
    "status": 409,
    "where": [
      "plugin"
    ],
    "message": "Another daemon owns this session and is alive.",
    "action": "Let only one daemon watch an OpenClaw; when the other one is silent for a minute, a snapshot takes over."
  },
  "stale_seq": {
    "status": 409,
    "where": [
      "plugin"
    ],
    "message": "The seq is not greater than the stored one.",
    "action": "Send a seq above `seq` of this answer, or none."
  },
  "body_too_large": {
    "status": 413,
    "where": [
      "plugin"
    ],
    "message": "The body is larger than allowed.",
    "action": "Split the batch or shorten the texts; docs/errors.md lists the limits."
  },
  "uri_too_long": {
    "status": 414,
    "where": [
      "daemon"
    ],
    "message": "The address is longer than 2048 characters.",
    "action": "Leave out what is not needed of the query."
  },
  "unsupported_media_type": {
    "status": 415,
    "where": [
      "plugin"
    ],
    "message": "The body is not application/json.",
    "action": "Send Content-Type: application/json."
  },
  "missing_field": {
    "status": 422,
    "where": [
      "plugin"
    ],
    "message": "A required field is missing.",
    "action": "The message names the field."
  },
  "invalid_field": {
    "status": 422,
    "where": [
      "plugin"
    ],
    "message": "A field has a value that is not allowed.",
    "action": "The message names the field, what came and what is expected."
  },
  "too_long": {
    "status": 422,
    "where": [
      "plugin"
    ],
    "message": "A text is longer than its limit.",
    "action": "Shorten it; the message names the field and the limit in code points."
  },
  "too_many_items": {
    "status": 422,
    "where": [
      "plugin"
    ],
    "message": "A list has more items than its limit.",
    "action": "Send fewer; the message names the field and the limit."
  },
  "rate_limited": {
    "status": 429,
    "where": [
      "plugin"
    ],
    "message": "Too many requests.",
    "action": "Wait for the seconds in Retry-After."
  },
  "too_many_sessions": {
    "status": 429,
    "where": [
      "plugin"
    ],
    "message": "The plugin keeps as many sessions as it may.",
    "action": "Wait until sessions end, or DELETE those that are not needed. MAX_ACTIVE_SESSIONS of the daemons keeps their number down."
  },
  "headers_too_large": {
    "status": 431,
    "where": [
      "daemon"
    ],
    "message": "The headers of the request are too large.",
    "action": "Clear the cookies of this address in the browser."
  },
  "too_many_streams": {
    "status": 429,
    "where": [
      "daemon"
    ],
    "message": "Too many pages are connected to the dashboard.",
    "action": "Close some dashboard pages."
  },
  "internal": {
    "status": 500,
    "where": [
      "plugin",
      "daemon"
    ],
    "message": "Something went wrong that is not your fault.",
    "action": "Look for the request_id in the server's log and report it."
  },
  "dashboard_missing": {
    "status": 404,
    "where": [
      "daemon"
    ],
    "message": "The files of the dashboard are not there.",
    "action": "Build them with scripts/ensure-dashboard.sh and restart the daemon. The API works without them."
  },
  "store_failed": {
    "status": 500,
    "where": [
      "plugin"
    ],
    "message": "Mattermost could not store the session.",
    "action": "Try again; if it stays look at the database in the Mattermost log."
  },
  "post_forbidden": {
    "status": 403,
    "where": [
      "post"
    ],
    "message": "The bot may not write in this channel.",
    "action": "Invite the bot and check that the channel is not read-only."
  },
  "post_channel_archived": {
    "status": 403,
    "where": [
      "post"
    ],
    "message": "The channel is archived.",
    "action": "Nothing to do; the widget and the panel still show the session."
  },
  "post_root_deleted": {
    "status": 404,
    "where": [
      "post"
    ],
    "message": "The thread was deleted.",
    "action": "Nothing to do; the widget and the panel still show the session."
  },
  "post_deleted": {
    "status": 404,
    "where": [
      "post"
    ],
    "message": "Somebody deleted the status box.",
    "action": "Nothing to do; it is not created again."
  },
  "post_refused": {
    "status": 400,
    "where": [
      "post"
    ],
    "message": "Mattermost refused the status box.",
    "action": "The plugin's log has Mattermost's reason; another plugin may have rejected the post."
  },
  "post_edit_expired": {
    "status": 403,
    "where": [
      "post"
    ],
    "message": "The server's time limit for edits has passed.",
    "action": "Allow bots to edit at any time (System Console > Posts > Edit time limit), or accept that the box stays as it is."
  }
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Known codes of `Session.error`; expect others (a provider passes its own). */
export const SESSION_ERROR_CODES = {
  "aborted": {
    "status": "interrupted",
    "message": "A person or the queue mode stopped the agent.",
    "action": "Nothing to do."
  },
  "superseded": {
    "status": "interrupted",
    "message": "The runtime's watchdog stopped the run and started another.",
    "action": "Nothing to do; the next run has its own box."
  },
  "newer_run": {
    "status": "interrupted",
    "message": "A newer run of the same conversation began before this one said how it ended.",
    "action": "Nothing to do; the newer run has its own box."
  },
  "runtime_stopped": {
    "status": "interrupted",
    "message": "The run stopped in the middle of its work.",
    "action": "Look whether the agent's runtime was stopped or restarted at that time."
  },
  "process_died": {
    "status": "interrupted",
    "message": "The process that did the work is gone.",
    "action": "Look in the system's log whether it was killed (out of memory, for example)."
  },
  "lost": {
    "status": "interrupted",
    "message": "The run is gone, and nothing tells how it ended.",
    "action": "Look at the agent's log around that time."
  },
  "silent": {
    "status": "interrupted",
    "message": "Neither a change nor a heartbeat came for 30 minutes.",
    "action": "Look whether the client that writes this session is running."
  },
  "agent_error": {
    "status": "error",
    "message": "The run failed and its provider named no code.",
    "action": "The message has the details."
  }
} as const;

export type SessionErrorCode = keyof typeof SESSION_ERROR_CODES;

/** Values of SessionStatus. */
export const SESSION_STATUSES = [
  "active",
  "done",
  "error",
  "interrupted"
] as const;

/** Values of Activity. */
export const ACTIVITIES = [
  "thinking",
  "tool",
  "writing",
  "waiting",
  "retrying",
  "compacting",
  "unobserved"
] as const;

/** Values of StepKind. */
export const STEP_KINDS = [
  "tool",
  "text",
  "thinking",
  "agent",
  "notice"
] as const;

/** Values of StepStatus. */
export const STEP_STATUSES = [
  "running",
  "background",
  "done",
  "error",
  "cancelled"
] as const;

/** Name of the WebSocket event on the wire (D6). */
export const CHANNEL_UPDATE_EVENT = "custom_com.openclaw.livestatus_update" as const;

/** Names of the dashboard's server-sent events. */
export const STREAM_EVENTS = [
  "hello",
  "sync",
  "update",
  "health"
] as const;
