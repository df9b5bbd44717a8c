import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import { Secret } from './config/secret.ts';
import { createLog, type LogTarget } from './log.ts';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const PEM = '-----BEGIN KEY-----\nabc"def\n-----END KEY-----';
const redact = (text: string) => text.replaceAll(SECRET, '[redacted]').replaceAll(PEM, '[redacted]');

function capture(isTTY = false, level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const target: LogTarget = { write: (text) => lines.push(text), isTTY };
  return { lines, log: createLog({ level, target, redact }) };
}

describe('the log', () => {
  it('writes one JSON object a line with level and time in words', () => {
    const { lines, log } = capture();
    log.info({ source: 'replay' }, 'started');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      source: 'replay',
      msg: 'started',
    });
  });

  it.each<[string, (log: Logger) => void]>([
    ['a message', (log) => log.info(`seen ${SECRET}`)],
    ['a field', (log) => log.info({ text: `a ${SECRET} b` }, 'm')],
    ['a nested field', (log) => log.info({ a: { b: [`${SECRET}`] } }, 'm')],
    ['a text with line breaks and quotes', (log) => log.info({ text: PEM }, 'm')],
    ['a binding of a child logger', (log) => log.child({ url: `wss://x/?t=${SECRET}` }).info('m')],
    ['an interpolated value', (log) => log.info('value %s', SECRET)],
    ['an error', (log) => log.error({ err: new Error(`bad ${SECRET}`) }, 'm')],
    ['an error alone', (log) => log.error(new Error(`bad ${SECRET}`))],
    ["an error's cause", (log) => log.error({ err: new Error('x', { cause: new Error(SECRET) }) }, 'm')],
    ['a property of an error', (log) => log.error({ err: Object.assign(new Error('x'), { url: SECRET }) }, 'm')],
    ['a field whose name says so', (log) => log.info({ bot_token: 'hunter2' }, 'm')],
    ['a Secret', (log) => log.info({ value: new Secret('hunter2') }, 'm')],
  ])('lets no secret through in %s', (_, write) => {
    for (const isTTY of [false, true]) {
      const { lines, log } = capture(isTTY);
      write(log);
      expect(lines).toHaveLength(1);
      expect(lines.join('')).not.toMatch(/ghp_|BEGIN KEY|abc|hunter2/);
    }
  });

  it('cuts endless texts after redaction', () => {
    const { lines, log } = capture();
    log.info({ text: `${'x'.repeat(3990)}${SECRET}${'y'.repeat(1_000_000)}` }, 'm');
    expect(lines[0]?.length).toBeLessThan(5000);
    expect(lines[0]).not.toContain('ghp_');
  });

  it('keeps a hostile text from steering the terminal', () => {
    const { lines, log } = capture(true);
    log.warn({ label: '\u001b[2J\u202egnp.exe\u200b\nfake line' }, 'm\r\n\u001b]0;title\u0007');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\u202e\u200b\r\n\u0007]|\u001b\[2J/);
  });

  it('shows a line that a person can read on a terminal', () => {
    const { lines, log } = capture(true);
    log.error(
      { source: 'openclaw-gateway', err: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) },
      'lost',
    );
    const line = (lines[0] ?? '').replace(/\u001b\[\d+m/g, '');
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} ERROR lost source=openclaw-gateway err=ECONNREFUSED: refused\n$/);
  });

  it('says nothing below its level', () => {
    const { lines, log } = capture();
    log.debug('m');
    expect(lines).toEqual([]);
  });
});
