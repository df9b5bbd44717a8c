import type { Gateway } from '../../harness/gateway.ts';
import type { ConfigObject } from '../../harness/gateway-config.ts';
import type { ScriptedProvider } from '../../harness/provider.ts';
import { asks, type Script, type ToolCall } from '../../harness/script.ts';
import type { Recorder } from '../recorder.ts';

export interface Stage {
  readonly gateway: Gateway;
  readonly provider: ScriptedProvider;
  readonly recorder: Recorder;
}

/** One recording: what the model says, what people do, and when it is over. */
export interface Take {
  readonly script: Script;
  readonly overrides?: ConfigObject;
  readonly nobodyApproves?: boolean;
  /** The recorder connects before `perform`, unless the take does it itself (a late join). */
  readonly connectsItself?: boolean;
  readonly perform: (stage: Stage) => Promise<void>;
}

export type Takes = Readonly<Record<string, Take>>;

/** The session that the CLI and direct messages share. */
export const MAIN = 'agent:main:main';

export const yieldTo = (message: string): ToolCall => ['sessions_yield', { message }];

/** One message to one agent, recorded until its run has ended and nothing follows. */
export function oneTurn(agent: string, scenario: string, deadlineMs = 90_000): Take['perform'] {
  return async ({ gateway, recorder }) => {
    await gateway.person.send(agent, asks(scenario));
    await recorder.waitForEnds(1, { deadlineMs });
    await recorder.waitForQuiet(2_000);
  };
}

/** Is this the start of a (real, not wrapping) tool call of that name? */
export function toolStarts(name: string, key = MAIN) {
  return (event: { stream: string; sessionKey?: string; data: Readonly<Record<string, unknown>> }): boolean =>
    event.stream === 'tool' &&
    event.data.phase === 'start' &&
    event.data.name === name &&
    (key === '*' || event.sessionKey === key);
}
