import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { type Document, openapiFile, type Schema } from './document.ts';

export const BANNER = 'Code generated from contract/openapi.yaml by scripts/contract-generate.sh. DO NOT EDIT.';

/** Types of all paths and schemas. `x-ts-type` replaces what OpenAPI 3.0 cannot say (a tuple). */
export async function typescriptTypes(): Promise<string> {
  const nodes = await openapiTS(openapiFile, {
    silent: true,
    transform: (schema) => {
      const type: unknown = Reflect.get(schema, 'x-ts-type');
      return typeof type === 'string' ? ts.factory.createTypeReferenceNode(type) : undefined;
    },
  });
  return `/** ${BANNER} */\n${astToString(nodes)}`;
}

/** `label_max_code_points` -> `labelMaxCodePoints`. */
const toCamel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const literal = (name: string, doc: string, value: unknown): string =>
  `/** ${doc} */\nexport const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;

const byCode = (rows: readonly { readonly code: string }[]): Record<string, unknown> =>
  Object.fromEntries(rows.map(({ code, ...row }) => [code, row]));

function limits(document: Document): string {
  const rows = document['x-limits'].map(
    (l) => `  /** ${l.text} Unit: ${l.unit}. */\n  ${toCamel(l.name)}: ${l.value},\n`,
  );
  return `/** Every limit of the contract. */\nexport const LIMITS = {\n${rows.join('')}} as const;\n`;
}

const enumValues = (schema: Schema | undefined): readonly string[] => schema?.enum ?? [];

/** Constants: limits, error codes, values of the closed sets, names of events. */
export function typescriptTables(document: Document): string {
  const { schemas } = document.components;
  return [
    `// ${BANNER}\n`,
    limits(document),
    literal(
      'ERROR_CODES',
      'Codes of error answers, batch results and posts: HTTP status, message, what to do.',
      byCode(document['x-error-codes']),
    ),
    'export type ErrorCode = keyof typeof ERROR_CODES;\n',
    literal(
      'SESSION_ERROR_CODES',
      'Known codes of `Session.error`; expect others (a provider passes its own).',
      byCode(document['x-session-error-codes']),
    ),
    'export type SessionErrorCode = keyof typeof SESSION_ERROR_CODES;\n',
    literal('SESSION_STATUSES', 'Values of SessionStatus.', enumValues(schemas.SessionStatus)),
    literal('ACTIVITIES', 'Values of Activity.', enumValues(schemas.Activity)),
    literal('STEP_KINDS', 'Values of StepKind.', enumValues(schemas.StepKind)),
    literal('STEP_STATUSES', 'Values of StepStatus.', enumValues(schemas.StepStatus)),
    literal(
      'CHANNEL_UPDATE_EVENT',
      'Name of the WebSocket event on the wire (D6).',
      document['x-events'].websocket[0]?.event,
    ),
    literal(
      'STREAM_EVENTS',
      "Names of the dashboard's server-sent events.",
      document['x-events'].dashboard.map((e) => e.event),
    ),
  ].join('\n');
}
