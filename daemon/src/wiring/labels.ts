import { Failure } from '../errors.ts';
import { type LabelOverrides, parseLabelOverrides } from '../publish/labels.ts';

/** LABELS_FILE, read once at start. Throws `Failure` `invalid_config` when it cannot be read or is not right. */
export function labelOverrides(path: string | undefined, read: (path: string) => string): LabelOverrides | undefined {
  if (path === undefined) return undefined;
  const parsed = parseLabelOverrides(parse(path, read));
  if (parsed.ok) return parsed.labels;
  const problems = parsed.problems.map((problem) => JSON.stringify(problem)).join('; ');
  throw new Failure('invalid_config', `LABELS_FILE ${path}: ${problems}`);
}

function parse(path: string, read: (path: string) => string): unknown {
  try {
    return JSON.parse(read(path));
  } catch (error) {
    throw new Failure('invalid_config', `LABELS_FILE ${path} cannot be read as JSON`, { cause: error });
  }
}
