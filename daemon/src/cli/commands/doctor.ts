import { styleText } from 'node:util';
import type { Command } from '../command.ts';
import { CONFIG_OPTIONS, readConfig } from '../configuration.ts';
import type { Check, CheckStatus } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { EXIT_FAILED, EXIT_OK } from '../exit-codes.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Check each link of the chain and say what to do about each failure',
  description: [
    'Looks at Node, the configuration, the state directory, OpenClaw, Mattermost and the dashboard, beside a running daemon or without one. It changes nothing, but for pairing with the gateway when this machine is not paired yet. Exit code 1 when a check failed.',
  ],
  options: {
    json: {
      kind: 'flag',
      summary: 'Print one JSON object: {"ok", "checks": [{"id", "title", "status", "found", "cure", "latency_ms"}]}',
    },
    ...CONFIG_OPTIONS,
  },
  examples: [
    { line: 'livestatus doctor', text: 'What works and what does not' },
    { line: 'livestatus doctor --json | jq .checks', text: 'The same for a script' },
  ],
  async run(args, context) {
    const { result, envFile } = readConfig(args, context);
    const { probeOpenClaw, probeMattermost } = await context.program();
    const { stdout } = context.io;
    const asJson = args.flags.has('json');
    const checks: Check[] = [];
    const { nodeVersion, signal } = context;
    const looks = { probe: probeOpenClaw, probeMattermost, fetch, signal };
    for await (const check of examine({ nodeVersion, loaded: result, envFile, ...looks })) {
      checks.push(check);
      if (!asJson) stdout.write(checkText(check, stdout.isTTY === true));
    }
    const ok = checks.every(({ status }) => status !== 'fail');
    stdout.write(asJson ? `${JSON.stringify({ ok, checks }, null, 2)}\n` : verdict(checks));
    return ok ? EXIT_OK : EXIT_FAILED;
  },
};

const MARKS: Readonly<Record<CheckStatus, string>> = { pass: '✓ ok  ', warn: '! warn', fail: '✕ fail', skip: '- skip' };
const COLOURS = { pass: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;

function checkText(check: Check, colours: boolean): string {
  const mark = colours ? styleText(COLOURS[check.status], MARKS[check.status]) : MARKS[check.status];
  const took = check.latency_ms === undefined ? '' : ` (${check.latency_ms} ms)`;
  const cure = check.cure === undefined ? '' : `         → ${check.cure}\n`;
  return `${mark}  ${check.title}: ${check.found}${took}\n${cure}`;
}

function verdict(checks: readonly Check[]): string {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed + warned === 0) return '\nEverything is well.\n';
  return `\n${failed} failed, ${warned} to look at.\n`;
}
