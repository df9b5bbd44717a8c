import type { Document, ErrorRow, Limit, SessionErrorRow } from './document.ts';
import { BANNER } from './typescript.ts';

const INITIALISMS = new Set(['id', 'json', 'seq']);

/** `label_max_code_points` -> `LabelMaxCodePoints`, `id_max_chars` -> `IDMaxChars`. */
const toGo = (name: string): string =>
  name
    .split('_')
    .map((word) =>
      INITIALISMS.has(word) && word !== 'seq' ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join('');

const quote = (text: string): string => JSON.stringify(text);

const limitLine = (limit: Limit): string =>
  `\t// ${limit.text} Unit: ${limit.unit}.\n\tLimit${toGo(limit.name)} = ${limit.value}\n`;

const codeLine = (row: { readonly code: string }, prefix: string): string =>
  `\t${prefix}${toGo(row.code)} = ${quote(row.code)}\n`;

const errorEntry = (row: ErrorRow): string =>
  `\t{Code: Code${toGo(row.code)}, Status: ${row.status}, Message: ${quote(row.message)}, Action: ${quote(row.action)}},\n`;

const sessionErrorEntry = (row: SessionErrorRow): string =>
  `\t{Code: SessionCode${toGo(row.code)}, Status: SessionStatus${toGo(row.status)}, Message: ${quote(row.message)}, Action: ${quote(row.action)}},\n`;

/** A closed set in the contract's order. */
const valuesOf = (document: Document, name: string): string =>
  `// ${name.charAt(0).toLowerCase()}${name.slice(1)}Values in the contract's order: patches name them by their place.
var ${name.charAt(0).toLowerCase()}${name.slice(1)}Values = []${name}{${(document.components.schemas[name]?.enum ?? []).map(quote).join(', ')}}
`;

/** Constants for Go. `gofmt` aligns them afterwards. */
export function goTables(document: Document): string {
  const errors = document['x-error-codes'];
  const sessionErrors = document['x-session-error-codes'];
  return `// ${BANNER}

package contract

// Every limit of the contract.
const (
${document['x-limits'].map(limitLine).join('')})

// Codes of error answers, of results in a batch answer and of posts that cannot be written.
const (
${errors.map((row) => codeLine(row, 'Code')).join('')})

// Known codes of Session.Error; expect others.
const (
${sessionErrors.map((row) => codeLine(row, 'SessionCode')).join('')})

// errorTable is x-error-codes, in its order.
var errorTable = []ErrorInfo{
${errors.map(errorEntry).join('')}}

// sessionErrorTable is x-session-error-codes, in its order.
var sessionErrorTable = []SessionErrorInfo{
${sessionErrors.map(sessionErrorEntry).join('')}}

${['Activity', 'StepKind', 'StepStatus'].map((name) => valuesOf(document, name)).join('\n')}`;
}
