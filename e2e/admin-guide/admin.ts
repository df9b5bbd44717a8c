import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, command, type Finished } from '../release/command.ts';

export interface AdminOptions {
  readonly mmctl: string;
  /** What stands in the guide -> what it is here. */
  readonly values: Readonly<Record<string, string>>;
  /** More of the environment of the machine. */
  readonly env: Readonly<Record<string, string>>;
  /** What `systemctl restart mattermost` and `docker restart mattermost` do. */
  readonly restart: () => Promise<void>;
}

/**
 * Somebody with the guide, a home directory and a shell. Programs that act on the whole machine are replaced: sudo runs the command,
 * chown does nothing (the users of the guide do not exist here), restarting the service restarts the server of the test.
 */
export class Admin {
  readonly home: string;
  #options: AdminOptions;
  #control: Server;

  private constructor(home: string, control: Server, options: AdminOptions) {
    this.home = home;
    this.#control = control;
    this.#options = options;
  }

  static async arrive(options: AdminOptions): Promise<Admin> {
    const home = mkdtempSync(join(tmpdir(), 'livestatus-admin-'));
    const control = createServer((_, response) => {
      options.restart().then(
        () => response.end('restarted'),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => {
      control.listen(0, '127.0.0.1', resolve);
    });
    const admin = new Admin(home, control, options);
    admin.#makePrograms((control.address() as AddressInfo).port);
    return admin;
  }

  /** Puts a file into the home directory. */
  bring(path: string, name: string): void {
    copyFileSync(path, join(this.home, name));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.home, name), text, { mode: 0o600 });
  }

  /** The text of the guide as this admin types it. */
  fillIn(lines: string): string {
    return Object.entries(this.#options.values).reduce((text, [from, to]) => text.replaceAll(from, to), lines);
  }

  /** Types lines of the guide, stopping at the first that fails. */
  type(lines: string, folder = '.'): Promise<Finished> {
    const cwd = join(this.home, folder);
    return command('bash', ['-euo', 'pipefail', '-c', this.fillIn(lines)], { cwd, env: this.environment() });
  }

  environment(): Record<string, string> {
    const { env } = this.#options;
    const { PATH = '' } = baseEnvironment();
    // A home of its own: nothing of whoever runs the tests is found in it. mmctl asks the system, not HOME, for the home.
    return {
      ...env,
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, '.config'),
      PATH: `${join(this.home, 'programs')}:${PATH}`,
    };
  }

  async leave(): Promise<void> {
    await new Promise((resolve) => this.#control.close(resolve));
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  #makePrograms(controlPort: number): void {
    const folder = join(this.home, 'programs');
    mkdirSync(folder);
    symlinkSync(this.#options.mmctl, join(folder, 'mmctl'));
    const restart = `[ "$*" = "restart mattermost" ] && curl -fsS -X POST http://127.0.0.1:${controlPort}/`;
    const scripts = { sudo: 'exec "$@"', chown: ':', systemctl: restart, docker: restart };
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
  }
}
