import type { SourceHealth } from '../../sources/source.ts';
import { type Finding, fail, pass, skip, warn } from './check.ts';
import type { GatewayProbe, OpenClawProbe } from './probe.ts';

/** Whether the gateway is there and lets us in. */
export function judgeGateway({ gateway, store }: OpenClawProbe): Finding {
  if (gateway === undefined)
    return store?.state === 'ok'
      ? skip('No gateway was found; the transcripts are read instead')
      : fail(
          'No OpenClaw gateway was found',
          'Start OpenClaw ("openclaw gateway"), or set OPENCLAW_GATEWAY_URL and OPENCLAW_GATEWAY_TOKEN.',
        );
  const { health, url, latencyMs } = gateway;
  const about = [url, version(gateway)].filter((part) => part !== undefined).join(', ');
  if (health.state === 'ok') return pass(about, latencyMs);
  // Without an answer there is nothing to see, whatever the daemon still hopes for.
  const finding = health.state === 'failed' || gateway.version === undefined ? fail : warn;
  const { what, cure } = sentences(health, 'Look at the log of the gateway, then run the doctor again.');
  return finding(`${about}: ${what}`, cure, latencyMs);
}

/** Whether we may see what agents do when they were asked in a channel: those runs are hidden from plain observers. */
export function judgeVisibility({ gateway }: OpenClawProbe): Finding {
  if (gateway?.version === undefined) return skip('Not known without a gateway');
  const { scopes = [], showsChannelRuns, sessions } = gateway;
  if (!scopes.includes('operator.read'))
    return fail(
      `The gateway granted ${scopes.length === 0 ? 'no scope' : scopes.join(', ')}`,
      'Let the device pair again: set OPENCLAW_GATEWAY_TOKEN, or run "openclaw devices approve" on the gateway.',
    );
  if (showsChannelRuns !== true)
    return fail(
      'This gateway offers no sessions.messages.subscribe: runs asked for in a channel stay hidden',
      'Update OpenClaw to 2026.7 or newer.',
    );
  const counted = sessions === undefined ? '' : `; ${sessions} sessions`;
  return pass(`Scopes ${scopes.join(', ')}; runs asked for in channels are visible${counted}`);
}

/** Whether the session files are where they are looked for, where they are the source at all. */
export function judgeStore({ gateway, store }: OpenClawProbe): Finding {
  if (store === undefined) return skip('The gateway is the source; no files are read');
  if (store.state === 'ok') return pass(`${detail(store)}readable`);
  const { what, cure } = sentences(store, 'Check OPENCLAW_STATE_DIR and TRANSCRIPT_DIR.');
  // With a working gateway the files are of no matter.
  if (gateway?.health.state === 'ok') return skip(`Not needed: ${what}`);
  return store.state === 'failed' ? fail(what, cure) : warn(what, cure);
}

/** Whether OpenClaw posts a status of its own beside ours: two a turn. Only where ours goes to Mattermost. */
export function judgeDrafts({ drafts }: OpenClawProbe, hasMattermost: boolean): Finding {
  if (!hasMattermost) return skip('MM_BASE_URL is not set: the dashboard alone is used');
  if (drafts === undefined) return skip("Not known: OpenClaw's configuration is not on this machine");
  const { path, accounts } = drafts;
  if (accounts.length === 0) return pass(`Off in ${path}`);
  const named = accounts.map(({ account, mode }) => `${account} (${mode})`).join(', ');
  return fail(
    `OpenClaw's own progress drafts are on for ${named}: two status posts a turn`,
    `Set channels.mattermost.streaming.mode to "off" in ${path} (an account's own streaming counts more) and restart OpenClaw.`,
  );
}

function version(gateway: GatewayProbe): string | undefined {
  if (gateway.version === undefined) return undefined;
  return `OpenClaw ${gateway.version}${gateway.protocol === undefined ? '' : `, protocol ${gateway.protocol}`}`;
}

/** A health reason says first what is wrong, with a detail in brackets perhaps, and then what to do. */
function sentences(health: SourceHealth, fallback: string): { what: string; cure: string } {
  const reason = health.reason ?? health.code ?? health.state;
  const [, what, cure] = /^(.*?[.!?](?: \([^)]*\))?) ([A-Z].*)$/s.exec(reason) ?? [];
  return what === undefined || cure === undefined ? { what: reason, cure: fallback } : { what, cure };
}

function detail(health: SourceHealth): string {
  const directory = health.detail?.directory ?? health.detail?.dir;
  return directory === undefined ? '' : `${directory} is `;
}
