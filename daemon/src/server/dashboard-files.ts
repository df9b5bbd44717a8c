import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';

/** Files whose name contains a hash of their content (Vite's `assets/`) never change. */
const HASHED = `${sep}assets${sep}`;
const YEAR_S = 31_536_000;

/** The dashboard's files under `/`. Without them `/` says how to build them, and the API works all the same. */
export function addDashboardFiles(app: FastifyInstance, dir: string): void {
  if (!existsSync(join(dir, 'index.html'))) {
    app.get('/', () => {
      throw new ApiError('dashboard_missing');
    });
    return;
  }
  app.register(fastifyStatic, {
    root: dir,
    index: 'index.html',
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes(HASHED) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
}
