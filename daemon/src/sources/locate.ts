import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import JSON5 from 'json5';
import { Secret } from '../config/secret.ts';
import { parseGatewayUrl } from './openclaw-gateway/endpoint.ts';
import { record, text } from './openclaw-gateway/hello.ts';

const DEFAULT_PORT = 18_789;
const MAX_FILE_CHARS = 8_000_000;

export interface LocateOptions {
  /** OPENCLAW_GATEWAY_URL, if somebody set it. */
  readonly url: string | undefined;
  /** OPENCLAW_GATEWAY_TOKEN, if somebody set it. */
  readonly token: Secret | undefined;
  /** OpenClaw's own state directory, absolute. Only read. */
  readonly stateDir: string;
  /** Variables that OpenClaw's configuration may refer to (`${NAME}`), and OPENCLAW_GATEWAY_PORT, OPENCLAW_CONFIG_PATH. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where a gateway is expected, and how that was found out. */
export interface GatewayPlace {
  readonly url: string;
  readonly token: Secret | undefined;
  /** One sentence each, for a person; no secret. */
  readonly notes: readonly string[];
}

/**
 * Finds address and token of the gateway: what is configured, else what `openclaw.json` says (JSON5, as OpenClaw reads it),
 * else the usual port of this machine. A file that is missing or cannot be read is a note, not an error.
 *
 * A token from the file goes only to the gateway that the file describes, never to another configured address.
 */
export async function locateGateway(options: LocateOptions): Promise<GatewayPlace> {
  const notes: string[] = [];
  const { path, config } = await readOpenClawConfig(options, notes);
  const env = { ...(await readDotEnv(join(options.stateDir, '.env'))), ...definedOnly(options.env) };
  const local = describeLocal(config, env, notes);
  const url = options.url ?? local.url;
  notes.unshift(
    `${originOf(options, config)} names the gateway ${parseGatewayUrl(url)?.shown ?? 'with no valid address'}`,
  );
  if (options.token !== undefined) return { url, token: options.token, notes };
  if (local.token === undefined) return { url, token: undefined, notes: [...notes, `no token in ${path}`] };
  if (!isSamePlace(url, local.url)) return { url, token: undefined, notes };
  return { url, token: new Secret(local.token), notes: [...notes, `the token is the one in ${path}`] };
}

/** What `openclaw.json` says; undefined, and a note why, where it cannot be read. */
export async function readOpenClawConfig(
  { env, stateDir }: Pick<LocateOptions, 'env' | 'stateDir'>,
  notes: string[] = [],
): Promise<{ readonly path: string; readonly config: unknown }> {
  const path = env.OPENCLAW_CONFIG_PATH ?? join(stateDir, 'openclaw.json');
  return { path, config: await readConfig(path, notes) };
}

function originOf(options: LocateOptions, config: unknown): string {
  if (options.url !== undefined) return 'OPENCLAW_GATEWAY_URL';
  if (options.env.OPENCLAW_GATEWAY_PORT !== undefined) return 'OPENCLAW_GATEWAY_PORT';
  return config === undefined ? 'the default port' : 'openclaw.json';
}

interface LocalGateway {
  readonly url: string;
  readonly token: string | undefined;
}

function describeLocal(config: unknown, env: Readonly<Record<string, string>>, notes: string[]): LocalGateway {
  const gateway = record(record(config).gateway);
  if (gateway.$include !== undefined || record(config).$include !== undefined) {
    notes.push('openclaw.json includes other files, which are not followed: set OPENCLAW_GATEWAY_TOKEN if needed');
  }
  const remote = record(gateway.remote);
  const remoteUrl = gateway.mode === 'remote' ? resolve(remote.url, env) : undefined;
  if (remoteUrl !== undefined) return { url: remoteUrl, token: resolve(remote.token, env) };
  const auth = record(gateway.auth);
  const secret = auth.mode === 'password' ? auth.password : auth.token;
  if (typeof secret === 'object' && secret !== null) {
    notes.push('the gateway token is kept in a secret store: set OPENCLAW_GATEWAY_TOKEN');
  }
  const scheme = record(gateway.tls).enabled === true ? 'wss' : 'ws';
  const port = portOf(env.OPENCLAW_GATEWAY_PORT) ?? portOf(gateway.port) ?? DEFAULT_PORT;
  return { url: `${scheme}://127.0.0.1:${port}`, token: resolve(secret, env) ?? env.OPENCLAW_GATEWAY_TOKEN };
}

/** A configured string with its `${NAME}`s filled in; undefined if one of them is not set. */
function resolve(value: unknown, env: Readonly<Record<string, string>>): string | undefined {
  const template = text(value);
  if (template === undefined) return undefined;
  let whole = true;
  const filled = template.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_match, name: string) => {
    const found = env[name];
    whole &&= found !== undefined;
    return found ?? '';
  });
  return whole && filled !== '' ? filled : undefined;
}

function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** The same host and port; every name of this machine counts as one. */
function isSamePlace(a: string, b: string): boolean {
  const [one, other] = [parseGatewayUrl(a), parseGatewayUrl(b)];
  if (one === undefined || other === undefined) return false;
  const bothHere = one.loopback && other.loopback;
  return bothHere ? new URL(a).port === new URL(b).port : one.shown === other.shown;
}

async function readConfig(path: string, notes: string[]): Promise<unknown> {
  try {
    const json5 = await readFile(path, 'utf8');
    if (json5.length > MAX_FILE_CHARS) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return JSON5.parse(json5);
  } catch (error) {
    notes.push(`${path} ${whyUnread(error)}`);
    return undefined;
  }
}

function whyUnread(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'is not valid JSON5';
  return error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error.code)})`;
}

/** OpenClaw's own variables file; most people have none. */
async function readDotEnv(path: string): Promise<Readonly<Record<string, string>>> {
  try {
    return definedOnly(parseEnv(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
