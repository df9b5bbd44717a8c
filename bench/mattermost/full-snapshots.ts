import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Session } from '@livestatus/contract';
import type { Bot, OwnStack } from '../../e2e/mattermost/index.ts';

const run = promisify(execFile);
const ID = 'com.openclaw.livestatus-full-snapshots';
const SOURCES = join(import.meta.dirname, '..', '..', 'e2e', 'server');

/** The baseline plugin (e2e/server/full-snapshots): each update of a session is written and broadcast as a whole. */
export class FullSnapshots {
  readonly #bot: Bot;

  private constructor(bot: Bot) {
    this.#bot = bot;
  }

  /** Builds it with Go, uploads and enables it. */
  static async install({ workspace }: OwnStack, bot: Bot): Promise<FullSnapshots> {
    const { rest } = workspace.admin;
    const form = new FormData();
    form.set('plugin', new Blob([new Uint8Array(await bundle())]), `${ID}.tar.gz`);
    form.set('force', 'true');
    const answer = await rest.request('POST', '/api/v4/plugins', { body: form });
    if (answer.status !== 201) throw new Error(`upload of the baseline plugin: ${answer.status} ${answer.text}`);
    await rest.ok('POST', `/api/v4/plugins/${ID}/enable`);
    return new FullSnapshots(bot);
  }

  async put(session: Session): Promise<void> {
    const path = `/plugins/${ID}/?id=${session.id.slice(0, 20)}&channel_id=${session.channel_id}`;
    const answer = await this.#bot.rest.request('PUT', path, { body: session });
    if (answer.status !== 204) throw new Error(`PUT to the baseline plugin: ${answer.status} ${answer.text}`);
  }
}

async function bundle(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'livestatus-full-snapshots-'));
  try {
    const plugin = join(folder, ID);
    await mkdir(plugin);
    const manifest = { id: ID, version: '1.0.0', min_server_version: '9.9.0', server: { executable: 'plugin' } };
    await writeFile(join(plugin, 'plugin.json'), JSON.stringify(manifest));
    const env = { ...process.env, CGO_ENABLED: '0' };
    const args = ['build', '-buildvcs=false', '-trimpath', '-o', join(plugin, 'plugin'), './full-snapshots'];
    await run('go', args, { cwd: SOURCES, env });
    const file = join(folder, 'bundle.tar.gz');
    await run('tar', ['-C', folder, '-czf', file, ID]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
