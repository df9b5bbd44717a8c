import { type LabelTemplate, template } from './label-template.ts';
import { ALIASES, TOOL_WORDS, type ToolWords } from './labels-table.ts';
import { cut, oneLine } from './text.ts';

/** `WebSearch`, `web-search` and `web_search` are one tool. */
export function toolKey(name: string): string {
  return name
    .slice(0, 200)
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** The table's row for a tool under any of its names; undefined for a tool that OpenClaw does not have. */
export function wordsOf(name: string): ToolWords | undefined {
  const key = toolKey(name);
  return TOOL_WORDS.get(ALIASES.get(key) ?? key);
}

/** A row of the table with its templates parsed. */
export interface CompiledWords {
  readonly verb: ToolWords['verb'];
  readonly objects: readonly LabelTemplate[];
  readonly plain: string;
  readonly meta?: RegExp;
  readonly actions?: ReadonlyMap<string, Pick<CompiledWords, 'verb' | 'objects' | 'plain'>>;
}

function compile(row: ToolWords): CompiledWords {
  const ownObjects = objectsOf(row.object);
  const objects = row.actions !== undefined && ownObjects.length === 0 ? [withValue(row.plain, 'action')] : ownObjects;
  const own = { verb: row.verb, objects, plain: row.plain };
  const actions = Object.entries(row.actions ?? {}).map(
    ([name, action]) =>
      [
        name,
        {
          verb: action.verb ?? own.verb,
          objects: action.object === undefined ? [] : objectsOf(action.object),
          plain: action.plain ?? own.plain,
        },
      ] as const,
  );
  return {
    ...own,
    ...(row.meta !== undefined && { meta: row.meta }),
    ...(actions.length > 0 && { actions: new Map(actions) }),
  };
}

/** For what the table does not know: "Using the chat: role-add". */
function withValue(plain: string, name: string): LabelTemplate {
  return [
    { kind: 'text', text: `${plain}: ` },
    { kind: 'value', names: [name], isCode: false },
  ];
}

function objectsOf(object: ToolWords['object']): LabelTemplate[] {
  if (object === undefined) return [];
  return (typeof object === 'string' ? [object] : object).map(template);
}

const compiled = new Map<ToolWords, CompiledWords>([...TOOL_WORDS.values()].map((row) => [row, compile(row)]));

const MAX_NAME = 60;
const UNKNOWN_VERB: ToolWords['verb'] = ['use', 'Using', 'Used'];

/** Words for any tool: the table's, else made of its name. */
export function compiledWords(name: string): CompiledWords {
  const row = wordsOf(name);
  const known = row && compiled.get(row);
  if (known !== undefined) return known;
  const plain = nameInWords(name);
  return {
    verb: UNKNOWN_VERB,
    objects: [withValue(plain, 'meta')],
    plain,
  };
}

/** `snake_case_tool` -> "snake case tool", `mcp__github__create_issue` -> "create issue (github)". */
function nameInWords(name: string): string {
  const [, server, tool] = /^(?:mcp__)?([^_].*?)__(.+)$/s.exec(name.slice(0, 200)) ?? [];
  const spoken = (part: string): string =>
    cut(oneLine(toolKey(part).replaceAll('_', ' ')).replaceAll('`', "'"), MAX_NAME);
  if (server !== undefined && tool !== undefined) return `${spoken(tool)} (${spoken(server)})`;
  return spoken(name) || 'a tool';
}
