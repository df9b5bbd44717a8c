import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ToolStep } from '../turns/turn.ts';
import { parseLabelOverrides, type Tense, toolLabel, toolSummary } from './labels.ts';
import { TOOL_WORDS } from './labels-table.ts';
import { wordsOf } from './tool-words.ts';

const step = (fields: Partial<ToolStep> & { readonly name: string }): ToolStep => ({
  id: 's1',
  kind: 'tool',
  status: 'running',
  startedMs: 1,
  ...fields,
});

/** Names, titles, descriptions and arguments as recorded (testdata/recordings/gateway). */
const RECORDED: readonly (readonly [running: string, done: string, Partial<ToolStep> & { name: string }])[] = [
  [
    'Running `echo deploying; sleep 2; echo deployed`',
    'Ran `echo deploying; sleep 2; echo deployed`',
    {
      name: 'exec',
      title: 'Exec print text → run sleep 2 → print text',
      meta: 'print text → run sleep 2 → print text',
      input: { command: 'echo deploying; sleep 2; echo deployed' },
    },
  ],
  [
    'Running: print text → run sleep 2 → print text',
    'Ran: print text → run sleep 2 → print text',
    { name: 'exec', meta: 'print text → run sleep 2 → print text' },
  ],
  [
    'Running `for i in $(seq 1 12); do echo line $i; sleep 1; done`',
    'Ran `for i in $(seq 1 12); do echo line $i; sleep 1; done`',
    { name: 'exec', meta: 'for i in $(seq 1 12); do echo line $i; sleep 1; done' },
  ],
  ['Reading `AGENTS.md`', 'Read `AGENTS.md`', { name: 'read', title: 'Read from AGENTS.md', meta: 'from AGENTS.md' }],
  ['Reading `AGENTS.md`', 'Read `AGENTS.md`', { name: 'read', title: 'Read from AGENTS.md' }],
  ['Reading `a.txt`', 'Read `a.txt`', { name: 'read', meta: 'lines 1-20 from a.txt', input: { path: 'a.txt' } }],
  [
    'Writing `plan-out.txt`',
    'Wrote `plan-out.txt`',
    { name: 'write', meta: 'to plan-out.txt (6 chars)', input: { path: 'plan-out.txt' } },
  ],
  ['Editing `notes/todo.md`', 'Edited `notes/todo.md`', { name: 'edit', meta: 'in notes/todo.md' }],
  ['Patching files', 'Patched files', { name: 'apply_patch', title: 'Apply Patch' }],
  [
    'Fetching `http://127.0.0.1:9/nothing`',
    'Fetched `http://127.0.0.1:9/nothing`',
    { name: 'web_fetch', meta: 'from http://127.0.0.1:9/nothing' },
  ],
  ['Asking: Which environment?', 'Asked: Which environment?', { name: 'ask_user', meta: 'Which environment?' }],
  ['Updating the plan', 'Updated the plan', { name: 'progress_card', title: 'Progress Card' }],
];

describe('labels of recorded tool calls', () => {
  it.each(RECORDED)('%s', (running, done, fields) => {
    expect(toolLabel(step(fields), 'running')).toBe(running);
    expect(toolLabel(step({ ...fields, status: 'done' }), 'done')).toBe(done);
  });
});

const TENSES: readonly (readonly [Tense, string, string])[] = [
  ['running', 'Running `npm test`', 'Searching the web: react error boundary'],
  ['background', 'Running `npm test` in the background', 'Searching the web: react error boundary in the background'],
  ['done', 'Ran `npm test`', 'Searched the web: react error boundary'],
  ['failed', 'Could not run `npm test`', 'Could not search the web: react error boundary'],
  ['blocked', 'Was not allowed to run `npm test`', 'Was not allowed to search the web: react error boundary'],
  ['cancelled', 'Stopped running `npm test`', 'Stopped searching the web: react error boundary'],
  ['wanted', 'Wants to run `npm test`', 'Wants to search the web: react error boundary'],
];

