import { describe, expect, it } from 'vitest';
import { describeProblem, GATEWAY_PROBLEMS, type GatewayProblemCode } from './problems.ts';

const CODES = Object.keys(GATEWAY_PROBLEMS) as GatewayProblemCode[];

describe('every problem of the gateway source', () => {
  it.each(CODES)('%s is said in sentences', (code) => {
    expect(describeProblem({ code })).toMatch(/^[A-Z].*\.$/);
    expect(describeProblem({ code, detail: 'ECONNREFUSED' })).toMatch(/^[A-Z][^.]* \(ECONNREFUSED\)\..*$/);
  });

  it.each(CODES.filter((code) => GATEWAY_PROBLEMS[code].state !== 'connecting'))('%s says what to do', (code) => {
    expect(GATEWAY_PROBLEMS[code].todo).not.toBe('');
  });

  it.each(CODES)('%s stops the source exactly when it has failed', (code) => {
    expect(GATEWAY_PROBLEMS[code].retry === 'never').toBe(GATEWAY_PROBLEMS[code].state === 'failed');
  });
});
