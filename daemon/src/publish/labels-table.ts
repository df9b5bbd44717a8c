/**
 * What the tools of OpenClaw 2026.9.6 do, in the words of a person; see labels.ts for how the parts make a label.
 * testdata/openclaw-tools-2026.9.6.json lists the tools, and a test wants each of them here.
 */
export interface ToolWords {
  /** "read", "Reading", "Read". */
  readonly verb: readonly [base: string, running: string, done: string];
  /** What it is done to, at `full`: templates (label-template.ts), the first that can be filled. */
  readonly object?: string | readonly string[];
  /** The same without any argument: at `summary`, and when no template can be filled. '' = the verb says it all. */
  readonly plain: string;
  /** Takes values out of the runtime's own description of the call, by named groups. */
  readonly meta?: RegExp;
  /** By the argument `action`, at `full`; what is absent is as above. Then the words above must fit every action. */
  readonly actions?: Readonly<Record<string, Partial<Pick<ToolWords, 'verb' | 'object' | 'plain'>>>>;
}

type Verb = ToolWords['verb'];
type More = Pick<ToolWords, 'meta' | 'actions'>;

const words = (verb: Verb, plain: string, object?: string | readonly string[], more: More = {}): ToolWords => ({
  verb,
  plain,
  ...(object !== undefined && { object }),
  ...more,
});

const ADD: Verb = ['add', 'Adding', 'Added'];
const ASK: Verb = ['ask', 'Asking', 'Asked'];
const CHANGE: Verb = ['change', 'Changing', 'Changed'];
const CHECK: Verb = ['check', 'Checking', 'Checked'];
const CREATE: Verb = ['create', 'Creating', 'Created'];
const DELETE: Verb = ['delete', 'Deleting', 'Deleted'];
const EDIT: Verb = ['edit', 'Editing', 'Edited'];
const FETCH: Verb = ['fetch', 'Fetching', 'Fetched'];
const FIND: Verb = ['find', 'Finding', 'Found'];
const LIST: Verb = ['list', 'Listing', 'Listed'];
const LOOK: Verb = ['look at', 'Looking at', 'Looked at'];
const MAKE: Verb = ['make', 'Making', 'Made'];
const MANAGE: Verb = ['manage', 'Managing', 'Managed'];
const MOVE: Verb = ['move', 'Moving', 'Moved'];
const OPEN: Verb = ['open', 'Opening', 'Opened'];
const READ: Verb = ['read', 'Reading', 'Read'];
const RUN: Verb = ['run', 'Running', 'Ran'];
const SEARCH: Verb = ['search', 'Searching', 'Searched'];
const SEND: Verb = ['send', 'Sending', 'Sent'];
const SET: Verb = ['set', 'Setting', 'Set'];
const SHOW: Verb = ['show', 'Showing', 'Showed'];
const START: Verb = ['start', 'Starting', 'Started'];
const STOP: Verb = ['stop', 'Stopping', 'Stopped'];
const TAKE: Verb = ['take', 'Taking', 'Took'];
const UPDATE: Verb = ['update', 'Updating', 'Updated'];
const USE: Verb = ['use', 'Using', 'Used'];
const WAIT: Verb = ['wait for', 'Waiting for', 'Waited for'];
const WRITE: Verb = ['write', 'Writing', 'Wrote'];

const PATH = '`{path|file_path|filePath|file}`';
const QUOTED_QUERY = /^for "?(?<query>.+?)"?(?: \(top \d+\))?$/;

const FILES = {
  read: words(READ, 'a file', PATH, {
    meta: /^(?:lines? \S+ from|from line \d+ in|first \d+ lines? of|from) (?<path>.+)$/,
  }),
  write: words(WRITE, 'a file', PATH, { meta: /^to (?<path>.+?)(?: \(\d+ chars\))?$/ }),
  edit: words(EDIT, 'a file', PATH, { meta: /^in (?<path>.+?)(?: \(\d+ chars\))?$/ }),
  apply_patch: words(['patch', 'Patching', 'Patched'], 'files', PATH),
  ls: words(LIST, 'a folder', '`{path|dir|directory}`'),
  find: words(FIND, 'files', '`{pattern|name|glob}`[ in `{path|dir}`]'),
  grep: words(SEARCH, 'files', 'for `{pattern|query}`[ in `{path|dir|glob}`]'),
  attach: words(['attach', 'Attaching', 'Attached'], 'a file', '`{path|fileName|url}`', { meta: /^from (?<path>.+)$/ }),
  file_fetch: words(FETCH, 'a file from another machine', '`{path}`[ from {node}]'),
  file_write: words(WRITE, 'a file on another machine', '`{path}`[ on {node}]'),
  dir_list: words(LIST, 'a folder of another machine', '`{path}`[ on {node}]'),
  dir_fetch: words(FETCH, 'a folder from another machine', '`{path}`[ from {node}]'),
} satisfies Record<string, ToolWords>;

