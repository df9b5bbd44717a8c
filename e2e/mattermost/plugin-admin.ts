import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { waitFor } from '../openclaw/harness/wait.ts';
import { PLUGIN_ID } from './plugin-id.ts';
import type { Rest } from './rest.ts';
import type { MattermostServer } from './server.ts';

/** What an admin does with the plugin in the System Console, and what an accident does to its process. */
export class PluginAdmin {
  readonly #rest: Rest;
  readonly #server: MattermostServer;

  /** `rest`: the system admin's. */
  constructor(server: MattermostServer, rest: Rest) {
    this.#server = server;
    this.#rest = rest;
  }

  /** Uploads a bundle (a .tar.gz), replacing an older one, with these settings, and enables it. */
  async install(bundle: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.configure(settings);
    const form = new FormData();
    form.set('plugin', new Blob([new Uint8Array(await readFile(bundle))]), basename(bundle));
    form.set('force', 'true');
    const answer = await this.#rest.request('POST', '/api/v4/plugins', { body: form });
    if (answer.status !== 201) throw new Error(`upload of ${bundle}: ${answer.status} ${answer.text.slice(0, 500)}`);
    await this.enable();
  }

  /** Replaces the plugin's settings; a running plugin gets them at once. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    // The server lowers the names of settings, and so does the System Console.
    const lowered = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name.toLowerCase(), value]));
    await this.#rest.ok('PUT', '/api/v4/config/patch', { PluginSettings: { Plugins: { [PLUGIN_ID]: lowered } } });
  }

  /** Enables it and waits until it answers requests. */
  async enable(): Promise<void> {
    await this.#rest.ok('POST', `/api/v4/plugins/${PLUGIN_ID}/enable`);
    await this.waitUntilItAnswers();
  }

  /** Disables it and waits until its process is gone. */
  async disable(): Promise<void> {
    await this.#rest.ok('POST', `/api/v4/plugins/${PLUGIN_ID}/disable`);
    await waitFor('the plugin process to be gone', async () => ((await this.pids()).length === 0 ? true : undefined), {
      deadlineMs: 20_000,
      seen: () => this.#server.log().slice(-3_000),
    });
  }

  /** Any answer of the plugin itself will do, a refusal too; the server's own are 404, 500 and 503. */
  async waitUntilItAnswers(deadlineMs = 60_000): Promise<void> {
    await waitFor('the plugin to answer', async () => ((await this.#healthStatus()) < 404 ? true : undefined), {
      deadlineMs,
      everyMs: 50,
      seen: async () => `${await this.#healthStatus()}\n${this.#server.log().slice(-3_000)}`,
    });
  }

  /** The plugin's processes: children of the server whose program lies in its directory. */
  async pids(): Promise<number[]> {
    const parent = this.#server.pid;
    const found: number[] = [];
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const { command, parentPid } = await describeProcess(entry);
      if (parentPid === parent && command.includes(`/${PLUGIN_ID}/`)) found.push(Number(entry));
    }
    return found;
  }

  /** kill -9 of the plugin's process. The server starts it anew at its next look, within 30 s. */
  async kill(): Promise<void> {
    const pids = await this.pids();
    if (pids.length === 0) throw new Error('the plugin has no process to kill');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await waitFor(
      'the plugin process to die',
      async () => ((await this.pids()).some((pid) => pids.includes(pid)) ? undefined : true),
      {
        deadlineMs: 10_000,
        everyMs: 10,
      },
    );
  }

  async #healthStatus(): Promise<number> {
    return (await this.#rest.request('GET', `/plugins/${PLUGIN_ID}/api/v1/health`)).status;
  }
}

async function describeProcess(pid: string): Promise<{ command: string; parentPid: number | undefined }> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    // A zombie has no command line any more: it is gone.
    return { command, parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) };
  } catch {
    return { command: '', parentPid: undefined };
  }
}
