import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Longer than start-daemon.sh itself waits: it says more than a timeout. */
const TIMEOUT_MS = 90_000;
/** What the daemon needs of the gateway's environment; everything else may hold secrets that are not its own. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+|OPENCLAW_STATE_DIR|LIVESTATUS_[A-Z_]+)$/;

/** Starts the Live Status daemon when the gateway has started; does nothing if it runs. Never throws: a failure is a log line. */
export default async function startLiveStatus(event) {
  if (event.type !== 'gateway' || event.action !== 'startup') return;
  const settings = event.context?.cfg?.hooks?.internal?.entries?.['livestatus-daemon']?.env ?? {};
  const env = { ...passedOn(process.env), ...passedOn(settings) };
  const home = env.LIVESTATUS_HOME ?? join(homedir(), 'livestatus');
  const { failed, said } = await start(join(home, 'start-daemon.sh'), env);
  // biome-ignore lint/suspicious/noConsole: a hook's way into the gateway's log.
  const log = failed ? console.error : console.log;
  log(`[livestatus-daemon] ${said}`);
}

function passedOn(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
}

function start(script, env) {
  return new Promise((resolve) => {
    execFile('bash', [script, 'start'], { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim() || (error?.message ?? 'started');
      resolve({ failed: error !== null, said });
    });
  });
}