const COMMAND = ['`{command}`', ': {words}'];
const RUNTIME = {
  exec: words(RUN, 'a command', COMMAND),
  bash: words(RUN, 'a command', COMMAND),
  shell: words(RUN, 'a command', COMMAND),
  node_exec: words(RUN, 'a command on another machine', '`{command}`[ on {node}]'),
  gateway_exec: words(RUN, 'a command', COMMAND),
  sandbox_exec: words(RUN, 'a command', COMMAND),
  process: words(MANAGE, 'background commands', undefined, {
    actions: {
      poll: { verb: CHECK, plain: 'a background command' },
      list: { verb: LIST, plain: 'background commands' },
      log: { verb: READ, plain: 'the output of a background command' },
      write: { verb: ['answer', 'Answering', 'Answered'], plain: 'a background command' },
      submit: { verb: ['answer', 'Answering', 'Answered'], plain: 'a background command' },
      paste: { verb: ['answer', 'Answering', 'Answered'], plain: 'a background command' },
      'send-keys': { verb: ['answer', 'Answering', 'Answered'], plain: 'a background command' },
      kill: { verb: STOP, plain: 'a background command' },
      remove: { verb: STOP, plain: 'a background command' },
    },
  }),
  gateway_process: words(MANAGE, 'background commands'),
  wait: words(WAIT, 'a running script'),
  code_execution: words(RUN, 'an analysis', ': {task|meta}'),
  secrets: words(MANAGE, 'credentials', undefined, {
    actions: {
      request: { verb: ASK, object: 'for the credential `{name}`', plain: 'for a credential' },
      list: { verb: LIST, plain: 'the names of credentials' },
      delete: { verb: DELETE, object: 'the credential `{name}`', plain: 'a credential' },
    },
  }),
  onepassword: words(['look up', 'Looking up', 'Looked up'], 'a credential'),
  terminal: words(USE, 'a shared terminal', undefined, {
    actions: { open: { verb: OPEN }, close: { verb: ['close', 'Closing', 'Closed'] }, read: { verb: READ } },
  }),
  crabbox: words(USE, 'a temporary machine'),
  llm_task: words(ASK, 'another model'),
  node_inference: words(ASK, 'a model of another machine'),
} satisfies Record<string, ToolWords>;

const WEB = {
  web_search: words(SEARCH, 'the web', 'the web: {query|q|search}', { meta: QUOTED_QUERY }),
  web_fetch: words(FETCH, 'a web page', '`{url}`', { meta: /^from (?<url>\S+)/ }),
  x_search: words(SEARCH, 'X', 'X: {query|q}'),
  firecrawl_search: words(SEARCH, 'the web', 'the web: {query}'),
  firecrawl_scrape: words(FETCH, 'a web page', '`{url}`'),
  tavily_search: words(SEARCH, 'the web', 'the web: {query}'),
  tavily_extract: words(FETCH, 'web pages', '`{url|urls}`'),
  api: words(['call', 'Calling', 'Called'], 'a web service', '`{url|endpoint|path}`'),
  browser: words(USE, 'the browser', undefined, {
    actions: {
      open: { verb: OPEN, object: '`{targetUrl|url}` in the browser', plain: 'a page in the browser' },
      navigate: { verb: OPEN, object: '`{targetUrl|url}` in the browser', plain: 'a page in the browser' },
      snapshot: { verb: READ, plain: 'the page in the browser' },
      screenshot: { verb: TAKE, plain: 'a screenshot of the browser' },
      console: { verb: READ, plain: 'the console of the browser' },
      pdf: { verb: ['save', 'Saving', 'Saved'], plain: 'the page as PDF' },
      upload: { verb: ['upload', 'Uploading', 'Uploaded'], plain: 'files in the browser' },
      tabs: { verb: LIST, plain: 'the tabs of the browser' },
      close: { verb: ['close', 'Closing', 'Closed'], plain: 'a tab of the browser' },
      start: { verb: START },
      stop: { verb: STOP },
      status: { verb: CHECK },
    },
  }),
} satisfies Record<string, ToolWords>;

