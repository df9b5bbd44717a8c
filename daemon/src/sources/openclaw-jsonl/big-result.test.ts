import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBigResult } from './big-result.ts';
import { decodeLine, type ToolResultLine } from './line.ts';
import { outcomeOf } from './tool-result.ts';

const BIG = 'x'.repeat(5000);

/** A result line in the key order of OpenClaw. */
function line(fields: { output: string; details?: unknown; isError?: boolean; toolName?: string }): string {
  const { output, details, isError = false, toolName = 'exec' } = fields;
  return JSON.stringify({
    type: 'message',
    id: 'a1',
    parentId: null,
    timestamp: '2026-11-22T21:31:30.255Z',
    message: {
      role: 'toolResult',
      toolCallId: 'c1',
      toolName,
      content: [{ type: 'text', text: output }],
      ...(details !== undefined && { details }),
      isError,
      timestamp: 1795383090244,
    },
  });
}

const completed = (output: string, exitCode: unknown) => ({
  status: 'completed',
  exitCode,
  durationMs: 9,
  aggregated: output,
  cwd: '/srv',
});

describe('a big result', () => {
  it('is read without parsing its output', () => {
    const result = decodeBigResult(line({ output: BIG, details: completed(BIG, 3) }));
    expect(result).toMatchObject({
      id: 'a1',
      ms: 1795383090255,
      messageMs: 1795383090244,
      callId: 'c1',
      toolName: 'exec',
    });
    expect(result?.result).toEqual({ details: { status: 'completed', exitCode: 3, durationMs: 9 } });
  });

  it.each([
    { what: 'is small', of: { output: 'x' } },
    { what: 'failed', of: { output: BIG, isError: true } },
    { what: 'has details of another form', of: { output: BIG, details: { status: 'running', tail: 'x' } } },
    {
      what: 'has no exit code before its output',
      of: { output: BIG, details: { status: 'completed', aggregated: BIG, exitCode: 1 } },
    },
    { what: 'has no numeric exit code', of: { output: BIG, details: completed(BIG, null) } },
  ])('is left to the parser when it $what', ({ of }) => {
    expect(decodeBigResult(line(of))).toBeUndefined();
  });

  it('says the same as the parser, whatever the output pretends to be', () => {
    const pieces = fc.constantFrom(
      '],"details":{"status":"error"',
      '"isError":true,"timestamp":1}}',
      ',"aggregated":"',
      '\\',
      '"',
      '\n',
      '],"isError":false,"timestamp":7}}',
      'x'.repeat(700),
    );
    const output = fc.array(pieces, { minLength: 4, maxLength: 12 }).map((parts) => parts.join(''));
    const exitCode = fc.constantFrom(0, 1, 137, null);
    fc.assert(
      fc.property(output, fc.option(exitCode, { nil: undefined }), fc.boolean(), (text, code, isError) => {
        const raw = line({ output: text, isError, ...(code !== undefined && { details: completed(text, code) }) });
        const fast = decodeBigResult(raw);
        if (fast === undefined) return;
        const slow = decodeLine(`${raw} `) as ToolResultLine;
        const facts = ({ id, ms, messageMs, callId, toolName, isError: failed }: ToolResultLine) => ({
          id,
          ms,
          messageMs,
          callId,
          toolName,
          failed,
        });
        expect(facts(fast)).toEqual(facts(slow));
        expect(outcomeOf('exec', fast)).toEqual(outcomeOf('exec', slow));
      }),
    );
  });
});
