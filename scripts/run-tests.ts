/**
 * `make test`, `make check` and `make e2e-openclaw`: runs every suite, shows its output, and ends with the true sum over all of them
 * as `N passed, N failed[, N skipped]` alone on a line. A suite that dies without a report counts as one failure.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const RESULTS = join(ROOT, '.build', 'results');

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Suite {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Reads what the suite left behind; undefined = judged by its exit code alone, as one check. */
  readonly count?: (output: string) => Count | undefined;
  /** The failed tests, each with the first line of why; said again at the very end, where a long log is read first. */
  readonly failures?: (output: string) => readonly string[];
}

/** `within`: a command that runs the one it is given, with what the suite needs around it. */
function vitest(name: string, args: readonly string[], within: readonly string[] = []): Suite {
  const file = join(RESULTS, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    name,
    command: [...within, 'npx', 'vitest', 'run', ...args, ...reporters],
    count: () => vitestCount(file),
    failures: () => vitestFailures(file),
  };
}

interface VitestReport {
  readonly testResults?: readonly {
    readonly name: string;
    readonly message?: string;
    readonly status: string;
    readonly assertionResults: readonly { fullName: string; status: string; failureMessages?: readonly string[] }[];
  }[];
}

function vitestFailures(file: string): readonly string[] {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    return (report.testResults ?? []).flatMap(({ name, message, status, assertionResults }) => {
      const tests = assertionResults.filter((test) => test.status === 'failed');
      const whole = tests.length === 0 && status === 'failed' ? [`${name}: ${firstLine(message)}`] : [];
      return [...whole, ...tests.map((test) => `${name}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`)];
    });
  } catch {
    return [];
  }
}

function firstLine(text = ''): string {
  return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
}

function vitestCount(file: string): Count | undefined {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    const failedFiles = report.numFailedTests === 0 && (report.numFailedTestSuites ?? 0) > 0 ? 1 : 0;
    return {
      passed: report.numPassedTests ?? 0,
      failed: (report.numFailedTests ?? 0) + failedFiles,
      skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    };
  } catch {
    return undefined;
  }
}

/** `go test -json`: one event a line; only tests count, not packages. */
function goCount(output: string): Count | undefined {
  const count = { pass: 0, fail: 0, skip: 0 };
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    const event = JSON.parse(line) as { Action?: string; Test?: string };
    if (event.Test !== undefined && event.Action !== undefined && event.Action in count)
      count[event.Action as keyof typeof count] += 1;
  }
  return count.pass + count.fail === 0 ? undefined : { passed: count.pass, failed: count.fail, skipped: count.skip };
}

function goFailures(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const event = JSON.parse(line) as { Action?: string; Test?: string; Package?: string };
    return event.Action === 'fail' && event.Test !== undefined ? [`${event.Package}: ${event.Test}`] : [];
  });
}

const TYPED = ['contract', 'daemon', 'ui', 'dashboard', 'plugin/webapp', 'e2e', 'e2e/host-page', 'bench'];

const CHECKS: readonly Suite[] = [
  { name: 'format and lint', command: ['npx', 'biome', 'ci', '--colors=off', '.'] },
  // What did not change since the last check of this checkout is not looked at again.
  ...TYPED.map((name) => ({
    name: `types: ${name}`,
    command: [
      'node_modules/.bin/tsc',
      '-p',
      name,
      '--incremental',
      '--tsBuildInfoFile',
      `.build/types/${name.replaceAll('/', '-')}.tsbuildinfo`,
    ],
  })),
  { name: 'contract drift', command: ['scripts/contract-check.sh'] },
  {
    name: 'import rules',
    command: [
      'npx',
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'contract/src',
      'daemon/src',
      'ui/src',
      'dashboard/src',
      'plugin/webapp/src',
    ],
  },
  {
    name: 'docs are current',
    command: ['node', '--disable-warning=ExperimentalWarning', 'scripts/config-docs.ts', '--check'],
  },
  {
    name: 'Go format',
    command: ['bash', '-c', 'test -z "$(gofmt -l plugin/server)" || { gofmt -l plugin/server; exit 1; }'],
  },
  { name: 'Go vet', command: ['go', 'vet', './...'], cwd: 'plugin/server' },
  { name: 'staticcheck', command: ['scripts/staticcheck.sh'] },
  {
    name: 'one version',
    command: ['node', '--disable-warning=ExperimentalWarning', 'scripts/version.ts', '--check'],
  },
  { name: 'committed files', command: ['scripts/check-tree.sh'] },
];