const MEMORY = {
  memory_search: words(SEARCH, 'its memory', 'its memory: {query|meta}'),
  memory_get: words(READ, 'its memory', '`{path}` in its memory'),
  memory_store: words(['remember', 'Remembering', 'Remembered'], 'something'),
  memory_recall: words(SEARCH, 'its memory', 'its memory: {query}'),
  memory_forget: words(['forget', 'Forgetting', 'Forgot'], 'something'),
  intent: words(MANAGE, 'standing intents'),
  wiki_search: words(SEARCH, 'the wiki', 'the wiki: {query}'),
  wiki_get: words(READ, 'a wiki page', '`{path|id}` in the wiki'),
  wiki_apply: words(EDIT, 'the wiki'),
  wiki_lint: words(CHECK, 'the wiki'),
  wiki_status: words(CHECK, 'the state of the wiki'),
} satisfies Record<string, ToolWords>;

const SESSIONS = {
  sessions: words(MANAGE, 'session settings'),
  sessions_list: words(LIST, 'sessions'),
  sessions_history: words(READ, 'the history of a session'),
  sessions_search: words(SEARCH, 'past sessions', 'past sessions: {query}'),
  sessions_send: words(SEND, 'a message to another session', 'a message to `{label}`'),
  sessions_spawn: words(START, 'a sub-agent', 'the sub-agent `{label|taskName|meta}`'),
  sessions_yield: words(WAIT, 'its sub-agents'),
  agents_wait: words(WAIT, 'its sub-agents'),
  agents_list: words(LIST, 'agents'),
  subagents: words(MANAGE, 'its sub-agents', undefined, {
    actions: {
      list: { verb: LIST },
      kill: { verb: STOP, plain: 'a sub-agent' },
      cancel: { verb: STOP, plain: 'a sub-agent' },
      steer: { verb: ['steer', 'Steering', 'Steered'], plain: 'a sub-agent' },
    },
  }),
  session_status: words(CHECK, 'the state of the session'),
  conversations_list: words(LIST, 'conversations'),
  conversations_send: words(SEND, 'a message to another conversation'),
  conversations_turn: words(ASK, 'in another conversation'),
  transcripts: words(MANAGE, 'a transcript', undefined, {
    actions: {
      start: { verb: START },
      stop: { verb: STOP },
      import: { verb: ['import', 'Importing', 'Imported'] },
      summarize: { verb: ['summarize', 'Summarizing', 'Summarized'] },
    },
  }),
  suggest_task: words(['suggest', 'Suggesting', 'Suggested'], 'a task', 'a task: {title}'),
  dismiss_task: words(['withdraw', 'Withdrawing', 'Withdrew'], 'a suggested task'),
  get_goal: words(READ, 'the goal'),
  create_goal: words(SET, 'a goal', 'a goal: {objective}'),
  update_goal: words(UPDATE, 'the goal'),
  progress_card: words(UPDATE, 'the plan'),
  update_plan: words(UPDATE, 'the plan'),
  todo_write: words(UPDATE, 'the plan'),
  ask_user: words(ASK, 'a question', ': {question|meta}'),
  structured_output: words(['give', 'Giving', 'Gave'], 'its result'),
  github_publish: words(OPEN, 'a pull request', 'a pull request: {title}'),
  github_identity_status: words(CHECK, 'the GitHub identity'),
  tool_search: words(['look for', 'Looking for', 'Looked for'], 'a tool', 'a tool: {query}'),
  tool_describe: words(['look up', 'Looking up', 'Looked up'], 'a tool', 'the tool `{id|name}`'),
  tool_call: words(USE, 'a tool', 'the tool `{id|name}`'),
  tool_call_update: words(USE, 'a tool'),
  tool_search_code: words(['look for', 'Looking for', 'Looked for'], 'a tool'),
} satisfies Record<string, ToolWords>;

const SCREENS = {
  screen: words(USE, 'the operator screen'),
  theme: words(MANAGE, 'themes'),
  dashboard: words(USE, 'the dashboard'),
  portal: words(MANAGE, 'shared web apps', 'the web app on port {port}'),
  portal_show: words(SHOW, 'a local web app'),
  canvas: words(USE, 'the panel of a device'),
  show_widget: words(SHOW, 'a widget', 'a widget: {title}'),
  computer: words(USE, 'the computer', undefined, {
    actions: {
      screenshot: { verb: TAKE, plain: 'a screenshot' },
      type: { verb: ['type on', 'Typing on', 'Typed on'] },
      wait: { verb: WAIT },
    },
  }),
  mobile_ui: words(USE, 'a phone'),
  nodes: words(USE, 'a paired device', undefined, {
    actions: {
      status: { verb: LIST, plain: 'paired devices' },
      describe: { verb: LOOK },
      notify: { verb: ['notify', 'Notifying', 'Notified'] },
      camera_snap: { verb: TAKE, plain: 'a photo' },
      camera_clip: { verb: TAKE, plain: 'a video' },
      screen_record: { verb: TAKE, plain: 'a video of a screen' },
      screen_snapshot: { verb: TAKE, plain: 'a screenshot' },
      approve: { verb: ['approve', 'Approving', 'Approved'], plain: 'a device' },
      reject: { verb: ['reject', 'Rejecting', 'Rejected'], plain: 'a device' },
    },
  }),
  talk_voice: words(MANAGE, 'voices'),
} satisfies Record<string, ToolWords>;

