import { createServer } from 'node:net';
import type { DashboardConfig } from '../../config/config.ts';
import { type Finding, fail, pass, warn } from './check.ts';

const TIMEOUT_MS = 2000;
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Whether the dashboard's port is free, or a daemon of ours answers there. */
export async function checkDashboard(config: DashboardConfig, fetchUrl: typeof fetch): Promise<Finding> {
  const { host, port } = config;
  const trouble = await tryToListen(host, port);
  if (trouble === undefined)
    return pass(port === 0 ? 'Any free port will be taken' : `Port ${port} of ${host} is free`);
  if (trouble !== 'EADDRINUSE')
    return fail(
      `Port ${port} of ${host} cannot be used (${trouble})`,
      'Set HEALTH_HOST to an address of this machine and HEALTH_PORT above 1023.',
    );
  return askWhoIsThere(config, fetchUrl);
}

/** The system's code when it refuses. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown error'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function askWhoIsThere({ host, port, token }: DashboardConfig, fetchUrl: typeof fetch): Promise<Finding> {
  const name = ANY_ADDRESS.has(host) ? '127.0.0.1' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  const started = performance.now();
  try {
    const response = await fetchUrl(`${url}/health`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` },
    });
    const health: unknown = await response.json();
    if (isOurs(health)) return judgeRunning(url, health, performance.now() - started);
  } catch {
    // No HTTP, no JSON or no answer: somebody else's.
  }
  return fail(
    `Port ${port} of ${host} is taken by another program`,
    'Stop that program, or set HEALTH_PORT to a free port.',
  );
}

interface RunningHealth {
  readonly status: string;
  readonly version: string;
  readonly active_sessions: number;
}

function isOurs(value: unknown): value is RunningHealth {
  return typeof value === 'object' && value !== null && 'daemon_id' in value && 'status' in value && 'version' in value;
}

function judgeRunning(url: string, health: RunningHealth, latencyMs: number): Finding {
  const found = `A daemon ${health.version} answers at ${url}: ${health.status}, ${health.active_sessions} active`;
  if (health.status === 'healthy') return pass(found, latencyMs);
  return warn(found, `Open ${url}/health: it names the link that is not well and what to do.`, latencyMs);
}
