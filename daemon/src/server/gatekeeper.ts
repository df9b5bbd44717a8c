import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DECISION_PATH } from './decision-route.ts';
import { ApiError } from './errors.ts';
import { loginPage } from './login-page.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { TokenGate } from './token.ts';
import { type HostRules, isForeignPage, isHostAllowed } from './who-may-ask.ts';

const MAX_URL_CHARS = 2048;
/** /health decides itself what it tells to whom: watchdogs have no token. */
const OPEN_PATHS = new Set(['/health']);

/** What every request must pass, known path or not, before anything else looks at it. */
export function addGatekeeper(app: FastifyInstance, rules: HostRules, gate: TokenGate | undefined): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('cache-control', 'no-store');
    reply.header('x-request-id', request.id);
    refuseForeign(request, rules);
    if (request.url.length > MAX_URL_CHARS) throw new ApiError('uri_too_long');
    const isDecision = request.method === 'POST' && request.routeOptions.url === DECISION_PATH;
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isDecision)
      throw new ApiError('method_not_allowed', undefined, { allow: 'GET, HEAD' });
    return gate === undefined ? undefined : askForToken(request, reply, gate);
  });
}

function refuseForeign(request: FastifyRequest, rules: HostRules): void {
  const { host, origin } = request.headers;
  if (!isHostAllowed(host, rules)) throw new ApiError('host_not_allowed');
  const fetchSite = single(request.headers['sec-fetch-site']);
  const fetchMode = single(request.headers['sec-fetch-mode']);
  if (isForeignPage({ host, origin, fetchSite, fetchMode }, rules)) throw new ApiError('origin_not_allowed');
}

/**
 * `/?token=` sets the cookie and leads to `/`, so that the token does not stay in the address bar. Returns the reply when
 * the request is answered.
 */
function askForToken(request: FastifyRequest, reply: FastifyReply, gate: TokenGate): FastifyReply | undefined {
  // Not `new URL`: for `//x/health` it would call `x` the host and open what is not /health.
  const [path, query] = request.url.split('?', 2);
  const given = path === '/' ? new URLSearchParams(query).get('token') : null;
  if (given !== null && gate.isToken(given)) return reply.header('set-cookie', gate.setCookie()).redirect('/', 303);
  if (OPEN_PATHS.has(path ?? '') || gate.admits(request.headers)) return undefined;
  if (path !== '/') throw new ApiError('unauthorized', undefined, { 'www-authenticate': 'Bearer' });
  return reply
    .code(401)
    .type('text/html; charset=utf-8')
    .send(loginPage(given !== null));
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