describe('what is said at each point of a call', () => {
  it.each(TENSES)('%s', (tense, command, search) => {
    expect(toolLabel(step({ name: 'exec', input: { command: 'npm test' } }), tense)).toBe(command);
    expect(toolLabel(step({ name: 'web_search', meta: 'for "react error boundary" (top 5)' }), tense)).toBe(search);
  });

  it('a command that answered with a code did run', () => {
    expect(toolLabel(step({ name: 'exec', exitCode: 2, input: { command: 'npm run lint' } }), 'failed')).toBe(
      'Ran `npm run lint`',
    );
    expect(toolSummary('exec', 'failed', true)).toBe('Ran a command');
    expect(toolSummary('exec', 'failed', false)).toBe('Could not run a command');
  });
});

describe('commands', () => {
  const label = (command: string, meta?: string, tense: Tense = 'running'): string =>
    toolLabel(step({ name: 'exec', input: { command }, ...(meta !== undefined && { meta }) }), tense);

  it('are shown without the shell around them and without their directory', () => {
    expect(label('bash -lc "npm test"')).toBe('Running `npm test`');
    expect(label('cd /srv/app && npm test')).toBe('Running `npm test`');
  });

  it('are shown as they are to whom decides about them', () => {
    expect(label('cd /srv/app && rm -rf build', 'remove build', 'wanted')).toBe(
      'Wants to run `cd /srv/app && rm -rf build`',
    );
    const long = `rm -rf ${'x'.repeat(200)}`;
    expect(label(long, 'remove files', 'wanted')).toMatch(/^Wants to run `rm -rf x+…`$/);
  });

  it('are told in words if they are long or have many lines', () => {
    const script = "python3 - <<'E'\nprint(1)\nE";
    expect(label(script, 'run python3 inline script (heredoc)')).toBe('Running: run python3 inline script (heredoc)');
    expect(label(script)).toBe("Running `python3 - <<'E' print(1) E`");
  });
});

describe('tools that nobody thought of', () => {
  it.each([
    ['snake_case_tool', undefined, 'Using snake case tool'],
    ['camelCaseTool', undefined, 'Using camel case tool'],
    ['mcp__github__create_issue', undefined, 'Using create issue (github)'],
    ['crm_lookup', 'Crm Lookup acme', 'Using crm lookup: acme'],
    ['x`y`', undefined, "Using x'y'"],
    ['', undefined, 'Using a tool'],
    ['\u202e\u200b', undefined, 'Using a tool'],
  ])('%j', (name, title, expected) => {
    expect(toolLabel(step({ name, ...(title !== undefined && { title }) }), 'running')).toBe(expected);
  });

  it('are called by their names alone at summary', () => {
    expect(toolSummary('crm_lookup', 'done', false)).toBe('Used crm lookup');
  });

  it('say which action it is where the table knows the tool but not the action', () => {
    expect(toolLabel(step({ name: 'message', input: { action: 'send', to: '#ops' } }), 'done')).toBe(
      'Sent a message to #ops',
    );
    expect(toolLabel(step({ name: 'message', input: { action: 'send', to: 'channel:abc' } }), 'done')).toBe(
      'Sent a message',
    );
    expect(toolLabel(step({ name: 'message', input: { action: 'role-add' } }), 'done')).toBe('Used the chat: role-add');
    expect(toolLabel(step({ name: 'message' }), 'done')).toBe('Used the chat');
  });
});

/** testdata/openclaw-tools-2026.9.6.json is written by scripts/openclaw-tools.ts from the published packages. */
const published = JSON.parse(
  readFileSync(new URL('../../../testdata/openclaw-tools-2026.9.6.json', import.meta.url), 'utf8'),
) as {
  readonly tools: readonly { readonly name: string }[];
  readonly mattermost_message_actions: readonly string[];
};