const TESTS: readonly Suite[] = [
  vitest('contract', ['--root', 'contract']),
  vitest('daemon', ['--root', 'daemon']),
  vitest('ui', ['--root', 'ui']),
  vitest('dashboard', ['--root', 'dashboard']),
  vitest('plugin-webapp', ['--root', 'plugin/webapp']),
  { name: 'plugin server (Go)', command: ['scripts/go-test.sh'], count: goCount, failures: goFailures },
  { name: 'dashboard build', command: ['scripts/ensure-dashboard.sh'] },
  vitest('e2e-daemon', ['--config', 'e2e/daemon/vitest.config.ts']),
  vitest('e2e-chaos', ['--config', 'e2e/chaos/vitest.config.ts']),
  vitest('e2e-release', ['--config', 'e2e/release/vitest.config.ts']),
  vitest('e2e-browser', ['--config', 'e2e/browser/vitest.config.ts']),
  vitest('e2e-plugin', ['--config', 'e2e/plugin/vitest.config.ts'], ['e2e/with-mattermost.sh']),
  vitest('e2e-admin-guide', ['--config', 'e2e/admin-guide/vitest.config.ts'], ['e2e/with-mattermost.sh']),
  vitest('e2e-plugin-browser', ['--config', 'e2e/plugin-browser/vitest.config.ts'], ['e2e/with-mattermost.sh']),
];

/** What needs a real OpenClaw. */
const OPENCLAW_TESTS: readonly Suite[] = [
  vitest('e2e-openclaw', ['--config', 'e2e/openclaw/vitest.config.ts'], ['e2e/openclaw/run.sh']),
  vitest('e2e-chain', ['--config', 'e2e/chain/vitest.config.ts'], ['e2e/openclaw/run.sh']),
];

/** Runs one suite. `live` shows its output as it comes; else it is shown when the suite is over, if there is something to say. */
async function run(suite: Suite, live: boolean): Promise<Count> {
  const started = Date.now();
  if (live) process.stdout.write(`\n=== ${suite.name}\n`);
  const quiet = !live || suite.count === goCount;
  const { code, output } = await capture(suite, quiet);
  const count = suite.count?.(output);
  const result = judge(suite, count, code);
  if (result.failed > 0) failed.push(suite.name, ...(suite.failures?.(output) ?? []).map((test) => `  ${test}`));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const shown = quiet && (code !== 0 || result.failed > 0) ? output : '';
  process.stdout.write(`${shown}--- ${suite.name}: ${result.failed === 0 ? 'ok' : 'FAILED'} (${seconds} s)\n`);
  return result;
}

function judge(suite: Suite, count: Count | undefined, code: number): Count {
  if (suite.count === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (count === undefined) return { passed: 0, failed: 1, skipped: 0 };
  // A runner that fails with all tests green (an open handle, an unhandled error) is a failure too.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function capture(suite: Suite, quiet: boolean): Promise<{ code: number; output: string }> {
  const [command = '', ...args] = suite.command;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: join(ROOT, suite.cwd ?? '.'), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!quiet) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failed: string[] = [];

function add(count: Count): void {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}

/** Checks touch nothing that another one reads, so two run at a time. */
async function runChecks(): Promise<void> {
  const waiting = [...CHECKS];
  const worker = async (): Promise<void> => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) add(await run(suite, false));
  };
  await Promise.all([worker(), worker()]);
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const what = process.argv[2] ?? 'test';
if (what !== 'openclaw') await runChecks();
const suites = { check: [], test: TESTS, openclaw: OPENCLAW_TESTS }[what];
if (suites === undefined) throw new Error(`run-tests: check, test or openclaw, not ${what}`);
for (const suite of suites) add(await run(suite, true));
if (failed.length > 0) process.stdout.write(`\nfailed:\n${failed.join('\n')}\n`);
process.stdout.write(
  `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
);
process.exitCode = total.failed === 0 ? 0 : 1;
