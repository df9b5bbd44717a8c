import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A schema object of OpenAPI 3.0, as far as this package looks into it. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit: 'chars' | 'code_points' | 'items' | 'bytes' | 'ms';
  readonly text: string;
  /** `Schema.property` names that this limit governs. */
  readonly applies?: readonly string[];
}

export interface ErrorRow {
  readonly code: string;
  readonly status: number;
  /** Who answers with it; `post`: why a box cannot be written (P4). */
  readonly where: readonly ('plugin' | 'daemon' | 'post')[];
  readonly message: string;
  readonly action: string;
}

export interface SessionErrorRow {
  readonly code: string;
  readonly status: 'error' | 'interrupted';
  readonly message: string;
  readonly action: string;
}

export interface EventRow {
  readonly event: string;
  readonly schema: string;
  readonly text: string;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, unknown>>;
}

/** `openapi.yaml`, parsed. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly 'x-events': Readonly<Record<'websocket' | 'dashboard', readonly EventRow[]>>;
  readonly 'x-limits': readonly Limit[];
  readonly 'x-error-codes': readonly ErrorRow[];
  readonly 'x-session-error-codes': readonly SessionErrorRow[];
}

export const openapiFile: URL = new URL('../openapi.yaml', import.meta.url);

/** Reads `openapi.yaml`. The shape is trusted: the file is ours, and `openapi.test.ts` checks what matters. */
export const readDocument = (): Document => parse(readFileSync(openapiFile, 'utf8')) as Document;
