import { describe, expect, it } from 'vitest';
import { errorCode, errorText, providerError, toolError } from './error-text.ts';

/** As seen in recordings, and as providers write. */
const PROVIDERS: readonly (readonly [message: string, code: string, full: string, generic: string])[] = [
  [
    '⚠️ bad/bad-1 request failed (provider internal error, HTTP 500). This is usually temporary — try again shortly.',
    'server_error',
    'The model provider answered 500 (internal error).',
    'The model provider had an internal error.',
  ],
  [
    'LLM request failed: provider rejected the request schema or tool payload.',
    'format',
    "The model provider rejected the request's format.",
    "The model provider rejected the request's format.",
  ],
  [
    '400 mock provider error 400',
    '',
    'The model provider answered 400 (mock provider error 400).',
    'The model provider answered with an error.',
  ],
  [
    '529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
    '',
    'The model provider answered 529 (overloaded).',
    'The model provider is overloaded.',
  ],
  [
    'HTTP 429: rate limit of org-abc reached',
    'rate_limit',
    'The model provider answered 429 (rate limit).',
    'The model provider asked to slow down (rate limit).',
  ],
  [
    'HTTP 401 Incorrect API key provided',
    'auth',
    'The model provider answered 401 (credentials refused).',
    'The model provider refused the credentials.',
  ],
  ['Something about customer Bob', 'agent_error', 'Something about customer Bob', 'The run failed.'],
  ['', 'agent_error', 'The run failed.', 'The run failed.'],
];

describe('errorText', () => {
  it.each(PROVIDERS)('%s', (message, code, full, generic) => {
    expect(errorText(code, message, 'full')).toBe(full);
    expect(errorText(code, message, 'summary')).toBe(generic);
    expect(errorText(code, message, 'minimal')).toBe(generic);
  });

  it('has its own words for how a turn is interrupted, and never those of the runtime', () => {
    for (const code of ['aborted', 'superseded', 'lost']) {
      expect(errorText(code, 'Reply aborted: deploy to prod', 'full')).not.toContain('deploy');
      expect(errorText(code, '', 'summary')).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('is one line of at most 500 code points, whatever comes', () => {
    const text = errorText('x', `a\n\x1b[31m\u202e${'😀'.repeat(10_000)}`, 'full');
    expect(text).not.toMatch(/[\n\x1b\u202e]/);
    expect([...text].length).toBeLessThanOrEqual(500);
    expect(providerError('x'.repeat(1_000_000)).length).toBeLessThan(3_000);
  });
});

describe('errorCode', () => {
  it.each([
    ['rate_limit', 'rate_limit'],
    ['Rate Limit!', 'rate_limit'],
    ['<script>', 'script'],
    ['', 'failed'],
    ['x'.repeat(100), 'x'.repeat(64)],
  ])('%s -> %s', (code, expected) => {
    expect(errorCode(code)).toBe(expected);
  });
});

describe('toolError', () => {
  it.each([
    ['the exit code', 'lots of output', 2, false, 'exit code 2'],
    ['the message', 'File not found: /home/agent/ws/a.txt.', undefined, false, 'File not found: /home/agent/ws/a.txt.'],
    ['who refused', 'Exec denied (gateway id=b5ac, user-denied): rm -rf /', undefined, true, 'Denied by a person'],
    [
      'another reason to refuse',
      'Exec denied (gateway id=b5ac, allowlist-miss): rm',
      undefined,
      true,
      'Refused: allowlist miss',
    ],
    ['that it was refused', undefined, undefined, true, 'Refused'],
    [
      'nothing for a runtime boilerplate',
      'SECURITY NOTICE: The following content is from ...',
      undefined,
      false,
      undefined,
    ],
    ['nothing if nothing is known', undefined, undefined, false, undefined],
  ])('tells %s', (_, error, exitCode, blocked, expected) => {
    expect(toolError(error, exitCode, blocked)).toBe(expected);
  });
});