const MESSAGING = {
  message: words(USE, 'the chat', undefined, {
    actions: {
      send: { verb: SEND, object: 'a message to {to|target}', plain: 'a message' },
      reply: { verb: ['reply to', 'Replying to', 'Replied to'], plain: 'a message' },
      broadcast: { verb: ['broadcast', 'Broadcasting', 'Broadcast'], plain: 'a message' },
      react: { verb: ['react to', 'Reacting to', 'Reacted to'], plain: 'a message' },
      poll: { verb: START, object: 'a poll: {pollQuestion}', plain: 'a poll' },
      read: { verb: READ, plain: 'messages' },
      search: { verb: SEARCH, object: 'messages: {query}', plain: 'messages' },
      edit: { verb: EDIT, plain: 'a message' },
      delete: { verb: DELETE, plain: 'a message' },
      unsend: { verb: DELETE, plain: 'a message' },
      pin: { verb: ['pin', 'Pinning', 'Pinned'], plain: 'a message' },
      unpin: { verb: ['unpin', 'Unpinning', 'Unpinned'], plain: 'a message' },
      'thread-create': { verb: START, plain: 'a thread' },
      'thread-reply': { verb: ['reply in', 'Replying in', 'Replied in'], plain: 'a thread' },
      sendAttachment: { verb: SEND, plain: 'a file' },
      'upload-file': { verb: ['upload', 'Uploading', 'Uploaded'], plain: 'a file' },
      'download-file': { verb: ['download', 'Downloading', 'Downloaded'], plain: 'a file' },
      'channel-info': { verb: LOOK, plain: 'a channel' },
      'channel-list': { verb: LIST, plain: 'channels' },
      'member-info': { verb: LOOK, plain: 'a member' },
    },
  }),
  openclaw_agent_consult: words(ASK, 'another agent'),
  openclaw_agent_control: words(MANAGE, 'another agent'),
  heartbeat_respond: words(['answer', 'Answering', 'Answered'], 'the heartbeat'),
} satisfies Record<string, ToolWords>;

const AUTOMATION = words(MANAGE, 'automations', undefined, {
  actions: {
    list: { verb: LIST },
    status: { verb: CHECK },
    runs: { verb: LIST, plain: 'runs of an automation' },
    add: { verb: ADD, object: 'the automation `{name}`', plain: 'an automation' },
    create: { verb: ADD, object: 'the automation `{name}`', plain: 'an automation' },
    update: { verb: CHANGE, plain: 'an automation' },
    remove: { verb: DELETE, plain: 'an automation' },
    run: { verb: RUN, plain: 'an automation' },
    wake: { verb: ['wake', 'Waking', 'Woke'], plain: 'a session' },
  },
});
const AUTOMATIONS = {
  automations: AUTOMATION,
  cron: AUTOMATION,
  gateway: words(USE, 'the OpenClaw gateway', undefined, {
    actions: {
      'config.get': { verb: READ, plain: 'the OpenClaw configuration' },
      'config.schema.lookup': { verb: READ, plain: 'the OpenClaw configuration schema' },
      'update.run': { verb: UPDATE, plain: 'OpenClaw' },
    },
  }),
  plugins: words(MANAGE, 'plugins', undefined, {
    actions: {
      list: { verb: LIST },
      search: { verb: SEARCH, object: 'for plugins: {query}' },
      install: {
        verb: ['install', 'Installing', 'Installed'],
        object: 'the plugin `{packageName|pluginId}`',
        plain: 'a plugin',
      },
      uninstall: { verb: ['remove', 'Removing', 'Removed'], object: 'the plugin `{pluginId}`', plain: 'a plugin' },
      reload: { verb: ['reload', 'Reloading', 'Reloaded'] },
    },
  }),
  openclaw: words(['set up', 'Setting up', 'Set up'], 'OpenClaw'),
  skill_workshop: words(['work on', 'Working on', 'Worked on'], 'a skill', 'the skill `{name}`'),
} satisfies Record<string, ToolWords>;

