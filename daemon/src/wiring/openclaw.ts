import { join } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { processEnvironment } from '../config/environment.ts';
import { createAutoSource } from '../sources/auto-source.ts';
import { lookAtStore, wantedSource } from '../sources/detect.ts';
import { type GatewayPlace, locateGateway } from '../sources/locate.ts';
import { GatewayDecoder } from '../sources/openclaw-gateway/decode.ts';
import { probeGateway } from '../sources/openclaw-gateway/probe.ts';
import type { FrameTap } from '../sources/openclaw-gateway/record.ts';
import { createGatewaySource } from '../sources/openclaw-gateway/source.ts';
import type { CursorPort } from '../sources/openclaw-jsonl/cursor.ts';
import { nodeFileSystem } from '../sources/openclaw-jsonl/file-system.ts';
import { createProcessView, nodeProcFiles } from '../sources/openclaw-jsonl/process-view.ts';
import { createJsonlSource } from '../sources/openclaw-jsonl/source.ts';
import type { Source } from '../sources/source.ts';
import type { SourceParts } from './daemon.ts';

/** What makes a source of a configuration. */
export interface SourceContext {
  readonly config: Config;
  readonly version: string;
  readonly log: Logger;
}

/** Where the gateway is: what is configured, else what OpenClaw's own configuration says. Read again each time. */
export function gatewayPlace({ openclaw }: Config): Promise<GatewayPlace> {
  return locateGateway({
    url: openclaw.gatewayUrl,
    token: openclaw.gatewayToken,
    stateDir: openclaw.stateDir,
    env: processEnvironment(),
  });
}

export function gatewaySource(
  context: SourceContext,
  place: GatewayPlace,
  parts: {
    readonly openKeys: () => readonly string[];
    readonly onStateMadeAgain?: SourceParts['onStateMadeAgain'];
    readonly tap?: FrameTap;
  },
): Source {
  return createGatewaySource({
    ...gatewayOptions(context, place),
    decoderFactory: (callbacks) => new GatewayDecoder(callbacks),
    ...parts,
  });
}

function gatewayOptions({ config, version, log }: SourceContext, place: GatewayPlace) {
  return {
    url: place.url,
    token: place.token,
    scopes: config.openclaw.gatewayScopes,
    stateDir: config.state.dir,
    version,
    clock: systemClock,
    random: Math.random,
    log,
  };
}

export function transcriptSource({ config, log }: SourceContext, cursors: CursorPort): Source {
  return createJsonlSource({
    directory: config.openclaw.transcriptDir ?? config.openclaw.stateDir,
    fs: nodeFileSystem,
    clock: systemClock,
    cursors,
    processes: createProcessView(nodeProcFiles),
    log,
  });
}

/** The source of `livestatus run`: one of the two, whichever fits this OpenClaw (design §5). */
export function openClawSource(
  context: SourceContext,
  parts: Omit<SourceParts, 'cursors'> & { readonly cursors: CursorPort },
): Source {
  const { config, log } = context;
  const { openKeys, onStateMadeAgain } = parts;
  const { gatewayUrl, transcriptDir, stateDir } = config.openclaw;
  return createAutoSource({
    wanted: wantedSource({ url: gatewayUrl, transcriptDir }),
    locate: () => gatewayPlace(config),
    lookAtStore: () => lookAtStore(transcriptDir ?? join(stateDir, 'agents')),
    probe: (place) => probeGateway(gatewayOptions(context, place)),
    makeGateway: (place) => gatewaySource(context, place, { openKeys, onStateMadeAgain }),
    makeJsonl: () => transcriptSource(context, parts.cursors),
    clock: systemClock,
    log,
  });
}