describe("OpenClaw's whole tool set", () => {
  it.each(published.tools.map(({ name }) => name))('%s has words of its own', (name) => {
    expect(wordsOf(name)).toBeDefined();
    for (const [tense] of TENSES) expect(toolSummary(name, tense, false)).toMatch(/^[A-Z][^`{}[\]]+$/);
  });

  it.each(published.mattermost_message_actions)(
    'the action %s of the Mattermost channel has words of its own',
    (action) => {
      expect(wordsOf('message')?.actions?.[action]).toBeDefined();
    },
  );

  it('has no words for tools that do not exist, but for names of the docs and of other runtimes', () => {
    const known = new Set(published.tools.map(({ name }) => name.replaceAll('-', '_')));
    const others = [...TOOL_WORDS.keys()].filter((name) => !known.has(name));
    expect(others.sort()).toEqual(
      [
        ...['firecrawl_scrape', 'firecrawl_search', 'gateway_exec', 'memory_forget', 'memory_recall', 'memory_store'],
        ...[
          'node_exec',
          'portal_show',
          'sandbox_exec',
          'shell',
          'tavily_extract',
          'tavily_search',
          'todo_write',
          'update_plan',
        ],
      ].sort(),
    );
  });
});

const HOSTILE: readonly (readonly [string, string])[] = [
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['markdown', '**x** [a](javascript:1) ![i](http://e) @all ~~~'],
  ['backticks', 'a`b``c```d'],
  ['ANSI', '\x1b[31mred\x1b[0m\x1b]8;;http://e\x07x'],
  ['bidi', 'abc\u202egnp.exe\u2066'],
  ['zero-width', 'pa\u200bss\u2060w\ufeff'],
  ['NUL', 'a\x00b'],
  ['lone surrogates', 'a\ud83d b\ude00'],
  ['line breaks', 'a\nb\r\nc\u2028d'],
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['a megabyte of emoji', '👩‍👩‍👧‍👦'.repeat(90_000)],
  ['braces', '{command} [x] {path|file}'],
  ['nothing', '\u200b'],
];

describe('hostile arguments', () => {
  it.each(HOSTILE)('%s: one clean line of at most 120 code points, its backticks in pairs', (_, text) => {
    for (const name of ['exec', 'read', 'web_search', 'crm', text.slice(0, 300)]) {
      const call = step({
        name,
        title: text,
        meta: text,
        input: { command: text, path: text, query: text, action: text },
      });
      for (const [tense] of TENSES) {
        const label = toolLabel(call, tense);
        expect([...label].length).toBeLessThanOrEqual(120);
        expect(label.isWellFormed()).toBe(true);
        expect(label).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u202a-\u202e\u2060-\u2069\ufeff]/);
        expect(label.split('`').length % 2).toBe(1);
        expect(label.split('`').length).toBeLessThanOrEqual(3);
      }
    }
  });
});

describe('overrides', () => {
  const parsed = parseLabelOverrides({
    deploy: 'Deploying `{service}`',
    exec: 'Working',
    crm: {
      verb: 'look up',
      running: 'Looking up',
      done: 'Looked up',
      object: '`{customer|id}`[ in {region}]',
      plain: 'a customer',
    },
  });
  const labels = parsed.ok ? parsed.labels : new Map();

  it('say one text at every point of a call, or fall back when a value is missing', () => {
    expect(toolLabel(step({ name: 'deploy', input: { service: 'api' } }), 'done', labels)).toBe('Deploying `api`');
    expect(toolLabel(step({ name: 'deploy' }), 'done', labels)).toBe('Used deploy');
    expect(toolLabel(step({ name: 'exec', input: { command: 'ls' } }), 'failed', labels)).toBe('Working');
  });

  it('say words with their tense', () => {
    expect(toolLabel(step({ name: 'crm', input: { id: 'a1', region: 'eu' } }), 'done', labels)).toBe(
      'Looked up `a1` in eu',
    );
    expect(toolLabel(step({ name: 'crm', input: { customer: 'acme' } }), 'running', labels)).toBe('Looking up `acme`');
    expect(toolLabel(step({ name: 'crm' }), 'failed', labels)).toBe('Could not look up a customer');
  });

  it('show no argument at summary', () => {
    expect(toolSummary('deploy', 'done', false, labels)).toBe('Used deploy');
    expect(toolSummary('exec', 'done', false, labels)).toBe('Working');
    expect(toolSummary('crm', 'done', false, labels)).toBe('Looked up a customer');
  });
});
