import { randomBytes } from 'node:crypto';
import { pluginSettings } from '../../mattermost/index.ts';
import { pause } from '../../openclaw/harness/wait.ts';
import type { Scale } from '../harness/outcome.ts';
import type { Scenario } from '../harness/scenario.ts';
import { type ReplayedFault, replayed } from '../replay/replayed.ts';
import { frozen, isOk, killDaemonAgainAndAgain, restOf, says } from './parts.ts';
import { SmallDisk } from './small-disk.ts';

const s = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const POSTGRES_AWAY_MS = 10_000;
/** A killed plugin is started anew at the server's next look, within 30 s. */
const PLUGIN_AWAY_MS = 30_000;
const KILL_EVERY_MS = 3_500;

const outage = ({ outageMs }: Scale): number => outageMs;
const freezing = ({ freezeMs }: Scale): number => freezeMs;

const FAULTS: readonly ReplayedFault[] = [
  {
    name: 'daemon-kill',
    fault: ({ kills }) =>
      `the daemon is killed (kill -9) ${kills} times at random moments, and started at once each time`,
    meanwhile: 'Boxes stand still for the second or two of a start, then go on.',
    lastsMs: ({ kills }) => kills * KILL_EVERY_MS,
    strike: (world, { scale, seed }) => killDaemonAgainAndAgain(world, scale.kills, seed),
  },
  {
    name: 'daemon-stopped',
    fault: ({ freezeMs }) => `SIGSTOP of the daemon for ${s(freezeMs)}`,
    meanwhile: 'Boxes stand still. (After a minute of it they would say that the turn is no longer observed.)',
    lastsMs: freezing,
    strike: (world, { scale }) => frozen(world.daemon.pid, scale.freezeMs),
  },
  {
    name: 'mattermost-down',
    fault: ({ outageMs }) => `Mattermost is killed (kill -9) and down for ${s(outageMs)}`,
    meanwhile:
      'Nobody sees anything in Mattermost. The dashboard goes on and says `mattermost_unreachable`. Turns that began and ended meanwhile are in the list afterwards.',
    lastsMs: outage,
    async strike(world, { scale }) {
      const { server, plugin } = world.site.stack;
      const since = performance.now();
      await server.kill();
      await world.until('the daemon to say it', says('mattermost_unreachable'), scale.outageMs + 30_000);
      await restOf(scale.outageMs, since);
      await server.start();
      await plugin.waitUntilItAnswers();
    },
  },
  {
    name: 'mattermost-stopped',
    fault: ({ freezeMs }) => `SIGSTOP of Mattermost and its plugins for ${s(freezeMs)}`,
    meanwhile: 'Mattermost stands still as a whole. The dashboard goes on.',
    lastsMs: freezing,
    strike: (world, { scale }) => frozen(world.site.stack.server.pid, scale.freezeMs),
  },
  {
    name: 'postgres-restarted',
    fault: () => `PostgreSQL is restarted; ${s(POSTGRES_AWAY_MS)} until it is back`,
    meanwhile: 'Mattermost shows errors when one posts, and boxes may stand still. The dashboard goes on.',
    lastsMs: () => POSTGRES_AWAY_MS,
    async strike({ site: { postgres } }) {
      await postgres.stop();
      await pause(POSTGRES_AWAY_MS);
      await postgres.start();
    },
  },
  {
    name: 'postgres-stopped',
    fault: ({ freezeMs }) => `SIGSTOP of PostgreSQL for ${s(freezeMs)}`,
    meanwhile: 'Whatever Mattermost has to read or write waits, new boxes too.',
    lastsMs: freezing,
    strike: (world, { scale }) => frozen(world.site.postgres.pid, scale.freezeMs),
  },
  {
    name: 'plugin-disabled',
    fault: ({ outageMs }) => `the plugin is disabled for ${s(outageMs)}`,
    meanwhile:
      'Widget and panel are gone. After 10 s the daemon itself goes on in the same posts, as text; when the plugin is back, they are live again.',
    lastsMs: outage,
    async strike(world, { scale }) {
      const { plugin } = world.site.stack;
      const since = performance.now();
      await plugin.disable();
      await world.until('REST to write', isOk('mattermost-rest'));
      await restOf(scale.outageMs, since);
      await plugin.enable();
    },
  },
  {
    name: 'plugin-stopped',
    fault: ({ freezeMs }) => `SIGSTOP of the plugin's process for ${s(freezeMs)}`,
    meanwhile:
      'Boxes stand still; the rest of Mattermost works. (When it lasts longer the daemon goes on in the same posts, as text.)',
    lastsMs: freezing,
    wearsOut: true,
    async strike(world, { scale }) {
      const [pid] = await world.site.stack.plugin.pids();
      await frozen(pid, scale.freezeMs);
    },
  },
  {
    name: 'plugin-killed',
    fault: () => "the plugin's process is killed (kill -9)",
    meanwhile:
      'Boxes stand still until Mattermost has started it anew, within 30 s; after 10 s the daemon writes the posts.',
    lastsMs: () => PLUGIN_AWAY_MS,
    wearsOut: true,
    async strike(world) {
      const { plugin } = world.site.stack;
      await plugin.kill();
      await plugin.waitUntilItAnswers();
    },
  },
  {
    name: 'secret-rotated',
    fault: ({ freezeMs }) =>
      `a new Shared Secret in the System Console; ${s(freezeMs)} later it is in PLUGIN_SECRET and the daemon restarted`,
    meanwhile: 'The daemon says `plugin_secret_wrong` and goes on in the same posts, as text.',
    lastsMs: freezing,
    wearsOut: true,
    async strike(world, { scale }) {
      const secret = randomBytes(24).toString('base64url');
      const since = performance.now();
      await world.site.stack.plugin.configure(pluginSettings(secret));
      await world.until('the daemon to say it', says('plugin_secret_wrong'));
      await world.until('REST to write', isOk('mattermost-rest'));
      await restOf(scale.freezeMs, since);
      world.daemon.configure({ PLUGIN_SECRET: secret });
      await world.stopDaemon();
      await world.startDaemon();
    },
  },
];

/** Its state directory is a disk of its own; the daemon dies right after there is room again. */
function diskFull(): Scenario {
  let disk: SmallDisk | undefined;
  return replayed({
    name: 'disk-full',
    fault: ({ freezeMs }) =>
      `the disk with the state directory is full for ${s(freezeMs)}; then the daemon is killed (kill -9)`,
    meanwhile: 'Nothing: it goes on from memory. Its health is `degraded`, with `state_disk_full`.',
    lastsMs: freezing,
    async furnish() {
      const mounted = await SmallDisk.mount();
      disk = mounted;
      return { settings: { STATE_DIR: `${mounted.path}/state` }, clear: () => mounted.unmount() };
    },
    async strike(world, { scale }) {
      const since = performance.now();
      await disk?.fill();
      await world.until('the daemon to say it', says('state_disk_full'));
      await restOf(scale.freezeMs, since);
      await disk?.free();
      await world.until('the state to be written', (health) => !says('state_disk_full')(health));
      await world.killDaemon();
      await world.startDaemon();
    },
  });
}

export const REPLAYED: readonly Scenario[] = [...FAULTS.map(replayed), diskFull()];
