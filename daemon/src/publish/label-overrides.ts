import { hasValues, type LabelTemplate, parseTemplate } from './label-template.ts';
import { oneLine } from './text.ts';

/**
 * The file LABELS_FILE: what to say about tools, by their name. Either one text for every state of a call, or a verb and
 * its object in the words of labels-table.ts:
 *
 *     {
 *       "deploy": "Deploying `{service}`",
 *       "crm_lookup": { "verb": "look up", "running": "Looking up", "done": "Looked up",
 *                       "object": "`{customer|id}`[ in {region}]", "plain": "a customer" }
 *     }
 *
 * `{name}` is an argument of the call (`{meta}`: the runtime's description of it); see label-template.ts. At privacy level
 * `summary` only texts without values are used: `plain`, or a text that has none.
 */
export type LabelOverrides = ReadonlyMap<string, LabelOverride>;

export type LabelOverride =
  | { readonly kind: 'fixed'; readonly text: LabelTemplate }
  | {
      readonly kind: 'words';
      readonly verb: readonly [base: string, running: string, done: string];
      readonly objects: readonly LabelTemplate[];
      readonly plain: string;
    };

export interface LabelProblem {
  readonly code:
    | 'labels_not_an_object'
    | 'label_not_text_or_object'
    | 'label_field_unknown'
    | 'label_field_missing'
    | 'label_field_not_text'
    | 'label_text_empty'
    | 'label_text_too_long'
    | 'label_template_invalid'
    | 'label_plain_has_values';
  /** Where it is: `deploy`, `crm_lookup.object`; '' for the whole file. */
  readonly path: string;
  /** What is wrong and what is expected. */
  readonly message: string;
}

export type LabelParse =
  | { readonly ok: true; readonly labels: LabelOverrides }
  | { readonly ok: false; readonly problems: readonly LabelProblem[] };

/** Checks the whole file: all problems are reported, not the first one. */
export function parseLabelOverrides(json: unknown): LabelParse {
  const problems: LabelProblem[] = [];
  if (!isObject(json)) {
    const message = 'expected an object of tool names and labels, like {"deploy": "Deploying `{service}`"}';
    return { ok: false, problems: [{ code: 'labels_not_an_object', path: '', message }] };
  }
  const labels = new Map<string, LabelOverride>();
  for (const [name, value] of Object.entries(json)) {
    const label = parseLabel(name, value, (problem) => problems.push(problem));
    if (label !== undefined) labels.set(name, label);
  }
  return problems.length === 0 ? { ok: true, labels } : { ok: false, problems };
}

type Report = (problem: LabelProblem) => void;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseLabel(name: string, value: unknown, report: Report): LabelOverride | undefined {
  if (typeof value === 'string') {
    const text = parseText(name, value, report);
    return text && { kind: 'fixed', text };
  }
  if (isObject(value)) return parseWords(name, value, report);
  const message = `expected a text, or an object with ${REQUIRED.join(', ')} and plain`;
  report({ code: 'label_not_text_or_object', path: name, message });
  return undefined;
}

const REQUIRED = ['verb', 'running', 'done'] as const;
const OPTIONAL = ['object', 'plain'] as const;
const FIELDS: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL]);

function parseWords(name: string, value: Record<string, unknown>, report: Report): LabelOverride | undefined {
  const texts = new Map<string, LabelTemplate>();
  for (const [field, text] of Object.entries(value)) {
    const path = `${name}.${field}`;
    if (!FIELDS.has(field)) {
      report({ code: 'label_field_unknown', path, message: `unknown field; known are ${[...FIELDS].join(', ')}` });
    } else if (typeof text !== 'string') {
      report({ code: 'label_field_not_text', path, message: `expected a text, got ${typeof text}` });
    } else {
      const parts = parseText(path, text, report);
      if (parts !== undefined) texts.set(field, parts);
    }
  }
  for (const field of REQUIRED) {
    if (Object.hasOwn(value, field)) continue;
    report({
      code: 'label_field_missing',
      path: `${name}.${field}`,
      message: 'is required, like "deploy", "Deploying", "Deployed"',
    });
  }
  const plain = (field: string): string => plainText(`${name}.${field}`, texts.get(field), report);
  const object = texts.get('object');
  return {
    kind: 'words',
    verb: [plain('verb'), plain('running'), plain('done')],
    objects: object === undefined ? [] : [object],
    plain: plain('plain'),
  };
}

const MAX_LENGTH = 200;

function parseText(path: string, source: string, report: Report): LabelTemplate | undefined {
  const text = oneLine(source);
  if (text === '') {
    report({ code: 'label_text_empty', path, message: 'expected a text, got an empty one' });
    return undefined;
  }
  if (text.length > MAX_LENGTH) {
    report({
      code: 'label_text_too_long',
      path,
      message: `has ${text.length} characters; at most ${MAX_LENGTH} are allowed`,
    });
    return undefined;
  }
  const parts = parseTemplate(text);
  if (typeof parts !== 'string') return parts;
  report({ code: 'label_template_invalid', path, message: TEMPLATE_PROBLEMS[parts] });
  return undefined;
}

const TEMPLATE_PROBLEMS = {
  unclosed_brace: 'a { or } has no partner; a value is written {name}',
  unclosed_bracket: 'a [ or ] has no partner; an optional part is written [ in {name}]',
  nested_bracket: 'a [ stands within another one; optional parts do not nest',
  odd_backticks: 'a backtick has no partner; code is written `{name}`',
  bad_name: 'between { and } letters, digits, _, - and . are allowed, and | between alternatives',
} as const;

/** Verbs and `plain` are used at privacy level `summary`, so they must not have values. */
function plainText(path: string, parts: LabelTemplate | undefined, report: Report): string {
  if (parts === undefined) return '';
  if (hasValues(parts)) {
    report({ code: 'label_plain_has_values', path, message: 'must not have {values}; only `object` may have them' });
  }
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}
