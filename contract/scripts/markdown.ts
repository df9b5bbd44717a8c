import type { Document, ErrorRow, EventRow, Limit, SessionErrorRow } from './document.ts';
import { BANNER } from './typescript.ts';

/** A `|` would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const errorRow = (row: ErrorRow): string[] => [
  `\`${row.code}\``,
  String(row.status),
  row.where.join(', '),
  row.message,
  row.action,
];

const sessionErrorRow = (row: SessionErrorRow): string[] => [`\`${row.code}\``, row.status, row.message, row.action];

const limitRow = (row: Limit): string[] => [
  `\`${row.name}\``,
  row.value.toLocaleString('en-US'),
  row.unit.replace('_', ' '),
  row.text,
];

const eventRow = (row: EventRow): string[] => [`\`${row.event}\``, `\`${row.schema}\``, row.text];

/** docs/errors.md: what people look up when something was refused. */
export function errorsPage(document: Document): string {
  const events = document['x-events'];
  return `<!-- ${BANNER} -->
# Error codes, limits and events

Every refusal of the plugin and of the daemon's server is \`{"error": "human text", "code": "snake_case", "request_id": "..."}\`.
Branch on \`code\`, show \`error\`, and search the log for \`request_id\`.

## Error codes

*Who*: \`plugin\` and \`daemon\` answer with the code and status; \`post\` codes stand in a batch answer's \`results\` when a session was
accepted but its box cannot be written.

${table(['code', 'status', 'who', 'what happened', 'what to do'], document['x-error-codes'].map(errorRow))}

## Why a session ended

Known codes of a session's \`error\`. A provider's own code is passed on as it came.

${table(['code', 'status', 'what happened', 'what to do'], document['x-session-error-codes'].map(sessionErrorRow))}

## Limits

Text is counted in Unicode code points, bodies in bytes.

${table(['limit', 'value', 'unit', 'of what'], document['x-limits'].map(limitRow))}

## Events

Mattermost's WebSocket:

${table(['event', 'schema', 'carries'], events.websocket.map(eventRow))}

The dashboard's \`GET /events\` (server-sent events):

${table(['event', 'schema', 'carries'], events.dashboard.map(eventRow))}
`;
}
