import { Ajv, type ValidateFunction } from 'ajv';
import { readDocument, type Schema } from '../scripts/document.ts';

/** OpenAPI 3.0 says `nullable: true` beside `allOf`; JSON Schema has a union with null. */
function toJsonSchema(schema: Schema): object {
  const plain = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'properties' ? mapValues(value) : convert(value)]),
  );
  if (schema.nullable !== true || schema.allOf === undefined) return plain;
  return { anyOf: [{ type: 'null' }, ...schema.allOf.map(toJsonSchema)] };
}

const mapValues = (schemas: Readonly<Record<string, Schema>>): object =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, toJsonSchema(schema)]));

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  return typeof value === 'object' && value !== null ? toJsonSchema(value) : value;
}

/** Compiles one of the document's schemas. */
export function validatorOf(): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, formats: { int64: true, double: true } });
  ajv.addSchema({ $id: 'openapi', components: { schemas: mapValues(readDocument().components.schemas) } });
  return (name) => ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
}
