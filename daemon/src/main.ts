import type { Program } from './cli/ports.ts';
import { runDaemon } from './wiring/run-daemon.ts';
import { runRecord } from './wiring/run-record.ts';
import { runReplay } from './wiring/run-replay.ts';

/** The program behind the commands: everything is wired here and in `wiring/`, and nowhere else. */
export { runDaemon, runRecord, runReplay };

export const probeOpenClaw: Program['probeOpenClaw'] = async () => ({});
