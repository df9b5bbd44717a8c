import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineInput, processEnvironment } from '../config/environment.ts';
import { Failure } from '../errors.ts';
import { failureText, runCli } from './cli.ts';
import { EXIT_FAILED, EXIT_FORCED, EXIT_OK } from './exit-codes.ts';

const ROOT = new URL('../../../', import.meta.url);

/** Everything has its own bound for stopping; this one is for what nobody thought of. */
const STOP_MS = 10_000;

/** The first signal asks everything to stop; the second does not wait for it. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT_FORCED);
      controller.abort(name);
      setTimeout(() => {
        process.stderr.write('livestatus: did not stop in time, ending now\n');
        process.exit(EXIT_FAILED);
      }, STOP_MS).unref();
    });
  return controller.signal;
}

/** `livestatus ... | head`: whoever reads has enough. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT_OK);
  const failure = new Failure('output_failed', `the output cannot be written (${error.code})`, { cause: error });
  process.stderr.write(failureText(failure));
  process.exit(failure.exitCode);
});

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
const { env, home, cwd } = machineInput(processEnvironment());

process.exitCode = await runCli(process.argv.slice(2), {
  io: { stdout: process.stdout, stderr: process.stderr },
  env,
  home,
  cwd,
  root: fileURLToPath(ROOT),
  version,
  nodeVersion: process.versions.node,
  signal: stopSignal(),
  program: () => import('../main.ts'),
});
