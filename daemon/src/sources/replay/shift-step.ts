import type { JsonlStep } from './jsonl-steps.ts';

/**
 * Moves a step in time: its own time, and the times inside lines and locks, so that the same recording gives new runs. Other
 * numbers and ids stay as they are.
 */
export function shiftStep(step: JsonlStep, shiftMs: number): JsonlStep {
  if (shiftMs === 0) return step;
  const t = step.t + shiftMs;
  if (step.op !== 'write' && step.op !== 'append') return { ...step, t };
  return { ...step, t, data: shiftData(step.path, step.data, shiftMs) };
}

function shiftData(path: string, data: string, shiftMs: number): string {
  if (path.endsWith('.jsonl.lock')) return shiftJson(data, shiftMs);
  if (!path.endsWith('.jsonl')) return data;
  return data
    .split('\n')
    .map((line) => (line === '' ? line : shiftJson(line, shiftMs)))
    .join('\n');
}

/** Lines that are no JSON stay as they are. */
function shiftJson(text: string, shiftMs: number): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(shiftObject(value, shiftMs)) : text;
  } catch {
    return text;
  }
}

function shiftObject(value: object, shiftMs: number): object {
  const fields = { ...value } as Record<string, unknown>;
  for (const name of ['createdAt', 'timestamp']) {
    const time = fields[name];
    if (typeof time === 'number') fields[name] = time + shiftMs;
    else if (typeof time === 'string') fields[name] = shiftIso(time, shiftMs);
  }
  const { message } = fields;
  if (typeof message === 'object' && message !== null) fields.message = shiftObject(message, shiftMs);
  return fields;
}

function shiftIso(time: string, shiftMs: number): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : new Date(ms + shiftMs).toISOString();
}
