import type { LoadResult } from '../../config/load.ts';
import { inspectState } from '../../state/inspect.ts';
import type { Check, Finding } from './check.ts';
import { skip } from './check.ts';
import { checkDashboard } from './dashboard-check.ts';
import { judgeConfig, judgeNode, judgeState } from './local-checks.ts';
import { judgeBots, judgeChannels, judgePlugin, judgeServer } from './mattermost-checks.ts';
import type { ProbeMattermost } from './mattermost-probe.ts';
import { judgeDrafts, judgeGateway, judgeStore, judgeVisibility } from './openclaw-checks.ts';
import type { OpenClawProbe, ProbeOpenClaw } from './probe.ts';

export interface ExamineOptions {
  readonly nodeVersion: string;
  readonly loaded: LoadResult;
  readonly envFile: string | undefined;
  readonly probe: ProbeOpenClaw;
  readonly probeMattermost: ProbeMattermost;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

const PROBE_TIMEOUT_MS = 15_000;
const NEEDS_CONFIG = skip('Not checked: the configuration has problems');

/** Checks every link, one after the other in the order in which data flows; yields each as soon as it is known. */
export async function* examine(options: ExamineOptions): AsyncGenerator<Check> {
  const { loaded } = options;
  yield check('node', 'Node', judgeNode(options.nodeVersion));
  yield check('config', 'Configuration', judgeConfig(loaded, options.envFile));
  const config = loaded.ok ? loaded.config : undefined;
  yield check(
    'state',
    'State directory',
    config ? judgeState(config.state.dir, inspectState(config.state.dir)) : NEEDS_CONFIG,
  );
  const probe = config ? await lookAtOpenClaw(options.probe, config, options.signal) : undefined;
  const judged = (judge: (probe: OpenClawProbe) => Finding): Finding => (probe ? judge(probe) : NEEDS_CONFIG);
  yield check('gateway', 'OpenClaw gateway', judged(judgeGateway));
  yield check('visibility', 'What it lets us see', judged(judgeVisibility));
  yield check('store', 'OpenClaw session files', judged(judgeStore));
  const hasMattermost = config?.mattermost.baseUrl !== undefined;
  yield check(
    'drafts',
    "OpenClaw's own status posts",
    judged((look) => judgeDrafts(look, hasMattermost)),
  );
  const mattermost = config ? await lookAtMattermost(options.probeMattermost, config, options.signal) : undefined;
  for (const { id, title, judge } of MATTERMOST) yield check(id, title, config ? judge(mattermost) : NEEDS_CONFIG);
  yield check('dashboard', 'Dashboard', config ? await checkDashboard(config.dashboard, options.fetch) : NEEDS_CONFIG);
}

const MATTERMOST = [
  { id: 'mattermost', title: 'Mattermost', judge: judgeServer },
  { id: 'bots', title: 'Bot tokens', judge: judgeBots },
  { id: 'channels', title: 'Bots in channels', judge: judgeChannels },
  { id: 'plugin', title: 'Live Status plugin', judge: judgePlugin },
] as const;

function lookAtMattermost(probe: ProbeMattermost, config: Parameters<ProbeMattermost>[0], signal: AbortSignal) {
  return probe(config, AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]));
}

function lookAtOpenClaw(probe: ProbeOpenClaw, config: Parameters<ProbeOpenClaw>[0], signal: AbortSignal) {
  return probe(config, AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]));
}

function check(id: string, title: string, finding: Finding): Check {
  return { id, title, ...finding };
}
