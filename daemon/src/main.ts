/** The program behind the commands (`cli/ports.ts`): everything is wired in `wiring/`, which this names, and nowhere else. */
export { probeMattermost } from './wiring/probe-mattermost.ts';
export { probeOpenClaw } from './wiring/probe-openclaw.ts';
export { runDaemon } from './wiring/run-daemon.ts';
export { runRecord } from './wiring/run-record.ts';
export { runReplay } from './wiring/run-replay.ts';
