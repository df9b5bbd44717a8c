import pino from 'pino';
import type { OpenClawProbe } from '../cli/doctor/probe.ts';
import { toGatewayProbe, watchSource } from '../cli/doctor/probe-source.ts';
import type { Config } from '../config/config.ts';
import { processEnvironment } from '../config/environment.ts';
import { readOpenClawConfig } from '../sources/locate.ts';
import { draftingAccounts } from '../sources/openclaw-drafts.ts';
import { parseGatewayUrl } from '../sources/openclaw-gateway/endpoint.ts';
import { gatewayPlace, gatewaySource, transcriptSource } from './openclaw.ts';

/** `livestatus doctor` looks with the very sources that the daemon uses, and says nothing itself. */
export async function probeOpenClaw(config: Config, signal: AbortSignal): Promise<OpenClawProbe> {
  const context = { config, version: 'doctor', log: pino({ enabled: false }) };
  const noCursors = { load: () => [], set: () => {}, delete: () => {} };
  const store = await watchSource(transcriptSource(context, noCursors), signal);
  const place = await gatewayPlace(config);
  const gateway = await watchSource(gatewaySource(context, place, { openKeys: () => [] }), signal);
  const { path, config: own } = await readOpenClawConfig({
    stateDir: config.openclaw.stateDir,
    env: processEnvironment(),
  });
  return {
    gateway: toGatewayProbe(gateway),
    store: store.health,
    // A gateway on another machine has a configuration of its own.
    ...(own !== undefined &&
      parseGatewayUrl(place.url)?.loopback === true && { drafts: { path, accounts: draftingAccounts(own) } }),
  };
}