const MODELS = { verb: LIST, object: [], plain: 'models' };
const PICTURE = '`{path|url}`';
const MEDIA = {
  image: words(LOOK, 'a picture', PICTURE),
  view_image: words(LOOK, 'a picture', PICTURE),
  pdf: words(READ, 'a PDF', PICTURE),
  image_generate: words(MAKE, 'a picture', 'a picture: {prompt}', { actions: { list: MODELS } }),
  music_generate: words(MAKE, 'music', 'music: {prompt}', { actions: { list: MODELS } }),
  video_generate: words(MAKE, 'a video', 'a video: {prompt}', { actions: { list: MODELS } }),
  tts: words(['speak', 'Speaking', 'Spoke'], '', ': {text}'),
} satisfies Record<string, ToolWords>;

const CARD = 'a card of the workboard';
const BOARD = 'a workboard';
const WORKBOARD = {
  workboard_list: words(LIST, 'cards of the workboard'),
  workboard_create: words(CREATE, CARD, 'the card `{title}`'),
  workboard_read: words(READ, CARD),
  workboard_link: words(['link', 'Linking', 'Linked'], 'cards of the workboard'),
  workboard_claim: words(TAKE, CARD),
  workboard_heartbeat: words(UPDATE, CARD),
  workboard_complete: words(['finish', 'Finishing', 'Finished'], CARD),
  workboard_attachment_add: words(ADD, 'an attachment to a card'),
  workboard_attachment_read: words(READ, 'an attachment of a card'),
  workboard_attachment_delete: words(DELETE, 'an attachment of a card'),
  workboard_block: words(['block', 'Blocking', 'Blocked'], CARD),
  workboard_unblock: words(['unblock', 'Unblocking', 'Unblocked'], CARD),
  workboard_boards: words(LIST, 'workboards'),
  workboard_board_create: words(CREATE, BOARD),
  workboard_board_archive: words(['archive', 'Archiving', 'Archived'], BOARD),
  workboard_board_delete: words(DELETE, BOARD),
  workboard_stats: words(READ, 'the figures of the workboard'),
  workboard_runs: words(LIST, 'runs of a card'),
  workboard_specify: words(['specify', 'Specifying', 'Specified'], CARD),
  workboard_decompose: words(['split', 'Splitting', 'Split'], CARD),
  workboard_notify_subscribe: words(['subscribe to', 'Subscribing to', 'Subscribed to'], BOARD),
  workboard_notify_unsubscribe: words(['unsubscribe from', 'Unsubscribing from', 'Unsubscribed from'], BOARD),
  workboard_notify_list: words(LIST, 'subscriptions of the workboard'),
  workboard_notify_events: words(READ, 'news of the workboard'),
  workboard_notify_advance: words(READ, 'news of the workboard'),
  workboard_promote: words(['promote', 'Promoting', 'Promoted'], CARD),
  workboard_reassign: words(['reassign', 'Reassigning', 'Reassigned'], CARD),
  workboard_reclaim: words(['take back', 'Taking back', 'Took back'], CARD),
  workboard_release: words(['give back', 'Giving back', 'Gave back'], CARD),
  workboard_dispatch: words(['hand out', 'Handing out', 'Handed out'], 'cards of the workboard'),
  workboard_comment: words(['comment on', 'Commenting on', 'Commented on'], CARD),
  workboard_proof: words(ADD, 'a proof to a card'),
  workboard_worker_log: words(WRITE, 'the log of a card'),
  workboard_protocol_violation: words(['report', 'Reporting', 'Reported'], 'a problem of a card'),
  workboard_move: words(MOVE, CARD),
} satisfies Record<string, ToolWords>;

/** By the tool's name in lower case, words joined by `_`. */
export const TOOL_WORDS: ReadonlyMap<string, ToolWords> = new Map<string, ToolWords>(
  Object.entries({
    ...FILES,
    ...RUNTIME,
    ...WEB,
    ...MEMORY,
    ...SESSIONS,
    ...SCREENS,
    ...MESSAGING,
    ...AUTOMATIONS,
    ...MEDIA,
    ...WORKBOARD,
  }),
);

/** Other runtimes' names for the same (command line agents behind OpenClaw). */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['multi_edit', 'edit'],
  ['notebook_edit', 'edit'],
  ['glob', 'find'],
  ['task', 'sessions_spawn'],
]);
